/** The bytes so far of a download. */
export interface PartialFile {
  /** Bytes that it held when it was opened. */
  readonly size: number;
  /** What tells it from another file that took its name. */
  readonly birth: string;
  /** Fills as much of `buffer` as the file has from `position` on; returns how many bytes. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  write(piece: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Settles when the bytes are on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A file of a cache folder. */
export interface CachedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * A folder that downloads are kept in, shared with other processes. Throws `Failure` with codes `cache-full`,
 * `cache-not-writable`, `cache-unreadable`, `cache-folder-is-link`, each with the folder's name. No link in it is followed.
 */
export interface CacheFolder {
  /** Absolute. */
  readonly path: string;
  pathOf(name: string): string;
  /** Runs `work` while no other process does so for this name. A lock whose process has died is taken over. */
  locked<T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
  /** Bytes; `undefined` where there is no such regular file, a link included. */
  size(name: string): Promise<number | undefined>;
  /** What we wrote there; `undefined` where there is no such file, or where somebody else may have written it. */
  readText(name: string): Promise<string | undefined>;
  /** Likewise, whoever wrote it: for showing what there is, not for believing it. */
  readAnyText(name: string): Promise<string | undefined>;
  /** Replaces the file as a whole. */
  writeText(name: string, text: string): Promise<void>;
  /** Opens for reading and writing; made where it is not there, or is no plain file of this user. */
  openPartial(name: string): Promise<PartialFile>;
  /** Gives a complete file its name, for good: a crash leaves the one or the other. */
  publish(partial: string, name: string): Promise<void>;
  /** Is fine where there is none. */
  remove(name: string): Promise<void>;
  /** Bytes that can still be written. */
  free(): Promise<number>;
  list(): Promise<readonly CachedFile[]>;
}
