import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Log } from '../core/log.ts';
import { sameIdentity, type DigestCache, type Digests, type FileIdentity } from '../core/source/ports.ts';

/**
 * Digests of files that were read before, one small JSON file for each path, so that two processes never write the
 * same one for different sources. A cache that can't be read or written costs a pass over the source, nothing else.
 */
export class FileDigestCache implements DigestCache {
  readonly #folder: string;
  readonly #log: Log;

  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  async get(identity: FileIdentity): Promise<Digests | undefined> {
    try {
      const entry: unknown = JSON.parse(await readFile(this.#entryFile(identity), 'utf8'));
      return isEntry(entry) && sameIdentity(entry.identity, identity) ? entry.digests : undefined;
    } catch {
      // Absent or broken: as good as never read.
      return undefined;
    }
  }

  async put(identity: FileIdentity, digests: Digests): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFileAtomic(this.#entryFile(identity), JSON.stringify({ identity, digests }), { mode: 0o600 });
    } catch (error) {
      this.#log.warn(`The digests of "${identity.path}" could not be kept: ${String(error)}`);
    }
  }

  #entryFile(identity: FileIdentity): string {
    return join(this.#folder, `${createHash('sha256').update(identity.path).digest('hex')}.json`);
  }
}

interface Entry {
  readonly identity: FileIdentity;
  readonly digests: Digests;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || !('identity' in value) || !('digests' in value)) return false;
  const { identity, digests } = value;
  if (typeof identity !== 'object' || identity === null || typeof digests !== 'object' || digests === null)
    return false;
  return (
    ['path', 'inode', 'modified'].every((name) => typeof Reflect.get(identity, name) === 'string') &&
    typeof Reflect.get(identity, 'size') === 'number' &&
    Object.values(digests).every((digest) => typeof digest === 'string')
  );
}
