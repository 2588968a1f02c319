const LATIN1 = new TextDecoder('latin1');

/**
 * A part of a hostile file, read as fields of a header. Bytes beyond its end read as zero, so that no header, however
 * short, makes a reader throw; check `length` if that matters.
 */
export class HeaderBytes {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** In bytes. */
  get length(): number {
    return this.#view.byteLength;
  }

  /** Whether these characters (code units up to 255) are at `offset`. */
  has(mark: string, offset = 0): boolean {
    if (offset + mark.length > this.length) return false;
    for (let index = 0; index < mark.length; index += 1) {
      if (this.#view.getUint8(offset + index) !== mark.charCodeAt(index)) return false;
    }
    return true;
  }

  uint8(offset: number): number {
    return this.#reaches(offset, 1) ? this.#view.getUint8(offset) : 0;
  }

  uint16(offset: number, order: ByteOrder): number {
    return this.#reaches(offset, 2) ? this.#view.getUint16(offset, order === 'little') : 0;
  }

  uint32(offset: number, order: ByteOrder): number {
    return this.#reaches(offset, 4) ? this.#view.getUint32(offset, order === 'little') : 0;
  }

  uint64(offset: number, order: ByteOrder): bigint {
    return this.#reaches(offset, 8) ? this.#view.getBigUint64(offset, order === 'little') : 0n;
  }

  /** Latin-1 text of at most `length` bytes, cut at the first NUL. */
  text(offset: number, length: number): string {
    const text = LATIN1.decode(this.subarray(offset, length));
    const end = text.indexOf('\0');
    return end === -1 ? text : text.slice(0, end);
  }

  /** A range of the bytes themselves, cut at their end. */
  subarray(offset: number, length: number): Uint8Array {
    const from = Math.min(Math.max(offset, 0), this.length);
    const to = Math.min(from + Math.max(length, 0), this.length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, to - from);
  }

  /** Whether a range holds only zeros. */
  isZero(offset: number, length: number): boolean {
    for (let index = offset; index < offset + length; index += 1) {
      if (this.uint8(index) !== 0) return false;
    }
    return true;
  }

  #reaches(offset: number, length: number): boolean {
    return offset >= 0 && offset + length <= this.length;
  }
}

/** Which byte of a number comes first in the file. */
export type ByteOrder = 'big' | 'little';
