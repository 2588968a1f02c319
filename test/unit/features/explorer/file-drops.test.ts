import assert from 'node:assert/strict';
import { urisOf } from '../../../../src/features/explorer/file-drops.ts';

describe('files that are dropped on the view', () => {
  it('are named one a line, without comments', () => {
    assert.deepEqual(urisOf('file:///a.img\r\n# a comment\r\nfile:///b.img\r\n'), ['file:///a.img', 'file:///b.img']);
    assert.deepEqual(urisOf(''), []);
  });
});
