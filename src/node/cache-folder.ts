import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { Failure, isAbort } from '../core/failure.ts';
import type { CachedFile, CacheFolder, PartialFile } from '../core/source/url/ports.ts';
import { readTextFile, UnreadableFile } from './text-file.ts';

/** ms after which a lock that its process does not renew counts as left by a crash. */
const LOCK_STALE = 10_000;
/** What is said of a file beside it. */
const TEXT_BYTES_AT_MOST = 1024 * 1024;
/** ms between two tries to get a lock. */
const LOCK_INTERVAL = 250;

/** A cache folder on the local disk. Nothing is made before it is needed. */
export class LocalCacheFolder implements CacheFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
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
      // One that was taken over because this process was suspended is no longer ours to release.
      await release().catch(() => undefined);
    }
  }

  async size(name: string): Promise<number | undefined> {
    try {
      const stats = await stat(this.pathOf(name));
      return stats.isFile() ? stats.size : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.#failure(error, 'read');
    }
  }

  async readText(name: string): Promise<string | undefined> {
    try {
      return await readTextFile(this.pathOf(name), { atMost: TEXT_BYTES_AT_MOST });
    } catch (error) {
      if (error instanceof UnreadableFile && error.why === 'missing') return undefined;
      throw this.#failure(error, 'read');
    }
  }

  async writeText(name: string, text: string): Promise<void> {
    await this.#write(() => writeFileAtomic(this.pathOf(name), text, { mode: 0o600 }));
  }

  async openPartial(name: string): Promise<PartialFile> {
    await this.#make();
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const handle = await this.#write(() => open(this.pathOf(name), flags, 0o600));
    const { size } = await handle.stat();
    return {
      size,
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
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path).catch((error: unknown) => {
      throw this.#failure(error, 'read');
    });
    return bavail * bsize;
  }

  async list(): Promise<readonly CachedFile[]> {
    const names = await readdir(this.path).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw this.#failure(error, 'read');
    });
    const files = await Promise.all(names.map(async (name) => ({ name, size: await this.size(name) })));
    return files.flatMap(({ name, size }) => (size === undefined ? [] : [{ name, size }]));
  }

  async #make(): Promise<void> {
    await this.#write(() => mkdir(this.path, { recursive: true, mode: 0o700 }));
  }

  async #lock(name: string, signal: AbortSignal | undefined): Promise<() => Promise<void>> {
    for (;;) {
      signal?.throwIfAborted();
      try {
        // The file itself need not exist: the lock is a folder beside it.
        return await lock(this.pathOf(name), {
          realpath: false,
          stale: LOCK_STALE,
          onCompromised: () => undefined,
        });
      } catch (error) {
        if (codeOf(error) !== 'ELOCKED') throw this.#failure(error, 'written');
        await setTimeout(LOCK_INTERVAL, undefined, signal === undefined ? {} : { signal });
      }
    }
  }

  async #write<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#failure(error, 'written');
    }
  }

  #failure(error: unknown, what: 'read' | 'written'): unknown {
    if (error instanceof Failure || isAbort(error)) return error;
    const code = codeOf(error);
    const change = 'or name another one with "image_cache_path".';
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
      return new Failure('cache-full', `The cache folder "${this.path}" has no room for more.`, {
        next: `Make room ("glance-images cache clear" empties the cache), ${change}`,
        cause: error,
      });
    }
    const why = error instanceof Error ? error.message : String(error);
    return new Failure(
      what === 'read' ? 'cache-unreadable' : 'cache-not-writable',
      `The cache folder "${this.path}" can't be ${what}: ${why}`,
      { next: `Make the folder ${what === 'read' ? 'readable' : 'writable'}, ${change}`, cause: error },
    );
  }
}

async function writeAll(handle: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < piece.length;) {
    const { bytesWritten } = await handle.write(piece, written, piece.length - written, position + written);
    written += bytesWritten;
  }
}

/** So that the name itself survives a loss of power; Windows opens no folders. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
