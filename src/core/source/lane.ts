import { PIECE_BYTES } from './buffer-pool.ts';
import { readPiece, type SharedPiece } from './pieces.ts';
import type { OpenSource } from './ports.ts';

/** Consumes the bytes of a source as they are read: the upload to one region. */
export interface PieceConsumer {
  /** Resolves when the buffer may be reused. A throw ends this consumer, not the others. */
  write(piece: Uint8Array): Promise<void>;
  /** Called once, after the last piece. */
  finish(): Promise<void>;
  /** Called once, instead of anything further, if the source failed or the read was cancelled. */
  fail(reason: unknown): void;
}

/** One consumer's way through a source: it takes one piece at a time, in order, independent of slower ones. */
export class Lane {
  readonly #consumer: PieceConsumer;
  readonly #source: OpenSource;
  /** Pieces to take, the oldest first. */
  readonly #pieces = new Set<SharedPiece>();
  #work = Promise.resolve();
  #state: 'together' | 'alone' | 'over' = 'together';
  #position = 0;

  constructor(consumer: PieceConsumer, source: OpenSource) {
    this.#consumer = consumer;
    this.#source = source;
  }

  /** Whether it takes pieces that are read for all. */
  get takes(): boolean {
    return this.#state === 'together';
  }

  /** Whether it could take another piece at once. */
  get isIdle(): boolean {
    return this.takes && this.#pieces.size === 0;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  take(piece: SharedPiece): void {
    this.#pieces.add(piece);
    this.#then(async () => {
      if (!this.takes) return;
      await this.#consumer.write(piece.bytes);
      this.#position = piece.end;
      this.#release(piece);
    });
  }

  /** Takes no more pieces of the others, and reads the rest for itself once its current write has ended. */
  goAlone(): void {
    this.#state = 'alone';
    const [current, ...others] = this.#pieces;
    if (current !== undefined) this.#release(current, true);
    for (const piece of others) this.#release(piece);
    this.#then(() => this.#readRest());
  }

  /** Settles once the consumer has finished or failed. */
  async end(): Promise<void> {
    this.#then(() => this.#consumer.finish());
    return this.#work;
  }

  fail(reason: unknown): void {
    if (this.isOver) return;
    this.#state = 'over';
    for (const piece of this.#pieces) this.#release(piece);
    this.#consumer.fail(reason);
  }

  async #readRest(): Promise<void> {
    const buffer = new Uint8Array(PIECE_BYTES);
    while (this.#position < this.#source.identity.size) {
      const piece = await readPiece(this.#source, buffer, this.#position);
      if (this.isOver) return;
      await this.#consumer.write(piece);
      this.#position += piece.length;
    }
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.isOver) return;
      await step();
    });
    this.#work = this.#work.catch((reason: unknown) => this.fail(reason));
  }

  #release(piece: SharedPiece, inUse = false): void {
    this.#pieces.delete(piece);
    piece.release(this, inUse);
  }
}
