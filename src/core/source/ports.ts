import type { Inspection } from './inspection/inspection.ts';

/** Identifies the state of a file without reading it. */
export interface FileIdentity {
  /** Absolute path. */
  readonly path: string;
  /** Decimal, because an inode may exceed 2^53. */
  readonly inode: string;
  /** Bytes. */
  readonly size: number;
  /** Nanoseconds since the epoch, decimal. */
  readonly modified: string;
  /**
   * `ctime`, likewise. Unlike `modified`, nobody can set it; but renames and changed permissions
   * update it too, so it only validates cached facts.
   */
  readonly changed?: string;
}

/** An open source file, for one pass over its bytes. */
export interface OpenSource {
  readonly identity: FileIdentity;
  /** Fills as much of `buffer` as the file has from `position` on; returns how many bytes. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** The current identity, to detect changes during reading. */
  identify(): Promise<FileIdentity>;
  close(): Promise<void>;
}

/** The files that core reads. Throws `Failure` with codes `source-missing`, `source-unreadable`, `source-not-a-file`. */
export interface SourceFiles {
  identify(path: string): Promise<FileIdentity>;
  open(path: string): Promise<OpenSource>;
}

/** Digests in hex by the name that Glance gives the algorithm (`md5`, `sha512`…). */
export type Digests = Readonly<Record<string, string>>;

/** Digests, computed off the event loop. */
export interface DigestRun {
  /** Resolves when every digest has taken the piece, so that its buffer may be reused. */
  update(piece: Uint8Array): Promise<void>;
  /** Ends the run. An algorithm that this platform cannot compute is absent. */
  finish(): Promise<Digests>;
  abort(): void;
}

/** Worker threads that compute digests. */
export interface DigestWorkers {
  /** @param size bytes of the source, where they are known: those of a small one are hashed at once */
  start(algorithms: readonly string[], size?: number): DigestRun;
}

/** Digests of files that were read before. An entry is valid while the file's identity is unchanged. */
export interface DigestCache {
  get(identity: FileIdentity): Promise<Digests | undefined>;
  put(identity: FileIdentity, digests: Digests): Promise<void>;
}

/** Inspections of files, likewise. */
export interface InspectionCache {
  get(identity: FileIdentity): Promise<Inspection | undefined>;
  put(identity: FileIdentity, inspection: Inspection): Promise<void>;
}

/** Whether two identities are the same state of the same file. */
export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return a.path === b.path && a.inode === b.inode && a.size === b.size && a.modified === b.modified;
}

/** The resolved path of a definition. */
export interface LocatedPath {
  /** Absolute, with links resolved as far as the path exists. */
  readonly path: string;
  /**
   * Absent for a path within the definition's folder or its workspace; `outside`: it leads out of both;
   * `link`: it stays inside, but through a link.
   */
  readonly reach?: 'outside' | 'link';
  /** The link in the path that may have come with the definition. */
  readonly link?: string;
}
