import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { systemCode } from '../../core/failure.ts';

/** Facts about stored bytes. */
export interface StoredBytes {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
  /** The first bytes, enough for headers with a virtual size. */
  readonly head: Buffer;
}

const headLength = 1024;

/** An image has more bytes than allowed. */
export class TooManyBytes extends Error {}

/** A store has bytes under this name already. */
export class BytesExist extends Error {}

/**
 * Writes and hashes bytes to a new file. Throws `TooManyBytes` past `limit`, `BytesExist` if the file exists,
 * and what the source throws; the caller removes the file.
 */
export async function storeBytes(source: AsyncIterable<Buffer>, path: string, limit: number): Promise<StoredBytes> {
  const file = await open(path, 'wx').catch((error: unknown) => {
    throw systemCode(error) === 'EEXIST' ? new BytesExist() : error;
  });
  try {
    const md5 = createHash('md5');
    const sha512 = createHash('sha512');
    let size = 0;
    let head = Buffer.alloc(0);
    for await (const piece of source) {
      size += piece.length;
      if (size > limit) throw new TooManyBytes();
      if (head.length < headLength) head = Buffer.concat([head, piece.subarray(0, headLength - head.length)]);
      md5.update(piece);
      sha512.update(piece);
      await file.appendFile(piece);
    }
    return { size, md5: md5.digest('hex'), sha512: sha512.digest('hex'), head };
  } finally {
    await file.close();
  }
}

/** The virtual size in bytes as found by Glance's format inspector; null if it finds none or the format doesn't match. */
export function virtualSizeOf(diskFormat: string | null, { head, size }: StoredBytes): number | null {
  const found = inspect(diskFormat, head, size);
  return found === 0 ? null : found;
}

function inspect(diskFormat: string | null, head: Buffer, size: number): number {
  if (diskFormat === 'raw') return size;
  if (diskFormat === 'qcow2' && head.length >= 32 && head.toString('latin1', 0, 4) === 'QFI\xfb') {
    return Number(head.readBigUInt64BE(24));
  }
  if (diskFormat === 'vhd' && head.toString('latin1', 0, 8) === 'conectix') return Number(head.readBigUInt64BE(40));
  if (diskFormat === 'vdi' && head.length >= 0x178 && head.readUInt32LE(0x40) === 0xbeda107f) {
    return Number(head.readBigUInt64LE(0x170));
  }
  return 0;
}
