import type { PartialFile } from '../source/url/ports.ts';

/** Where a download goes: a file under a temporary name beside its final one. Throws `Failure` with codes `disk-full`, `target-not-writable`. */
export interface DownloadTarget {
  /** Absolute path of the final file. */
  readonly path: string;
  /** The bytes so far, those that an earlier download of the same image left among them. */
  readonly partial: PartialFile;
  /** Gives the synced bytes their name in place of whatever had it. */
  publish(): Promise<void>;
  /** Takes the temporary file away. */
  discard(): Promise<void>;
  /** Lets go; a temporary file with bytes stays for the next time. */
  close(): Promise<void>;
}

/** How far a download is. */
export interface DownloadProgress {
  /** Bytes that are here. */
  readonly received: number;
  /** Of the whole image. */
  readonly total: number;
}
