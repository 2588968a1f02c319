import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { inspectionSchema, type Inspection } from '../../core/source/inspection/inspection.ts';
import {
  sameIdentity,
  type DigestCache,
  type Digests,
  type FileIdentity,
  type InspectionCache,
} from '../../core/source/ports.ts';
import { digests, parseStored } from '../../core/stored-json.ts';
import { readClosedText, replaceText } from '../files/strict-files.ts';
import { isPrivateFolder } from '../files/private-folder.ts';
import type { OnWriteError } from './write-errors.ts';

/** Most bytes of an entry: a longer one is not ours. */
const ENTRY_BYTES_AT_MOST = 64 * 1024;

const entrySchema = v.looseObject({
  identity: v.object({
    path: v.string(),
    inode: v.string(),
    size: v.number(),
    modified: v.string(),
    changed: v.exactOptional(v.string()),
  }),
});

/**
 * Facts about files, one small JSON file for each path, so that two processes never write the same
 * one for different sources. An entry counts only while the file's identity is unchanged, and only if nobody else could have
 * written it. If the cache can't be read or written, the facts are computed again.
 */
class IdentityCache<T> {
  readonly #folder: string;
  readonly #onWriteError: OnWriteError;
  readonly #name: string;
  readonly #schema: v.GenericSchema<unknown, T>;
  #ours: Promise<boolean> | undefined;

  /**
   * @param folder absolute path; made when it is first needed
   * @param name of the value in an entry
   * @param schema of the value
   */
  constructor(folder: string, onWriteError: OnWriteError, name: string, schema: v.GenericSchema<unknown, T>) {
    this.#folder = folder;
    this.#onWriteError = onWriteError;
    this.#name = name;
    this.#schema = schema;
  }

  async get(identity: FileIdentity): Promise<T | undefined> {
    try {
      const entry = parseStored(entrySchema, await readClosedText(this.#entryFile(identity), ENTRY_BYTES_AT_MOST));
      if (entry === undefined || !(await (this.#ours ??= isPrivateFolder(this.#folder)))) return undefined;
      if (!sameIdentity(entry.identity, identity) || entry.identity.changed !== identity.changed) return undefined;
      const read = v.safeParse(this.#schema, entry[this.#name]);
      return read.success ? read.output : undefined;
    } catch {
      // A missing or broken entry counts as none.
      return undefined;
    }
  }

  async put(identity: FileIdentity, value: T): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await replaceText(this.#entryFile(identity), JSON.stringify({ identity, [this.#name]: value }));
    } catch (error) {
      this.#onWriteError(error);
    }
  }

  #entryFile(identity: FileIdentity): string {
    return join(this.#folder, `${createHash('sha256').update(identity.path).digest('hex')}.json`);
  }
}

/** Digests of files, kept on disk. */
export class FileDigestCache extends IdentityCache<Digests> implements DigestCache {
  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, onWriteError: OnWriteError) {
    super(folder, onWriteError, 'digests', digests);
  }
}

/** Inspections of files, kept on disk. */
export class FileInspectionCache extends IdentityCache<Inspection> implements InspectionCache {
  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, onWriteError: OnWriteError) {
    super(folder, onWriteError, 'inspection', inspectionSchema);
  }
}
