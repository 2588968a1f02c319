import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  sameIdentity,
  type FileIdentity,
  type DigestCache,
  type Digests,
  type InspectionCache,
} from '../../core/source/ports.ts';
import { isOnlyOurs } from './own-records.ts';
import { readClosedText, replaceText } from '../files/strict-files.ts';
import { isInspection, type Inspection } from '../../core/source/inspection/inspection.ts';
import type { TellUnkept } from './tell-unkept.ts';

/** Bytes of an entry: what is longer is none of ours. */
const ENTRY_BYTES_AT_MOST = 64 * 1024;

/** What one kind of knowledge about files is called, and how it is told from anything else that a cache file may hold. */
interface Knowledge<T> {
  /** Its name in the file: `digests`. */
  readonly what: string;
  /** The value, or `undefined` for anything else. */
  readonly read: (value: unknown) => T | undefined;
}

/**
 * What was found out about files before, one small JSON file for each path, so that two processes never write the same
 * one for different sources. An entry counts only while the file's identity is unchanged, and only where nobody else could have
 * written it. A cache that can't be read or written costs finding out again, nothing else.
 */
class IdentityCache<T> {
  readonly #folder: string;
  readonly #tellUnkept: TellUnkept;
  readonly #knowledge: Knowledge<T>;
  #ours: Promise<boolean> | undefined;

  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, tellUnkept: TellUnkept, knowledge: Knowledge<T>) {
    this.#folder = folder;
    this.#tellUnkept = tellUnkept;
    this.#knowledge = knowledge;
  }

  async get(identity: FileIdentity): Promise<T | undefined> {
    const { what, read } = this.#knowledge;
    try {
      const text = await readClosedText(this.#entryFile(identity), ENTRY_BYTES_AT_MOST);
      if (text === undefined || !(await (this.#ours ??= isOnlyOurs(this.#folder)))) return undefined;
      const entry: unknown = JSON.parse(text);
      if (typeof entry !== 'object' || entry === null || !('identity' in entry)) return undefined;
      if (!isIdentity(entry.identity) || !sameIdentity(entry.identity, identity)) return undefined;
      if (entry.identity.changed !== identity.changed) return undefined;
      return read(Reflect.get(entry, what));
    } catch {
      // Absent or broken: as good as never read.
      return undefined;
    }
  }

  async put(identity: FileIdentity, value: T): Promise<void> {
    const { what } = this.#knowledge;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await replaceText(this.#entryFile(identity), JSON.stringify({ identity, [what]: value }));
    } catch (error) {
      this.#tellUnkept(error);
    }
  }

  #entryFile(identity: FileIdentity): string {
    return join(this.#folder, `${createHash('sha256').update(identity.path).digest('hex')}.json`);
  }
}

function isIdentity(value: unknown): value is FileIdentity {
  if (typeof value !== 'object' || value === null) return false;
  return (
    ['path', 'inode', 'modified'].every((name) => typeof Reflect.get(value, name) === 'string') &&
    typeof Reflect.get(value, 'size') === 'number'
  );
}

/** Digests of files that were read before, on disk. */
export class FileDigestCache extends IdentityCache<Digests> implements DigestCache {
  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, tellUnkept: TellUnkept) {
    super(folder, tellUnkept, { what: 'digests', read: (value) => (isDigests(value) ? value : undefined) });
  }
}

function isDigests(value: unknown): value is Digests {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((digest) => typeof digest === 'string');
}

/** What the headers of files said that were inspected before, on disk. */
export class FileInspectionCache extends IdentityCache<Inspection> implements InspectionCache {
  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, tellUnkept: TellUnkept) {
    super(folder, tellUnkept, { what: 'inspection', read: (value) => (isInspection(value) ? value : undefined) });
  }
}
