import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { BufferPool, PIECE_BYTES } from '../../../../src/core/source/buffer-pool.ts';
import type { DigestRun, OpenSource } from '../../../../src/core/source/ports.ts';
import { readOnce, type PieceConsumer } from '../../../../src/core/source/read-once.ts';

const identity = { path: '/image', inode: '1', size: 0, modified: '1' };

function source(bytes: Buffer, now: () => Partial<typeof identity> = () => ({})): OpenSource {
  return {
    identity: { ...identity, size: bytes.length },
    // At most 300,000 bytes a time: a read may give less than it was asked for.
    read: (buffer, position) =>
      Promise.resolve(bytes.copy(buffer, 0, position, position + Math.min(buffer.length, 300_000))),
    identify: () => Promise.resolve({ ...identity, size: bytes.length, ...now() }),
    close: () => Promise.resolve(),
  };
}

function digesting(): DigestRun & { aborted: boolean } {
  const hash = createHash('md5');
  const run = {
    aborted: false,
    update: (piece: Uint8Array) => Promise.resolve(void hash.update(piece)),
    finish: () => Promise.resolve({ md5: hash.digest('hex') }),
    abort: () => {
      run.aborted = true;
    },
  };
  return run;
}

class Collector implements PieceConsumer {
  readonly pieces: Buffer[] = [];
  failure: unknown;

  write(piece: Uint8Array): Promise<void> {
    this.pieces.push(Buffer.from(piece));
    return Promise.resolve();
  }

  fail(reason: unknown): void {
    this.failure = reason;
  }
}

const bytes = Buffer.from(Array.from({ length: 5 * PIECE_BYTES + 3 }, (_, index) => index % 251));

describe('readOnce', () => {
  it('gives every consumer all bytes in order, and their digest', async () => {
    const consumers = [new Collector(), new Collector()];
    const read = await readOnce(source(bytes), digesting(), consumers);
    for (const { pieces } of consumers) assert.ok(Buffer.concat(pieces).equals(bytes));
    assert.equal(read.digests.md5, createHash('md5').update(bytes).digest('hex'));
  });

  it('uses no more buffers than the pool has, however slow a consumer is', async () => {
    const pool = new BufferPool(2);
    const waiting: (() => void)[] = [];
    let held = 0;
    let most = 0;
    const slow: PieceConsumer = {
      write: async () => {
        held += 1;
        most = Math.max(most, held);
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          setImmediate(() => waiting.shift()?.());
        });
        held -= 1;
      },
      fail: () => undefined,
    };
    const collector = new Collector();
    await readOnce(source(bytes), digesting(), [slow, collector], { pool });
    assert.equal(most, 1, 'a consumer was given a piece before it had taken the last');
    assert.ok(Buffer.concat(collector.pieces).equals(bytes));
  });

  it('goes on for the others when one consumer fails', async () => {
    const failing = new Collector();
    failing.write = () => Promise.reject(new Error('refused'));
    const other = new Collector();
    await readOnce(source(bytes), digesting(), [failing, other]);
    assert.match(String(failing.failure), /refused/);
    assert.ok(Buffer.concat(other.pieces).equals(bytes));
  });

  it('stops reading when nobody is left', async () => {
    const failing = new Collector();
    failing.write = () => Promise.reject(new Error('refused'));
    const run = digesting();
    await assert.rejects(readOnce(source(bytes), run, [failing]), { code: 'nobody-left' });
    assert.equal(run.aborted, true);
  });

  it('holds the last piece back from everybody where the file changed', async () => {
    const consumer = new Collector();
    await assert.rejects(
      readOnce(
        source(bytes, () => ({ modified: '2' })),
        digesting(),
        [consumer],
      ),
      { code: 'source-changed' },
    );
    assert.equal(Buffer.concat(consumer.pieces).length, 5 * PIECE_BYTES);
    assert.match(String(consumer.failure), /changed while/);
  });

  it('says so where the file became shorter', async () => {
    const short = { ...source(bytes), identity: { ...identity, size: bytes.length + 1 } };
    await assert.rejects(readOnce(short, digesting(), [new Collector()]), { code: 'source-changed' });
  });

  it('tells consumers when it is cancelled, without waiting for a stuck one', async () => {
    const abort = new AbortController();
    const stuck: PieceConsumer & { told?: unknown } = {
      write: () => {
        abort.abort();
        return new Promise(() => undefined);
      },
      fail: (reason) => {
        stuck.told = reason;
      },
    };
    await assert.rejects(readOnce(source(bytes), digesting(), [stuck], { signal: abort.signal }), {
      name: 'AbortError',
    });
    assert.ok(stuck.told);
  });
});
