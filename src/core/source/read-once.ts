import { withAbort } from '../abort.ts';
import { Failure } from '../failure.ts';
import { BufferPool, PIECE_BYTES } from './buffer-pool.ts';
import { sameIdentity, type DigestRun, type Digests, type FileIdentity, type OpenSource } from './ports.ts';

/** Consumes the bytes of a source as they are read: the upload to one region. */
export interface PieceConsumer {
  /** Resolves when the buffer may be reused. A throw ends this consumer, not the others. */
  write(piece: Uint8Array): Promise<void>;
  /** Called once, instead of further pieces, if the source failed or the read was cancelled. */
  fail(reason: unknown): void;
}

/** The result of a pass over a source. */
export interface ReadResult {
  readonly identity: FileIdentity;
  readonly digests: Digests;
}

/**
 * Reads a source once and passes every piece to the digests and all consumers. The last piece is held back until the
 * file is known to be unchanged. So an upload of mixed bytes never completes, and Glance never activates it.
 *
 * Throws `source-changed`, `nobody-left` if every consumer has failed, or what reading or `signal` threw, after every
 * consumer was notified.
 */
export async function readOnce(
  source: OpenSource,
  digesting: DigestRun,
  consumers: readonly PieceConsumer[],
  options: { readonly signal?: AbortSignal; readonly pool?: BufferPool } = {},
): Promise<ReadResult> {
  const pass = new Pass(source, digesting, consumers, options.pool ?? new BufferPool());
  try {
    const digests = await pass.run(options.signal);
    return { identity: source.identity, digests };
  } catch (error) {
    digesting.abort();
    pass.failAll(error);
    throw error;
  }
}

class Pass {
  readonly #source: OpenSource;
  readonly #digesting: DigestRun;
  readonly #pool: BufferPool;
  readonly #live: Set<PieceConsumer>;
  readonly #consumers: number;
  /** Each consumer takes one piece at a time, in order, independent of slower ones. */
  readonly #queues = new Map<PieceConsumer, Promise<void>>();
  #digestFailure: { readonly reason: unknown } | undefined;

  constructor(source: OpenSource, digesting: DigestRun, consumers: readonly PieceConsumer[], pool: BufferPool) {
    this.#source = source;
    this.#digesting = digesting;
    this.#pool = pool;
    this.#live = new Set(consumers);
    this.#consumers = consumers.length;
  }

  async run(signal: AbortSignal | undefined): Promise<Digests> {
    const { size } = this.#source.identity;
    for (let position = 0; position < size;) {
      signal?.throwIfAborted();
      const buffer = await withAbort(this.#pool.take(), signal);
      const piece = await this.#fill(buffer, position, Math.min(PIECE_BYTES, size - position));
      position += piece.length;
      if (position === size) await this.#checkUnchanged();
      this.#hand(buffer, piece);
      if (this.#digestFailure !== undefined) throw this.#digestFailure.reason;
      if (this.#live.size === 0 && this.#consumers > 0) throw new Failure('nobody-left', 'Every upload has ended.');
    }
    await withAbort(Promise.all(this.#queues.values()), signal);
    return withAbort(this.#digesting.finish(), signal);
  }

  failAll(reason: unknown): void {
    for (const consumer of this.#live) consumer.fail(reason);
    this.#live.clear();
  }

  async #fill(buffer: Uint8Array, position: number, wanted: number): Promise<Uint8Array> {
    let filled = 0;
    while (filled < wanted) {
      const count = await this.#source.read(buffer.subarray(filled, wanted), position + filled);
      if (count === 0) throw changed(this.#source.identity.path, 'became shorter');
      filled += count;
    }
    return buffer.subarray(0, wanted);
  }

  async #checkUnchanged(): Promise<void> {
    if (!sameIdentity(this.#source.identity, await this.#source.identify())) {
      throw changed(this.#source.identity.path, 'changed');
    }
  }

  /** Passes a piece to all consumers. The buffer returns to the pool after the last one. */
  #hand(buffer: Uint8Array, piece: Uint8Array): void {
    const takers = [...this.#live].map((consumer) => this.#enqueue(consumer, piece));
    const digested = this.#digesting.update(piece).catch((reason: unknown) => {
      this.#digestFailure ??= { reason };
    });
    void Promise.all([...takers, digested]).then(() => this.#pool.give(buffer));
  }

  #enqueue(consumer: PieceConsumer, piece: Uint8Array): Promise<void> {
    const before = this.#queues.get(consumer) ?? Promise.resolve();
    const taken = before.then(async () => {
      if (!this.#live.has(consumer)) return;
      try {
        await consumer.write(piece);
      } catch (reason) {
        if (this.#live.delete(consumer)) consumer.fail(reason);
      }
    });
    this.#queues.set(consumer, taken);
    return taken;
  }
}

function changed(path: string, how: string): Failure {
  return new Failure('source-changed', `The file "${path}" ${how} while it was being read. Nothing of it was kept.`, {
    next: 'Wait until nothing writes to it any more, then apply again.',
  });
}
