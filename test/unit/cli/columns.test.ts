import assert from 'node:assert/strict';
import { columns, padded, shortened } from '../../../src/cli/columns.ts';

describe('columns of the terminal', () => {
  it('are as wide as their widest cell, with nothing behind the last', () => {
    assert.deepEqual(
      columns([
        ['id-1', 'debian', 'active'],
        ['id-22', 'a', '-'],
      ]),
      ['id-1   debian  active', 'id-22  a       -'],
    );
  });

  it('are not widened by a cell that is longer than the rest of the table', () => {
    const long = 'x'.repeat(255);
    const rows = [
      ['debian', 'active'],
      [long, 'queued'],
    ];
    assert.deepEqual(columns(rows), ['debian  active', `${long}  queued`]);
  });

  it('count what a terminal shows: wide letters, combining marks and emoji', () => {
    const names = ['日本語', 'de\u0301bian', '👨‍👩‍👧', '한국'];
    assert.deepEqual(columns(names.map((name) => [name, '|'])), [
      '日本語  |',
      'de\u0301bian  |',
      '👨‍👩‍👧      |',
      '한국    |',
    ]);
  });

  it('are padded to a width, and longer texts stay', () => {
    assert.equal(padded('日本', 6), '日本  ');
    assert.equal(padded('debian', 3), 'debian');
  });

  it('leave out the middle of a long name, whole letters only', () => {
    assert.equal(shortened('debian', 6), 'debian');
    assert.equal(shortened('debian-12 in RegionTwo', 11), 'debia…onTwo');
    assert.equal(shortened('日本語日本語', 7), '日…語');
    assert.equal(shortened('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 5), '👨‍👩‍👧…👨‍👩‍👧');
  });
});
