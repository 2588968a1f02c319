import { HeaderBytes } from './header-bytes.ts';

/** Random access to bytes, as of an open source. */
export interface RandomAccess {
  /** Fills as much of `buffer` as there is from `position` on; returns how many bytes. */
  read(buffer: Uint8Array, position: number): Promise<number>;
}

/** More than all headers of all formats together. Nothing beyond that is read. */
export const INSPECTED_BYTES_AT_MOST = 2 * 1024 * 1024;

/** Reads parts of a file, at most `INSPECTED_BYTES_AT_MOST` in total, whatever the file's headers claim. */
export class HeaderReader {
  readonly #file: RandomAccess;
  /** Of the whole file, in bytes. */
  readonly size: number;
  #left = INSPECTED_BYTES_AT_MOST;

  constructor(file: RandomAccess, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** A part, cut at the end of the file. An impossible position gives no bytes. Throws only what the file's `read` throws. */
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
