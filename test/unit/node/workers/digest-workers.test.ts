import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { WorkerDigests } from '../../../../src/node/workers/digest-workers.ts';

describe('WorkerDigests', () => {
  const piece = new Uint8Array(new SharedArrayBuffer(100_000)).fill(7);

  it("computes digests by Glance's names, of shared memory", async () => {
    const workers = new WorkerDigests();
    const run = workers.start(['md5', 'sha512', 'blake2b', 'sha3_256']);
    await run.update(piece);
    await run.update(piece.subarray(0, 10));
    const digests = await run.finish();
    const expected = (name: string): string =>
      createHash(name).update(piece).update(piece.subarray(0, 10)).digest('hex');
    assert.deepEqual(digests, {
      md5: expected('md5'),
      sha512: expected('sha512'),
      blake2b: expected('blake2b512'),
      sha3_256: expected('sha3-256'),
    });
  });

  it('leaves out an algorithm that it does not know', async () => {
    const run = new WorkerDigests().start(['md5', 'shake_128']);
    await run.update(piece);
    assert.deepEqual(Object.keys(await run.finish()), ['md5']);
  });

  it('rejects what is under way when it is disposed', async () => {
    const workers = new WorkerDigests();
    const run = workers.start(['md5']);
    workers.dispose();
    await assert.rejects(run.update(piece));
  });
});
