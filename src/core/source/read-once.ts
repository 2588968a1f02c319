import { withAbort } from '../abort.ts';
import { Failure } from '../failure.ts';
import { BufferPool } from './buffer-pool.ts';
import { Lane, type PieceConsumer } from './lane.ts';
import { readPiece, SharedPiece } from './pieces.ts';
import type { DigestRun, Digests, FileIdentity, OpenSource } from './ports.ts';

/** The result of a pass over a source. */
export interface ReadResult {
  readonly identity: FileIdentity;
  readonly digests: Digests;
}

interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly pool?: BufferPool;
}

/**
 * ms that all wait for a consumer that takes nothing. Less than the 4 s after which uWSGI, unless told otherwise, gives up
 * on an upload that no bytes come for (https://uwsgi-docs.readthedocs.io/en/latest/Options.html#socket-timeout).
 */
const PATIENCE = 2000;

/**
 * Reads a source once and passes every piece to the digests and all consumers. One that stalls while another waits for bytes
 * is left behind, and then reads for itself. The last piece is held back until the file is known to be unchanged. So an
 * upload of mixed bytes never completes, and Glance never activates it.
 *
 * Throws `source-changed`, `nobody-left` if every consumer has failed, or what reading or `signal` threw, after every
 * consumer was notified.
 */
export async function readOnce(
  source: OpenSource,
  digesting: DigestRun,
  consumers: readonly PieceConsumer[],
  options: ReadOptions = {},
): Promise<ReadResult> {
  const pass = new Pass(source, digesting, consumers, options);
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
  readonly #lanes: readonly Lane[];
  /** Pieces that somebody has still to take, the oldest first. */
  readonly #awaited = new Set<SharedPiece>();
  #digestFailure: { readonly reason: unknown } | undefined;

  constructor(
    source: OpenSource,
    digesting: DigestRun,
    consumers: readonly PieceConsumer[],
    { pool = new BufferPool() }: ReadOptions,
  ) {
    this.#source = source;
    this.#digesting = digesting;
    this.#pool = pool;
    this.#lanes = consumers.map((consumer) => new Lane(consumer, source));
  }

  async run(signal: AbortSignal | undefined): Promise<Digests> {
    const { size } = this.#source.identity;
    for (let position = 0; position < size;) {
      signal?.throwIfAborted();
      const buffer = await this.#freeBuffer(signal);
      const piece = await readPiece(this.#source, buffer, position);
      position += piece.length;
      this.#hand(buffer, piece, position);
      if (this.#digestFailure !== undefined) throw this.#digestFailure.reason;
      if (this.#lanes.length > 0 && this.#lanes.every(({ isOver }) => isOver))
        throw new Failure('nobody-left', 'Every upload has ended.');
    }
    await withAbort(Promise.all(this.#lanes.map((lane) => lane.end())), signal);
    return withAbort(this.#digesting.finish(), signal);
  }

  failAll(reason: unknown): void {
    for (const lane of this.#lanes) lane.fail(reason);
  }

  async #freeBuffer(signal: AbortSignal | undefined): Promise<Uint8Array> {
    const impatience = setInterval(() => this.#leaveBehind(), PATIENCE);
    try {
      return await withAbort(this.#pool.take(), signal);
    } finally {
      clearInterval(impatience);
    }
  }

  /** Goes on without who holds everybody up, unless nobody is waiting, or it is the digests that are slow. */
  #leaveBehind(): void {
    const [oldest] = this.#awaited;
    if (oldest === undefined || oldest.isAwaitedBy(this) || !this.#lanes.some(({ isIdle }) => isIdle)) return;
    for (const lane of this.#lanes) if (oldest.isAwaitedBy(lane)) lane.goAlone();
  }

  /** Passes a piece to all consumers. The buffer returns to the pool after the last one. */
  #hand(buffer: Uint8Array, bytes: Uint8Array, end: number): void {
    const lanes = this.#lanes.filter(({ takes }) => takes);
    const piece = new SharedPiece(bytes, end, [this, ...lanes], (inUse) => {
      this.#awaited.delete(piece);
      if (inUse) this.#pool.add();
      else this.#pool.give(buffer);
    });
    this.#awaited.add(piece);
    for (const lane of lanes) lane.take(piece);
    this.#digesting.update(bytes).then(
      () => piece.release(this),
      (reason: unknown) => {
        this.#digestFailure ??= { reason };
        piece.release(this);
      },
    );
  }
}
