import { lookup } from 'node:dns/promises';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expandPath } from '../core/definition/variables/interpolate.ts';
import type { Definition } from '../core/definition/definition.ts';
import { resolveSecret } from '../core/definition/variables/secret-reference.ts';
import { type EngineOptions, PARALLELISM } from '../core/engine.ts';
import { Failure, messageOf } from '../core/failure.ts';
import { GotHttp } from './http/got-http.ts';
import { DecompressedCache } from '../core/source/decompress/decompressed-cache.ts';
import { DefinitionSources, type SourceCaches, type SourceDeps } from '../core/reconcile/sources/definition-sources.ts';
import type { ChecksumAlgorithm } from '../core/source/checksum.ts';
import { describeUrl, type SourceDescription } from '../core/source/describe-source.ts';
import type { LocatedPath, DigestWorkers, SourceFiles } from '../core/source/ports.ts';
import type { SourceReader } from '../core/source/source-reader.ts';
import { readAddress } from '../core/source/url/address.ts';
import { UrlCache } from '../core/source/url/url-cache.ts';
import { LocalCacheFolder } from './files/cache-folder.ts';
import { workspaceFolderOf } from './clouds/configuration-folders.ts';
import { WorkerDecompressor } from './workers/decompress-workers.ts';
import { linkOnWay, locate } from './files/located-path.ts';
import { isPrivateFolder } from './files/private-folder.ts';
import { OwnRecords } from './records/own-records.ts';
import { readTextFile } from './files/text-file.ts';

/** The checksum files of whole mirrors are smaller. The same limit applies to URLs. */
const CHECKSUM_FILE_BYTES_AT_MOST = 4 * 1024 * 1024;
/** ms without a byte. */
const STALL_TIMEOUT = 30_000;
/** ms that a DNS lookup may take if only a note in the plan depends on it. */
const LOOKUP_TIMEOUT = 2000;

/** Options of the sources of a process. */
export interface LocalSourcesOptions {
  readonly engine: EngineOptions;
  readonly proxyEnvironment: Readonly<Record<string, string | undefined>> | undefined;
  readonly files: SourceFiles;
  readonly workers: DigestWorkers;
  readonly reader: SourceReader;
  /** Absolute path. */
  readonly cacheFolder: string;
}

/** Sources, with this machine's disk, worker threads and network. */
export class LocalSources {
  readonly sources: DefinitionSources;
  readonly #options: LocalSourcesOptions;
  readonly #decompressor = new WorkerDecompressor();
  readonly #confirming = new Map<string, Promise<boolean> | false>();
  /** Records of what we wrote outside the user's own cache. */
  readonly #records: OwnRecords;
  #looked = false;
  #http: GotHttp | undefined;

  constructor(options: LocalSourcesOptions) {
    this.#options = options;
    const { files, reader, cacheFolder, engine } = options;
    this.#records = new OwnRecords(join(cacheFolder, 'written-elsewhere'), engine.log);
    const deps = {
      files,
      reader,
      http: { download: (request) => this.#connections().download(request) },
      caches: (definition) => this.#caches(definition),
      locate: (path, definition) => this.locate(path, definition),
      addressesOf,
      resolveSecret: (value, origin) => this.#resolve(value, origin),
      readText: readChecksumFile,
    } satisfies SourceDeps;
    this.sources = new DefinitionSources(deps, engine.parallelism ?? PARALLELISM);
  }

  /** The target of a path in a definition. Throws `Failure` for an invalid path. */
  async locate(path: string, definition: Definition): Promise<LocatedPath> {
    const { workspaceFolders } = this.#options.engine;
    return locate(this.#expand(path, definition), path, { file: definition.file, workspaceFolders });
  }

  /** A cache folder by its path. */
  folder(path: string, check?: () => Promise<void>): LocalCacheFolder {
    const own = path === this.#options.cacheFolder;
    return new LocalCacheFolder(path, {
      ...(own ? {} : { records: this.#records }),
      ...(check === undefined ? {} : { check }),
    });
  }

  #expand(path: string, { file }: Definition): string {
    const { workspaceFolders, environment, allowedEnvironment } = this.#options.engine;
    const workspaceFolder = workspaceFolderOf(workspaceFolders, file);
    return expandPath(path, {
      definitionFile: file,
      homeDirectory: homedir(),
      environment,
      allowedEnvironment,
      ...(workspaceFolder === undefined ? {} : { workspaceFolder }),
    });
  }

  /** Describes the resource at a URL by its headers. Throws a failure for an error answer. */
  async describe(
    written: string,
    wanted: ChecksumAlgorithm | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SourceDescription> {
    const { url, username, password } = readAddress(written);
    const credentials = username === undefined ? {} : { credentials: { username, password: password ?? '' } };
    const request = { url, stallTimeout: STALL_TIMEOUT, signal, ...credentials };
    return describeUrl(this.#connections(), request, this.#options.engine.log, wanted);
  }

  /** Describes the source URL of a definition, using its login. Throws a failure for an error answer. */
  async describeOf(
    definition: Definition,
    wanted: ChecksumAlgorithm | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SourceDescription> {
    const { checksum: _pinned, ...request } = await this.sources.request(definition, signal);
    return describeUrl(this.#connections(), request, this.#options.engine.log, wanted);
  }

  /** Stops workers and closes connections. */
  dispose(): void {
    this.#decompressor.dispose();
    this.#http?.dispose();
  }

  /** Created on first use: until then an unusable proxy is no error. */
  #connections(): GotHttp {
    const { engine, proxyEnvironment } = this.#options;
    const { userAgent, log } = engine;
    return (this.#http ??= new GotHttp({
      tls: { verify: true },
      userAgent,
      log,
      ...(proxyEnvironment === undefined ? {} : { proxyEnvironment }),
    }));
  }

  #caches(definition: Definition): SourceCaches {
    const { cacheFolder } = this.#options;
    const { image_cache_path: written } = definition.arguments;
    if (written === undefined) {
      this.#sayIfOpen();
      return this.#cachesIn(this.folder(cacheFolder));
    }
    const path = this.#expand(written, definition);
    return this.#cachesIn(this.folder(path, () => this.#refuseLink(path, written, definition)));
  }

  /** Warns once why nothing in the user's own cache is reused. */
  #sayIfOpen(): void {
    if (this.#looked) return;
    this.#looked = true;
    const { cacheFolder, engine } = this.#options;
    const text = `Other users can write to the cache folder "${cacheFolder}", so its files are used only with a checksum.`;
    void isPrivateFolder(cacheFolder).then((ours) => {
      if (!ours) engine.log.warn(text);
    });
  }

  #cachesIn(folder: LocalCacheFolder): SourceCaches {
    return { urls: this.#urls(folder), decompressed: this.#decompressed(folder) };
  }

  /** A link that came with the definition could redirect downloads to another folder. */
  async #refuseLink(path: string, written: string, { file }: Definition): Promise<void> {
    const { workspaceFolders } = this.#options.engine;
    const link = await linkOnWay(path, written, { file, workspaceFolders });
    if (link === undefined) return;
    const target = await realpath(link).catch(() => 'nothing');
    const text = `"image_cache_path" goes through a link: "${link}" leads to "${target}", so the cache folder would be "${path}".`;
    throw new Failure('cache-folder-is-link', text, { next: 'Use the folder itself, or remove the link.' });
  }

  #urls(folder: LocalCacheFolder): UrlCache {
    const { workers, files, engine } = this.#options;
    return new UrlCache({
      folder,
      http: { download: (request) => this.#connections().download(request) },
      workers,
      files,
      log: engine.log,
      pause: async (milliseconds, signal) => {
        await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
      },
      now: () => new Date(),
    });
  }

  #decompressed(folder: LocalCacheFolder): DecompressedCache {
    const { workers, files, engine } = this.#options;
    const decompressor = this.#decompressor;
    return new DecompressedCache({ folder, decompressor, files, workers, log: engine.log, now: () => new Date() });
  }

  async #resolve(value: string, origin: string): Promise<string> {
    const { environment, allowedEnvironment, secret } = this.#options.engine;
    return resolveSecret(value, origin, {
      environment,
      allowedEnvironment,
      secret: async (name, where) => secret?.(name, where),
      confirm: (variable, where) => this.#confirmed(variable, where),
    });
  }

  /** Regions and definitions share one request. */
  async #confirmed(variable: string, origin: string): Promise<boolean> {
    const key = JSON.stringify([variable, origin]);
    const asked = this.#confirming.get(key) ?? this.#options.engine.confirmSecret?.(variable, origin) ?? false;
    this.#confirming.set(key, asked);
    try {
      return await asked;
    } catch (error) {
      this.#confirming.delete(key);
      throw error;
    }
  }
}

async function addressesOf(hostname: string): Promise<readonly string[]> {
  const looked = lookup(hostname, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
  return Promise.race([looked, setTimeout(LOOKUP_TIMEOUT, [], { ref: false })]);
}

async function readChecksumFile(path: string): Promise<string> {
  try {
    return await readTextFile(path, { atMost: CHECKSUM_FILE_BYTES_AT_MOST, anyEncoding: true });
  } catch (error) {
    const why = messageOf(error);
    throw new Failure('checksum-file-unreadable', `The checksum file "${path}" can't be read: ${why}`, {
      next: 'Correct "image_source_checksum"; a path is relative to the folder of the definition.',
      cause: error,
    });
  }
}
