import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { BufferPool, PIECE_BYTES } from '../../../../src/core/source/buffer-pool.ts';
import type { DigestRun, OpenSource } from '../../../../src/core/source/ports.ts';
import type { PieceConsumer } from '../../../../src/core/source/lane.ts';
import { readOnce } from '../../../../src/core/source/read-once.ts';

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
  finished = 0;

  write(piece: Uint8Array): Promise<void> {
    this.pieces.push(Buffer.from(piece));
    return Promise.resolve();
  }

  finish(): Promise<void> {
    this.finished += 1;
    return Promise.resolve();
  }

  fail(reason: unknown): void {
    this.failure = reason;
  }
}

/** Takes its first piece only once it is let go on. */
class Stalled extends Collector {
  readonly #goOn = Promise.withResolvers<undefined>();

  goOn(): void {
    this.#goOn.resolve(undefined);
  }

  override async write(piece: Uint8Array): Promise<void> {
    await this.#goOn.promise;
    await super.write(piece);
  }
}

const bytes = Buffer.from(Array.from({ length: 5 * PIECE_BYTES + 3 }, (_, index) => index % 251));

describe('readOnce', () => {
  it('gives every consumer all bytes in order, and their digest', async () => {
    const consumers = [new Collector(), new Collector()];
    const read = await readOnce(source(bytes), digesting(), consumers);
    for (const { pieces, finished } of consumers) {
      assert.ok(Buffer.concat(pieces).equals(bytes));
      assert.equal(finished, 1);
    }
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
      finish: () => Promise.resolve(),
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
      finish: () => Promise.resolve(),
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

describe('readOnce, where a consumer stalls', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  /** Lets time pass, two seconds a turn, until it is so. */
  async function untilSo(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      mock.timers.tick(2000);
      await turn();
    }
  }

  it('goes on without it, and gives it all bytes in order too', async () => {
    const stalled = new Stalled();
    const other = new Collector();
    const read = readOnce(source(bytes), digesting(), [stalled, other], { pool: new BufferPool(2) });
    await untilSo(() => other.finished === 1);
    assert.ok(Buffer.concat(other.pieces).equals(bytes));
    assert.deepEqual([stalled.pieces, stalled.finished], [[], 0]);
    stalled.goOn();
    await read;
    assert.ok(Buffer.concat(stalled.pieces).equals(bytes));
    assert.equal(stalled.finished, 1);
  });

  it('goes on without several, though they hold every buffer', async () => {
    const stalled = [new Stalled(), new Stalled(), new Stalled()];
    const other = new Collector();
    const read = readOnce(source(bytes), digesting(), [...stalled, other], { pool: new BufferPool(1) });
    await untilSo(() => other.finished === 1);
    for (const each of stalled) each.goOn();
    await read;
    for (const { pieces } of stalled) assert.ok(Buffer.concat(pieces).equals(bytes));
  });

  it('holds the last piece back from it, where the file changed meanwhile', async () => {
    const stalled = new Stalled();
    const other = new Collector();
    let modified = '1';
    const changing = source(bytes, () => ({ modified }));
    const read = readOnce(changing, digesting(), [stalled, other], { pool: new BufferPool(2) });
    await untilSo(() => other.finished === 1);
    modified = '2';
    stalled.goOn();
    await read;
    assert.ok(Buffer.concat(other.pieces).equals(bytes));
    assert.equal(Buffer.concat(stalled.pieces).length, 5 * PIECE_BYTES);
    assert.match(String(stalled.failure), /changed while/);
    assert.equal(stalled.finished, 0);
  });

  it('waits for it where nobody else could take more, and reads nothing twice', async () => {
    const all = [new Stalled(), new Stalled()];
    let asked = 0;
    const counted = source(bytes);
    counted.read = (buffer, position) => {
      asked += buffer.length;
      return Promise.resolve(bytes.copy(buffer, 0, position));
    };
    const read = readOnce(counted, digesting(), all, { pool: new BufferPool(2) });
    let turns = 0;
    await untilSo(() => ++turns > 20);
    for (const each of all) each.goOn();
    await read;
    for (const { pieces } of all) assert.ok(Buffer.concat(pieces).equals(bytes));
    assert.equal(asked, bytes.length);
  });
});
