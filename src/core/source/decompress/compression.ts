/** How a source's bytes are compressed. */
export type Compression = 'gz' | 'bz2' | 'xz' | 'zst';

/** Bytes that `detectCompression` looks at. */
export const COMPRESSION_HEAD_BYTES = 10;

/** More of output for one byte of input is a bomb or a mistake: gzip can't do it, and a disk full of nothing is not worth sending. */
export const RATIO_AT_MOST = 1000;
/** Output that is fine whatever the ratio. */
const HARMLESS_BYTES = 1024 ** 3;
/** Of the room that is free, what may be filled. */
const SHARE_OF_FREE = 0.9;

/** What the content says, by the signatures of each format; the name of the file says nothing. */
export function detectCompression(head: Uint8Array): Compression | undefined {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  if (begins(0x1f, 0x8b, 0x08)) return 'gz';
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  // A skippable frame may come first.
  if (
    begins(0x28, 0xb5, 0x2f, 0xfd) ||
    (((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18)
  )
    return 'zst';
  const level = head[3] ?? 0;
  if (!begins(0x42, 0x5a, 0x68) || level < 0x31 || level > 0x39) return undefined;
  const block = [...head.subarray(4, 10)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  // The first block, or the end of a stream without any.
  return block === '314159265359' || block === '177245385090' ? 'bz2' : undefined;
}

/** Bytes that decompressing may write. */
export interface DecompressionLimits {
  readonly byRatio: number;
  readonly byRoom: number;
}

/** @param compressed bytes of the input @param free bytes of room where the output goes */
export function limitsFor(compressed: number, free: number): DecompressionLimits {
  return {
    byRatio: Math.max(HARMLESS_BYTES, compressed * RATIO_AT_MOST),
    byRoom: Math.floor(free * SHARE_OF_FREE),
  };
}

/** One file to decompress into another. */
export interface DecompressionTask {
  /** Absolute paths. The output is a new file; what had its name is removed. */
  readonly input: string;
  readonly output: string;
  readonly compression: Compression;
  readonly limits: DecompressionLimits;
  readonly signal: AbortSignal | undefined;
  /** Bytes of the input that were read so far. */
  readonly onProgress: (read: number) => void;
}

/** Decompresses off the event loop. Every member, stream or frame of the input is taken. */
export interface Decompressor {
  /**
   * Returns the bytes written, which are on the disk by then. Throws `Failure` with codes `source-corrupt` (damaged or cut),
   * `compression-unsupported`, `decompression-failed` (the decompressor's own fault, as far as is known), `decompression-bomb`, `cache-full`, `cache-not-writable`, `source-unreadable`.
   */
  decompress(task: DecompressionTask): Promise<number>;
}
