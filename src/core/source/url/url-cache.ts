import { Failure } from '../../failure.ts';
import type { Checksum } from '../checksum.ts';
import type { Digests, SourceFiles } from '../ports.ts';
import { readOnce } from '../read-once.ts';
import { USUAL_DIGESTS } from '../source-reader.ts';
import { hostKind, type AddressKind } from './address.ts';
import { originFailure } from './answers.ts';
import {
  cacheFileName,
  conditionalHeaders,
  entryText,
  parseEntry,
  partialName,
  sha256,
  sidecarName,
  terraformFileNames,
  validatorsOf,
  type CacheEntry,
  type Validators,
} from './cache-entry.ts';
import { discardPartial, download, type DownloadDeps } from './download.ts';
import { ask, type SourceAnswer, type SourceRequest } from './follow.ts';
import { withoutSecrets } from '../../http/addresses.ts';

/** A source at a URL. */
export interface UrlRequest extends Omit<SourceRequest, 'headers'> {
  /** As written in the definition, with userinfo: cache files are named after it. */
  readonly written: string;
  readonly checksum?: Checksum;
  /** Only used for Terraform's file names. */
  readonly decompress: boolean;
}

/** What is known of a source without fetching it. */
export interface UrlLook {
  /** Of the bytes as fetched. */
  readonly size?: number;
  readonly digests?: Digests;
  readonly validators: Validators;
  readonly network: AddressKind;
  /** The cached file with these bytes, if there is one. It is not read, only its size is compared. */
  readonly path?: string;
}

/** A source whose bytes are in the cache, verified as far as possible. */
export interface FetchedUrl {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly digests: Digests;
  readonly validators: Validators;
  /** The most private network of the requests; `public` if there was none. */
  readonly network: AddressKind;
}

export interface UrlCacheDeps extends DownloadDeps {
  readonly files: SourceFiles;
  /** Time of day. */
  now(): Date;
}

/** The downloads of one cache folder: revalidated or compared before use, never trusted. */
export class UrlCache {
  readonly #deps: UrlCacheDeps;

  constructor(deps: UrlCacheDeps) {
    this.#deps = deps;
  }

  /**
   * What is known of a source, by its checksum, else by asking whether the cached bytes are still current. Fetches nothing
   * and writes nothing. Throws a failure for an error answer.
   */
  async look(request: UrlRequest): Promise<UrlLook> {
    const entry = await this.#entry(request);
    const cached = entry && { ...entry, path: this.#deps.folder.pathOf(cacheFileName(request.written)) };
    const { checksum } = request;
    if (checksum !== undefined) {
      const { algorithm, hex } = checksum;
      const known = cached?.digests[algorithm] === hex ? cached : undefined;
      return { digests: { [algorithm]: hex }, validators: {}, ...known, network: hostKind(request.url) };
    }
    const answer = await ask(this.#deps.http, {
      ...request,
      headers: entry === undefined ? {} : conditionalHeaders(entry.validators),
    });
    answer.destroy();
    if (cached !== undefined && isCurrent(cached, answer)) return { ...cached, network: answer.network };
    if (answer.status !== 200) throw originFailure(answer, request.url);
    const length = Number(answer.headers['content-length'] ?? Number.NaN);
    return {
      ...(Number.isSafeInteger(length) ? { size: length } : {}),
      validators: validatorsOf(answer.headers),
      network: answer.network,
    };
  }

  /**
   * The bytes of a source, from the cache if they are current and intact, else downloaded. Other
   * processes that want the same wait. Throws `source-checksum-mismatch` and what a download throws.
   */
  async fetch(
    request: UrlRequest,
    onProgress: (received: number, total: number | undefined) => void,
  ): Promise<FetchedUrl> {
    const fileName = cacheFileName(request.written);
    return this.#deps.folder.locked(fileName, request.signal, async () => {
      const kept = await this.#kept(request);
      if (kept !== undefined && 'path' in kept) return kept;
      return this.#download(request, fileName, onProgress, kept);
    });
  }

  /** The usable cache entry, else the answer with the new bytes, if one was requested. */
  async #kept(request: UrlRequest): Promise<FetchedUrl | SourceAnswer | undefined> {
    const { http, folder } = this.#deps;
    const { checksum } = request;
    const entry = await this.#unharmed(request);
    if (entry === undefined) return this.#ofTerraform(request);
    const path = folder.pathOf(cacheFileName(request.written));
    if (checksum !== undefined)
      return entry.digests[checksum.algorithm] === checksum.hex ? { ...entry, path, network: 'public' } : undefined;
    // The interrupted download of a newer version resumes.
    if ((await folder.size(partialName(cacheFileName(request.written)))) !== undefined) return undefined;
    const answer = await ask(http, { ...request, headers: conditionalHeaders(entry.validators) });
    if (!isCurrent(entry, answer)) return answer;
    answer.destroy();
    return { ...entry, path, network: answer.network };
  }

  /** Our entry, if its file is intact. The whole file is read, because disks and people change bytes without a trace. */
  async #unharmed(request: UrlRequest): Promise<CacheEntry | undefined> {
    const entry = await this.#entry(request);
    if (entry === undefined) return undefined;
    const path = this.#deps.folder.pathOf(cacheFileName(request.written));
    const digests = await this.#digests(path, request);
    const names = Object.keys(entry.digests).filter((name) => digests[name] !== undefined);
    if (names.length > 0 && names.every((name) => digests[name] === entry.digests[name]))
      return { ...entry, digests: { ...entry.digests, ...digests } };
    this.#deps.log.warn(`The cached file "${path}" is damaged and is downloaded again.`);
    return undefined;
  }

  /** A file that we did not write counts only if its checksum matches. */
  async #ofTerraform(request: UrlRequest): Promise<FetchedUrl | undefined> {
    const { folder, log } = this.#deps;
    const { checksum } = request;
    if (checksum === undefined) return undefined;
    for (const name of terraformFileNames(request.written, request.decompress)) {
      const size = await folder.size(name);
      if (size === undefined || size === 0) continue;
      const path = folder.pathOf(name);
      const digests = await this.#digests(path, request);
      if (digests[checksum.algorithm] === checksum.hex)
        return { path, size, digests, validators: {}, network: 'public' };
      log.info(
        `The file "${path}" does not match the ${checksum.algorithm} of "image_source_checksum" and is not used.`,
      );
    }
    return undefined;
  }

  async #download(
    request: UrlRequest,
    fileName: string,
    onProgress: (received: number, total: number | undefined) => void,
    first: SourceAnswer | undefined,
  ): Promise<FetchedUrl> {
    const { folder } = this.#deps;
    const urlSha256 = sha256(request.written);
    const wanted = { ...request, headers: {}, urlSha256, fileName, onProgress, algorithms: algorithmsFor(request) };
    const { size, digests, validators, network } = await download(wanted, this.#deps, first);
    const { checksum } = request;
    if (checksum !== undefined && digests[checksum.algorithm] !== checksum.hex) {
      await discardPartial(folder, fileName);
      throw mismatch(request.url, checksum, digests[checksum.algorithm]);
    }
    // In this order a crash leaves a file without a sidecar or with one that does not match: neither is used.
    await folder.remove(sidecarName(fileName));
    await folder.publish(partialName(fileName), fileName);
    await folder.remove(sidecarName(partialName(fileName)));
    const source = withoutSecrets(request.url);
    const entry: CacheEntry = {
      source,
      urlSha256,
      size,
      digests,
      fetched: this.#deps.now().toISOString(),
      validators,
    };
    await folder.writeText(sidecarName(fileName), entryText(entry));
    return { path: folder.pathOf(fileName), size, digests, validators, network };
  }

  /** Our entry, if its file has the expected size. */
  async #entry({ written }: UrlRequest): Promise<CacheEntry | undefined> {
    const { folder } = this.#deps;
    const name = cacheFileName(written);
    const [text, size] = await Promise.all([folder.readText(sidecarName(name)), folder.size(name)]);
    const entry = parseEntry(text);
    return entry !== undefined && entry.size > 0 && entry.size === size && entry.urlSha256 === sha256(written)
      ? entry
      : undefined;
  }

  async #digests(path: string, request: UrlRequest): Promise<Digests> {
    const { files, workers } = this.#deps;
    const source = await files.open(path);
    try {
      const options = request.signal === undefined ? {} : { signal: request.signal };
      const run = workers.start(algorithmsFor(request));
      return (await readOnce(source, run, [], options)).digests;
    } finally {
      await source.close();
    }
  }
}

function algorithmsFor({ checksum }: UrlRequest): readonly string[] {
  return [...new Set<string>([...USUAL_DIGESTS, ...(checksum === undefined ? [] : [checksum.algorithm])])];
}

function mismatch(url: string, { algorithm, hex }: Checksum, found: string | undefined): Failure {
  const has = found === undefined ? `has no ${algorithm} that could be computed here` : `has ${found}`;
  return new Failure(
    'source-checksum-mismatch',
    `The data from ${withoutSecrets(url)} does not match "image_source_checksum": ${algorithm} should be ${hex}, it ${has}. It was not kept.`,
    { next: 'Apply again, or correct "image_source_checksum" if the source was updated.' },
  );
}

/**
 * Whether an answer to a conditional request means the bytes of an entry. Mirrors of one file have ETags of their own: size and date of
 * another host's answer count as much.
 */
function isCurrent({ size, validators }: CacheEntry, { status, headers, elsewhere }: SourceAnswer): boolean {
  if (status === 304) return true;
  const { 'content-length': length, 'last-modified': date } = headers;
  return (
    status === 200 && elsewhere && date !== undefined && date === validators.lastModified && length === String(size)
  );
}
