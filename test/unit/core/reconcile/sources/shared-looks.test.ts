import assert from 'node:assert/strict';
import { SharedLooks } from '../../../../../src/core/reconcile/sources/shared-looks.ts';

describe('looks at sources', () => {
  let now = 0;
  let count = 0;
  let looks = new SharedLooks<number>(() => new Date(now));
  const look = (): Promise<number> => Promise.resolve((count += 1));

  beforeEach(() => {
    now = 0;
    count = 0;
    looks = new SharedLooks<number>(() => new Date(now));
  });

  it('are shared by those who ask at the same time', async () => {
    assert.deepEqual(await Promise.all([looks.share('a', false, look), looks.share('a', false, look)]), [1, 1]);
    assert.equal(await looks.share('a', false, look), 2);
  });

  it('count for a minute, for whoever takes the last one', async () => {
    await looks.share('a', false, look);
    now = 60_000;
    assert.deepEqual([await looks.share('a', true, look), await looks.share('b', true, look)], [1, 2]);
    now = 60_001;
    assert.equal(await looks.share('a', true, look), 3);
  });

  it('that fail are not remembered', async () => {
    await assert.rejects(
      looks.share('a', true, () => Promise.reject(new Error('gone'))),
      /gone/,
    );
    assert.equal(await looks.share('a', true, look), 1);
  });
});
