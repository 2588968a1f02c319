/** The file of a partial download. */
export interface PartialFile {
  /** Its size when it was opened. */
  readonly size: number;
  /** Distinguishes it from a later file of the same name. */
  readonly birth: string;
  /** Fills as much of `buffer` as the file has from `position` on; returns how many bytes. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  write(piece: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Resolves when the bytes are on the disk. */
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
 * A folder for downloads, shared with other processes. Throws `Failure` with codes `cache-full`,
 * `cache-not-writable`, `cache-unreadable`, `cache-folder-is-link`, each with the folder's name. Links in it are not followed.
 */
export interface CacheFolder {
  /** Absolute. */
  readonly path: string;
  pathOf(name: string): string;
  /** Runs `work` while no other process does so for this name. A lock whose process has died is taken over. */
  locked<T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
  /** Size in bytes; `undefined` if there is no regular file of that name. */
  size(name: string): Promise<number | undefined>;
  /** A text that we wrote; `undefined` if there is none, or if somebody else may have written it. */
  readText(name: string): Promise<string | undefined>;
  /** Likewise, whoever wrote it: to display it, not to trust it. */
  readAnyText(name: string): Promise<string | undefined>;
  /** Replaces the file atomically. */
  writeText(name: string, text: string): Promise<void>;
  /** Opens for reading and writing. Creates the file if it is missing or no regular file of this user. */
  openPartial(name: string): Promise<PartialFile>;
  /** Renames a complete file durably: a crash leaves the old name or the new one. */
  publish(partial: string, name: string): Promise<void>;
  /** Removes a file if it exists. */
  remove(name: string): Promise<void>;
  /** Free space in bytes. */
  free(): Promise<number>;
  list(): Promise<readonly CachedFile[]>;
}
