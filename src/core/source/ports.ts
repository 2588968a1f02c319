import type { Inspection } from './inspection/inspection.ts';

/** What tells one state of a file from another without reading it. */
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
   * When the system saw the file's last change, likewise. Nobody can set it, as an archive sets `modified`; but a new name or other
   * rights move it too, so that it counts only for what was found out earlier.
   */
  readonly changed?: string;
}

/** A source file that is open for one pass over its bytes. */
export interface OpenSource {
  readonly identity: FileIdentity;
  /** Fills as much of `buffer` as the file has from `position` on; returns how many bytes. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** The identity as it is now, to find out whether the file changed while it was read. */
  identify(): Promise<FileIdentity>;
  close(): Promise<void>;
}

/** Files as core needs them. Throws `Failure` with codes `source-missing`, `source-unreadable`, `source-not-a-file`. */
export interface SourceFiles {
  identify(path: string): Promise<FileIdentity>;
  open(path: string): Promise<OpenSource>;
}

/** Digests in hex by the name that Glance gives the algorithm (`md5`, `sha512`…). */
export type Digests = Readonly<Record<string, string>>;

/** Digests being computed off the event loop. */
export interface DigestRun {
  /** Settles when every digest has taken the piece, so that its buffer may be used again. */
  update(piece: Uint8Array): Promise<void>;
  /** Ends the run. An algorithm that this platform cannot compute is absent. */
  finish(): Promise<Digests>;
  abort(): void;
}

/** Where digests are computed: worker threads. */
export interface DigestWorkers {
  start(algorithms: readonly string[]): DigestRun;
}

/** Digests of files that were read before; an entry counts only while the file's identity is unchanged. */
export interface DigestCache {
  get(identity: FileIdentity): Promise<Digests | undefined>;
  put(identity: FileIdentity, digests: Digests): Promise<void>;
}

/** What the headers of files said that were inspected before; likewise. */
export interface InspectionCache {
  get(identity: FileIdentity): Promise<Inspection | undefined>;
  put(identity: FileIdentity, inspection: Inspection): Promise<void>;
}

/** Whether two identities are the same state of the same file. */
export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return a.path === b.path && a.inode === b.inode && a.size === b.size && a.modified === b.modified;
}

/** Where a path of a definition leads. */
export interface LocatedPath {
  /** Absolute, links followed as far as there is something. */
  readonly path: string;
  /**
   * Absent for a path that leads where the definition's own folder or its workspace says; `outside`: it leads out of both;
   * `link`: it stays, but through a link.
   */
  readonly reach?: 'outside' | 'link';
  /** The link on its way that may have come with the definition. */
  readonly link?: string;
}
