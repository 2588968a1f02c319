import { HeaderBytes } from './header-bytes.ts';

/** Bytes at places of the caller's choice; an open source is one. */
export interface RandomAccess {
  /** Fills as much of `buffer` as there is from `position` on; returns how many bytes. */
  read(buffer: Uint8Array, position: number): Promise<number>;
}

/** More than every header of every format together; what a file wants beyond that is not read. */
export const INSPECTED_BYTES_AT_MOST = 2 * 1024 * 1024;

/** Reads stretches of a file, never more than `INSPECTED_BYTES_AT_MOST` in all, whatever the file says of itself. */
export class HeaderReader {
  readonly #file: RandomAccess;
  /** Of the whole file, in bytes. */
  readonly size: number;
  #left = INSPECTED_BYTES_AT_MOST;

  constructor(file: RandomAccess, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** A stretch, cut at the end of the file. A position that no file has gives nothing. Throws only what the file's `read` throws. */
  async bytes(position: number | bigint, length: number): Promise<HeaderBytes> {
    const from = Number(position);
    if (!Number.isSafeInteger(from) || from < 0 || from >= this.size) return new HeaderBytes(new Uint8Array(0));
    const wanted = Math.min(length, this.size - from, this.#left);
    this.#left -= wanted;
    const buffer = new Uint8Array(wanted);
    let filled = 0;
    while (filled < wanted) {
      const count = await this.#file.read(buffer.subarray(filled), from + filled);
      if (count <= 0) break;
      filled += count;
    }
    return new HeaderBytes(buffer.subarray(0, filled));
  }

  /** The last bytes of the file. */
  async tail(length: number): Promise<HeaderBytes> {
    return this.bytes(Math.max(0, this.size - length), length);
  }
}
