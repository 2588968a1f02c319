import { basename } from 'node:path';
import { isAbort } from '../../failure.ts';
import { parseEntry, partialName, sidecarName } from './cache-entry.ts';
import type { CacheFolder } from './ports.ts';

/** A download or a decompressed archive that the cache holds. */
export interface CachedSource {
  /** Absolute path of its file. */
  readonly path: string;
  /** Its source, without secrets; `undefined` for an interrupted download. */
  readonly source: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601; `undefined` for an interrupted download. */
  readonly fetched: string | undefined;
}

/** The result of clearing a cache. */
export interface ClearedCache {
  readonly removed: readonly CachedSource[];
  /** Files that are in use. */
  readonly busy: readonly CachedSource[];
}

/** ms to wait for a file that is in use. */
const LOCK_WAIT = 1000;
const PARTIAL = partialName('');

/** The contents of a cache, largest first. Files that are not ours, such as Terraform's, are left out. */
export async function cachedSources(folder: CacheFolder): Promise<readonly CachedSource[]> {
  const files = new Map((await folder.list()).map(({ name, size }) => [name, size]));
  const found = await Promise.all(
    [...files].map(async ([name, size]): Promise<CachedSource | undefined> => {
      const path = folder.pathOf(name);
      if (name.endsWith(`.img${PARTIAL}`)) return { path, size, source: undefined, fetched: undefined };
      if (!name.endsWith('.img') || !files.has(sidecarName(name))) return undefined;
      const entry = parseEntry(await folder.readAnyText(sidecarName(name)));
      return entry === undefined ? undefined : { path, size, source: entry.source, fetched: entry.fetched };
    }),
  );
  return found.filter((each) => each !== undefined).sort((a, b) => b.size - a.size);
}

/** Removes our files from a cache, except those in use. */
export async function clearCache(folder: CacheFolder): Promise<ClearedCache> {
  const removed: CachedSource[] = [];
  const busy: CachedSource[] = [];
  for (const cached of await cachedSources(folder)) {
    const name = basename(cached.path).replace(/\.part$/, '');
    try {
      await folder.locked(name, AbortSignal.timeout(LOCK_WAIT), async () => {
        for (const each of [name, partialName(name)]) {
          // A file of Terraform may have the name of an interrupted download.
          if (each === name && cached.source === undefined) continue;
          await folder.remove(each);
          await folder.remove(sidecarName(each));
        }
      });
      removed.push(cached);
    } catch (error) {
      if (!isAbort(error) && !(error instanceof Error && error.name === 'TimeoutError')) throw error;
      busy.push(cached);
    }
  }
  return { removed, busy };
}
