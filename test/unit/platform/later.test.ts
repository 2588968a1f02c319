import assert from 'node:assert/strict';
import { Later } from '../../../src/platform/later.ts';

describe('Later', () => {
  it('loads once, when it is first asked, whoever asks meanwhile', async () => {
    let loads = 0;
    const part = new Later(() => Promise.resolve({ number: (loads += 1) }));
    assert.deepEqual([loads, part.loaded], [0, undefined]);
    const [first, second] = await Promise.all([part.get(), part.get()]);
    assert.deepEqual([loads, first, part.loaded], [1, { number: 1 }, first]);
    assert.equal(first, second);
  });

  it('tries again what could not be loaded', async () => {
    let loads = 0;
    const part = new Later(() =>
      (loads += 1) === 1 ? Promise.reject(new Error('no such file')) : Promise.resolve('there'),
    );
    await assert.rejects(part.get(), /no such file/);
    assert.equal(part.loaded, undefined);
    assert.equal(await part.get(), 'there');
  });
});
