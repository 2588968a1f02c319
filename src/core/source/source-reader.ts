import pLimit from 'p-limit';
import { inspect } from './inspection/inspect.ts';
import type { Inspection } from './inspection/inspection.ts';
import type { DigestCache, Digests, DigestWorkers, FileIdentity, InspectionCache, SourceFiles } from './ports.ts';
import { readOnce } from './read-once.ts';

/** The digests of every source: MD5 and SHA-512 are Glance's defaults. */
export const USUAL_DIGESTS = ['md5', 'sha512'] as const;

/** Reading more files at once only makes a disk seek. */
const READ_AT_ONCE = 2;

/** Determines facts of source files, reading their bytes only if needed. */
export class SourceReader {
  readonly #files: SourceFiles;
  readonly #workers: DigestWorkers;
  readonly #cache: DigestCache;
  readonly #inspections: InspectionCache;
  /** Several definitions and regions share one pass over a file. */
  readonly #reading = new Map<string, Promise<Digests>>();
  readonly #inTurn = pLimit(READ_AT_ONCE);

  constructor(files: SourceFiles, workers: DigestWorkers, cache: DigestCache, inspections: InspectionCache) {
    this.#files = files;
    this.#workers = workers;
    this.#cache = cache;
    this.#inspections = inspections;
  }

  /** The current file, with the digests that are known without reading it. Throws `source-missing`, `source-unreadable`, `source-not-a-file`. */
  async identify(path: string): Promise<{ readonly identity: FileIdentity; readonly digests: Digests | undefined }> {
    const identity = await this.#files.identify(path);
    return { identity, digests: await this.#cache.get(identity) };
  }

  /** Inspects the headers of a file. They are read only if the file changed since. Throws as `identify`. */
  async inspect(path: string): Promise<Inspection> {
    const known = await this.#inspections.get(await this.#files.identify(path));
    if (known !== undefined) return known;
    const source = await this.#files.open(path);
    try {
      const inspection = await inspect(source, source.identity.size);
      await this.#inspections.put(source.identity, inspection);
      return inspection;
    } finally {
      await source.close();
    }
  }

  /** Digests of the file, from the cache or by reading it. Throws `source-changed` if it changes meanwhile. */
  async digests(path: string, algorithms: readonly string[], signal?: AbortSignal): Promise<Digests> {
    const { identity, digests } = await this.identify(path);
    if (digests !== undefined && algorithms.every((algorithm) => Object.hasOwn(digests, algorithm))) return digests;
    const name = JSON.stringify([identity, [...algorithms].sort()]);
    const read = (): Promise<Digests> => this.#read(path, algorithms, digests ?? {}, signal);
    const running = this.#reading.get(name) ?? this.#inTurn(read);
    this.#reading.set(name, running);
    try {
      return await running;
    } finally {
      this.#reading.delete(name);
    }
  }

  /** The digests of a file in this state, as far as they are known. */
  async known(identity: FileIdentity): Promise<Digests | undefined> {
    return this.#cache.get(identity);
  }

  /** Forgets the digests of a file: the bytes turned out to be others. */
  async forget(identity: FileIdentity): Promise<void> {
    await this.#cache.put(identity, {});
  }

  /** Stores the digests that an upload computed. */
  async remember(identity: FileIdentity, digests: Digests): Promise<void> {
    await this.#cache.put(identity, { ...(await this.#cache.get(identity)), ...digests });
  }

  async #read(path: string, algorithms: readonly string[], known: Digests, signal?: AbortSignal): Promise<Digests> {
    const source = await this.#files.open(path);
    try {
      const missing = algorithms.filter((algorithm) => !Object.hasOwn(known, algorithm));
      const run = this.#workers.start(missing, source.identity.size);
      const read = await readOnce(source, run, [], signal === undefined ? {} : { signal });
      const digests = { ...known, ...read.digests };
      await this.#cache.put(read.identity, digests);
      return digests;
    } finally {
      await source.close();
    }
  }
}
