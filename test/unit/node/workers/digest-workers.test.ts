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

  it('hashes a small source at once, and what only a worker may know or is large in one', async () => {
    const disposed = async (algorithm: string, size?: number): Promise<string> => {
      const workers = new WorkerDigests();
      const run = workers.start([algorithm], size);
      workers.dispose();
      return run.update(piece).then(
        () => 'at once',
        () => 'in a worker',
      );
    };
    assert.equal(await disposed('sha512', piece.length), 'at once');
    assert.equal(await disposed('sha512', 1024 * 1024 + 1), 'in a worker');
    assert.equal(await disposed('sha512'), 'in a worker');
    assert.equal(await disposed('shake_128', piece.length), 'in a worker');
    const run = new WorkerDigests().start(['md5', 'blake2b'], piece.length);
    await run.update(piece);
    const expected = (name: string): string => createHash(name).update(piece).digest('hex');
    assert.deepEqual(await run.finish(), { md5: expected('md5'), blake2b: expected('blake2b512') });
  });

  it('rejects what is under way when it is disposed', async () => {
    const workers = new WorkerDigests();
    const run = workers.start(['md5']);
    workers.dispose();
    await assert.rejects(run.update(piece));
  });
});
