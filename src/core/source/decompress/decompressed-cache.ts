import { Failure } from '../../failure.ts';
import type { Log } from '../../log.ts';
import type { Digests, DigestWorkers, SourceFiles } from '../ports.ts';
import { readOnce } from '../read-once.ts';
import { USUAL_DIGESTS } from '../source-reader.ts';
import { entryText, parseEntry, partialName, sidecarName, type CacheEntry } from '../url/cache-entry.ts';
import type { CacheFolder } from '../url/ports.ts';
import { limitsFor, type Compression, type Decompressor } from './compression.ts';

/** A compressed file. */
export interface CompressedFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  /** Of the compressed bytes, hex. */
  readonly sha512: string;
  readonly compression: Compression;
  /** Its source, for people: a URL without secrets, or a path. */
  readonly source: string;
}

/** A decompressed file. */
export interface DecompressedFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly digests: Digests;
}

export interface DecompressedCacheDeps {
  readonly folder: CacheFolder;
  readonly decompressor: Decompressor;
  readonly files: SourceFiles;
  readonly workers: DigestWorkers;
  readonly log: Log;
  /** Time of day. */
  now(): Date;
}

/** Decompressed files by the digest of the compressed bytes, so that the same archive is decompressed only once, whatever its source. */
export class DecompressedCache {
  readonly #deps: DecompressedCacheDeps;

  constructor(deps: DecompressedCacheDeps) {
    this.#deps = deps;
  }

  /** An archive's content, if it was decompressed before. The file is not read, only its size is compared. */
  async look(sha512: string): Promise<DecompressedFile | undefined> {
    const entry = await this.#entry(sha512);
    return entry && { path: this.#deps.folder.pathOf(nameOf(sha512)), size: entry.size, digests: entry.digests };
  }

  /** Decompresses, unless the cached bytes are intact. Throws what `Decompressor` throws, and `source-empty`. */
  async decompress(
    file: CompressedFile,
    signal: AbortSignal | undefined,
    onProgress: (read: number) => void,
  ): Promise<DecompressedFile> {
    const { folder, decompressor, log } = this.#deps;
    const name = nameOf(file.sha512);
    return folder.locked(name, signal, async () => {
      const kept = await this.#entry(file.sha512);
      if (kept !== undefined) {
        const digests = await this.#digests(folder.pathOf(name), signal);
        if (digests.sha512 === kept.digests.sha512) return { path: folder.pathOf(name), size: kept.size, digests };
        log.warn(`The cached file "${folder.pathOf(name)}" is damaged and is decompressed again.`);
      }
      const partial = partialName(name);
      try {
        const { path: input, compression } = file;
        const limits = limitsFor(file.size, await folder.free());
        const output = folder.pathOf(partial);
        const size = await decompressor.decompress({ input, output, compression, limits, signal, onProgress });
        if (size === 0) throw new Failure('source-empty', `"${file.source}" is empty after decompression.`);
        const digests = await this.#digests(output, signal);
        await folder.remove(sidecarName(name));
        await folder.publish(partial, name);
        const known = { source: file.source, urlSha256: file.sha512, size, digests, validators: {} };
        await folder.writeText(sidecarName(name), entryText({ ...known, fetched: this.#deps.now().toISOString() }));
        return { path: folder.pathOf(name), size, digests };
      } catch (error) {
        await folder.remove(partial);
        throw error;
      }
    });
  }

  async #entry(sha512: string): Promise<CacheEntry | undefined> {
    const { folder } = this.#deps;
    const name = nameOf(sha512);
    const [text, size] = await Promise.all([folder.readText(sidecarName(name)), folder.size(name)]);
    const entry = parseEntry(text);
    return entry?.urlSha256 === sha512 && entry.size === size ? entry : undefined;
  }

  async #digests(path: string, signal: AbortSignal | undefined): Promise<Digests> {
    const { files, workers } = this.#deps;
    const source = await files.open(path);
    try {
      return (await readOnce(source, workers.start(USUAL_DIGESTS), [], signal === undefined ? {} : { signal })).digests;
    } finally {
      await source.close();
    }
  }
}

/** Ends in `.img` like every file of the cache; longer than the names made of MD5, so they never collide. */
function nameOf(sha512: string): string {
  return `decompressed-${sha512.slice(0, 40)}.img`;
}
