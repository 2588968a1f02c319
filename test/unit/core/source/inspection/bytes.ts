import { inspect } from '../../../../../src/core/source/inspection/inspect.ts';
import type { FlawCode, Inspection } from '../../../../../src/core/source/inspection/inspection.ts';

/** A file in memory that counts what is read of it. */
export class CountedFile {
  readonly #bytes: Uint8Array;
  bytesRead = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(buffer: Uint8Array, position: number): Promise<number> {
    const piece = this.#bytes.subarray(position, position + buffer.length);
    buffer.set(piece);
    this.bytesRead += piece.length;
    return Promise.resolve(piece.length);
  }
}

/** Inspects bytes; `size` stands for a longer file whose rest is zero. */
export async function inspected(bytes: Uint8Array, size = bytes.length): Promise<Inspection> {
  if (size === bytes.length) return inspect(new CountedFile(bytes), size);
  const whole = new Uint8Array(size);
  whole.set(bytes);
  return inspect(new CountedFile(whole), size);
}

/** What was found: the formats, and the flaws of all of them. */
export function findings({ formats }: Inspection): { readonly formats: string[]; readonly flaws: FlawCode[] } {
  return {
    formats: formats.map(({ format }) => format),
    flaws: formats.flatMap(({ flaws }) => flaws.map(({ code }) => code)),
  };
}

/** Bytes with fields at their places. */
export function header(length: number, ...fields: readonly (readonly [offset: number, field: Field])[]): Buffer {
  const bytes = Buffer.alloc(length);
  for (const [offset, field] of fields) {
    if (typeof field === 'string') bytes.write(field, offset, 'latin1');
    else if ('be32' in field) bytes.writeUInt32BE(field.be32, offset);
    else if ('le32' in field) bytes.writeUInt32LE(field.le32, offset);
    else if ('le16' in field) bytes.writeUInt16LE(field.le16, offset);
    else if ('be64' in field) bytes.writeBigUInt64BE(field.be64, offset);
    else bytes.writeBigUInt64LE(field.le64, offset);
  }
  return bytes;
}

type Field =
  | string
  | { readonly be32: number }
  | { readonly le32: number }
  | { readonly le16: number }
  | { readonly be64: bigint }
  | { readonly le64: bigint };
