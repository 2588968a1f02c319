/** Bytes of one pooled buffer. Large enough that a message to a worker costs nothing beside hashing it. */
export const PIECE_BYTES = 1024 * 1024;

/**
 * A fixed set of reused buffers: memory stays flat whatever the size of the source, and a slow consumer slows down
 * the reader. The memory is shared, so that workers hash it without a copy.
 */
export class BufferPool {
  readonly #free: Uint8Array[] = [];
  readonly #waiting: ((buffer: Uint8Array) => void)[] = [];
  /** Buffers that were not needed so far. */
  #unmade: number;

  /** @param count how many buffers of `PIECE_BYTES` there are at most */
  constructor(count = 8) {
    this.#unmade = count;
  }

  /** Makes a buffer, in place of one that won't come back. */
  add(): void {
    this.give(new Uint8Array(new SharedArrayBuffer(PIECE_BYTES)));
  }

  /** Takes a buffer, once one is free. */
  async take(): Promise<Uint8Array> {
    const buffer = this.#free.pop();
    if (buffer !== undefined) return buffer;
    if (this.#unmade > 0) {
      this.#unmade -= 1;
      return new Uint8Array(new SharedArrayBuffer(PIECE_BYTES));
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a buffer back. */
  give(buffer: Uint8Array): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(buffer);
    else next(buffer);
  }
}
