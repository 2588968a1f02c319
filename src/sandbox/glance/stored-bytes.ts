import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { systemCode } from '../../core/failure.ts';

/** Facts about stored bytes. */
export interface StoredBytes {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
}

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
    for await (const piece of source) {
      size += piece.length;
      if (size > limit) throw new TooManyBytes();
      md5.update(piece);
      sha512.update(piece);
      await file.appendFile(piece);
    }
    return { size, md5: md5.digest('hex'), sha512: sha512.digest('hex') };
  } finally {
    await file.close();
  }
}
