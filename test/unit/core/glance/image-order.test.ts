import assert from 'node:assert/strict';
import { parseOrder, sorted } from '../../../../src/core/glance/image-order.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { liveImage } from '../../state/live-image.ts';

describe('the order of a list', () => {
  const images = [
    liveImage('1', 'b', { size: 2, created_at: '2026-01-02T00:00:00Z' }),
    liveImage('2', 'a', { size: null, created_at: '2026-01-03T00:00:00Z' }),
    liveImage('3', 'b', { size: 10, created_at: '2026-01-02T01:00:00+02:00' }),
  ];

  function ids(order: string, of: readonly LiveImage[] = images): string {
    return sorted(of, parseOrder(order) ?? [])
      .map(({ id }) => id)
      .join('');
  }

  it('is ascending unless told otherwise', () => {
    assert.equal(ids('id'), '123');
    assert.equal(ids('id:desc'), '321');
  });

  it('goes by the next key where the first is equal, and else keeps what it was', () => {
    assert.equal(ids('name,size:desc'), '231');
    assert.equal(ids('name'), '213');
  });

  it('compares numbers as numbers and moments as moments', () => {
    assert.equal(ids('size'), '132');
    assert.equal(ids('created_at'), '312');
  });

  it('has what is missing at the end, either way', () => {
    assert.equal(ids('size:desc'), '312');
  });

  for (const text of ['', 'nope', 'name:up', 'name:asc:desc', 'name,,id', 'toString']) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(parseOrder(text), undefined);
    });
  }
});
