import type { Compression, DecompressionLimits } from './compression.ts';

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
