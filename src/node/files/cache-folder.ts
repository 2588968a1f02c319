import { lstat, mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { isMissing, isOutOfRoom, writeAll, syncFolder } from './file-system.ts';
import { Failure, isAbort, messageOf, systemCode } from '../../core/failure.ts';
import type { CachedFile, CacheFolder, PartialFile } from '../../core/source/url/ports.ts';
import { realPathOf } from './located-path.ts';
import type { OwnRecords } from '../records/own-records.ts';
import { isPrivateFolder } from './private-folder.ts';
import { birthOf, createNew, openToResume, readClosedText, replaceText } from './strict-files.ts';

/** ms without a renewal after which a lock counts as left by a crash. */
const LOCK_STALE = 10_000;
/** ms between two attempts to take a lock. */
const LOCK_INTERVAL = 250;

/** Most bytes of a text that we write: a longer one is not ours. */
const TEXT_BYTES_AT_MOST = 64 * 1024;

/** Options of a cache folder that a definition names. */
export interface CacheFolderOptions {
  /** Records in the user's own cache which texts of this folder we wrote. Absent for that cache itself. */
  readonly records?: OwnRecords;
  /** Throws `cache-folder-is-link` while the folder is not where the definition says. */
  readonly check?: () => Promise<void>;
}

/** A cache folder on the local disk. It is created on first use, and links in it are not followed. */
export class LocalCacheFolder implements CacheFolder {
  readonly path: string;
  readonly #options: CacheFolderOptions;

  /** @param path absolute */
  constructor(path: string, options: CacheFolderOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  async locked<T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    await this.#make();
    const release = await this.#lock(name, signal);
    try {
      return await work();
    } finally {
      // If another process took the lock while this one was suspended, it is not ours to release.
      await release().catch(() => undefined);
    }
  }

  async size(name: string): Promise<number | undefined> {
    return this.#read(async () => {
      const stats = await lstat(this.pathOf(name));
      return stats.isFile() ? stats.size : undefined;
    });
  }

  async readText(name: string): Promise<string | undefined> {
    const text = await this.readAnyText(name);
    if (text === undefined) return undefined;
    const { records } = this.#options;
    const ours = records === undefined ? isPrivateFolder(this.path) : records.has(await this.#realPathOf(name), text);
    return (await ours) ? text : undefined;
  }

  async readAnyText(name: string): Promise<string | undefined> {
    return this.#read(() => readClosedText(this.pathOf(name), TEXT_BYTES_AT_MOST));
  }

  async writeText(name: string, text: string): Promise<void> {
    await this.#write(() => replaceText(this.pathOf(name), text));
    await this.#options.records?.add(await this.#realPathOf(name), text);
  }

  async openPartial(name: string): Promise<PartialFile> {
    await this.#make();
    const path = this.pathOf(name);
    const handle = await this.#write(async () => (await openToResume(path)) ?? createNew(path));
    const stats = await handle.stat({ bigint: true });
    return {
      size: Number(stats.size),
      birth: birthOf(stats),
      read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
      write: (piece, position) => this.#write(() => writeAll(handle, piece, position)),
      truncate: (length) => this.#write(() => handle.truncate(length)),
      sync: () => this.#write(() => handle.sync()),
      close: () => handle.close(),
    };
  }

  async publish(partial: string, name: string): Promise<void> {
    await this.#write(() => rename(this.pathOf(partial), this.pathOf(name)));
    await syncFolder(this.path);
  }

  async remove(name: string): Promise<void> {
    await this.#write(() => rm(this.pathOf(name), { force: true }));
    await this.#options.records?.drop(await this.#realPathOf(name));
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path).catch((error: unknown) => {
      throw this.#failure(error, 'read');
    });
    return bavail * bsize;
  }

  async list(): Promise<readonly CachedFile[]> {
    const names = (await this.#read(() => readdir(this.path))) ?? [];
    const files = await Promise.all(names.map(async (name) => ({ name, size: await this.size(name) })));
    return files.flatMap(({ name, size }) => (size === undefined ? [] : [{ name, size }]));
  }

  async #make(): Promise<void> {
    await this.#write(() => mkdir(this.path, { recursive: true, mode: 0o700 }));
    // Whether created or found, the folder is the one that was checked.
    await this.#options.check?.();
  }

  async #realPathOf(name: string): Promise<string> {
    return join(await realPathOf(this.path), name);
  }

  async #lock(name: string, signal: AbortSignal | undefined): Promise<() => Promise<void>> {
    for (;;) {
      signal?.throwIfAborted();
      try {
        await this.#removeFalseLock(name);
        // The file itself need not exist: the lock is a folder beside it.
        return await lock(this.pathOf(name), {
          realpath: false,
          stale: LOCK_STALE,
          onCompromised: () => undefined,
        });
      } catch (error) {
        if (systemCode(error) !== 'ELOCKED') throw this.#failure(error, 'written');
        await setTimeout(LOCK_INTERVAL, undefined, signal === undefined ? {} : { signal });
      }
    }
  }

  /** A link or file with the lock's name would look like a held lock. */
  async #removeFalseLock(name: string): Promise<void> {
    const path = `${this.pathOf(name)}.lock`;
    const stats = await lstat(path).catch(() => undefined);
    if (stats !== undefined && !stats.isDirectory()) await rm(path, { force: true });
  }

  async #read<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      await this.#options.check?.();
      return await work();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.#failure(error, 'read');
    }
  }

  async #write<T>(work: () => Promise<T>): Promise<T> {
    try {
      await this.#options.check?.();
      return await work();
    } catch (error) {
      throw this.#failure(error, 'written');
    }
  }

  #failure(error: unknown, what: 'read' | 'written'): unknown {
    if (error instanceof Failure || isAbort(error)) return error;
    const code = systemCode(error);
    const change = 'or choose another one with "image_cache_path".';
    if (isOutOfRoom(error)) {
      return new Failure('cache-full', `The cache folder "${this.path}" is full.`, {
        next: `Free some space ("glance-images cache clear" empties the cache), ${change}`,
        cause: error,
      });
    }
    if (code === 'ENOENT' && what === 'written') {
      return new Failure('cache-not-writable', `The cache folder "${this.path}" was deleted while it was in use.`, {
        next: 'Try again: the folder will be created.',
        cause: error,
      });
    }
    const why = messageOf(error);
    return new Failure(
      what === 'read' ? 'cache-unreadable' : 'cache-not-writable',
      `The cache folder "${this.path}" can't be ${what}: ${why}.`,
      { next: `Make the folder ${what === 'read' ? 'readable' : 'writable'}, ${change}`, cause: error },
    );
  }
}
