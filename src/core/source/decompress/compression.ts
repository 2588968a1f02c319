/** How a source's bytes are compressed. */
export type Compression = 'gz' | 'bz2' | 'xz' | 'zst';

/** Bytes that `detectCompression` looks at. */
export const COMPRESSION_HEAD_BYTES = 10;

/** Most output per byte of input: more is a decompression bomb or a mistake. gzip can't reach it, and a disk of zeros is not worth sending. */
export const RATIO_AT_MOST = 1000;
/** Output that is accepted at any ratio. */
const HARMLESS_BYTES = 1024 ** 3;
/** The share of free space that may be used. */
const SHARE_OF_FREE = 0.9;

/** Detects compression by signatures. The file's name does not matter. */
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

/** Limits in bytes of the output. */
export interface DecompressionLimits {
  readonly byRatio: number;
  readonly byRoom: number;
}

/** @param compressed bytes of the input @param free free bytes at the target */
export function limitsFor(compressed: number, free: number): DecompressionLimits {
  return {
    byRatio: Math.max(HARMLESS_BYTES, compressed * RATIO_AT_MOST),
    byRoom: Math.floor(free * SHARE_OF_FREE),
  };
}

/** One file to decompress into another. */
export interface DecompressionTask {
  /** Absolute paths. The output is a new file; an existing one is removed. */
  readonly input: string;
  readonly output: string;
  readonly compression: Compression;
  readonly limits: DecompressionLimits;
  readonly signal: AbortSignal | undefined;
  /** Called with the bytes of the input read so far. */
  readonly onProgress: (read: number) => void;
}

/** Decompresses off the event loop, including every member, stream or frame of the input. */
export interface Decompressor {
  /**
   * Returns the number of bytes written, after they are synced to the disk. Throws `Failure` with codes `source-corrupt` (damaged or cut),
   * `compression-unsupported`, `decompression-failed` (probably a fault of the decompressor), `decompression-bomb`, `cache-full`, `cache-not-writable`, `source-unreadable`.
   */
  decompress(task: DecompressionTask): Promise<number>;
}
