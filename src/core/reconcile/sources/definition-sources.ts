import { isIP } from 'node:net';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Definition } from '../../definition/definition.ts';
import { sourceOf, type AddressSource, sourceKey } from '../../definition/source.ts';
import { Failure, isAbort } from '../../failure.ts';
import { COMPRESSION_HEAD_BYTES, detectCompression, type Compression } from '../../source/decompress/compression.ts';
import type { DecompressedCache } from '../../source/decompress/decompressed-cache.ts';
import { requestOf, type DefinitionRequest, type RequestDeps } from '../../source/definition-request.ts';
import type { Inspection } from '../../source/inspection/inspection.ts';
import type { SourceFiles } from '../../source/ports.ts';
import { USUAL_DIGESTS, type SourceReader } from '../../source/source-reader.ts';
import { addressKind, checkResolved, hostKind, mostPrivate, type AddressKind } from '../../source/url/address.ts';
import { isStrong, sha256 } from '../../source/url/cache-entry.ts';
import { lookFromHere } from '../../source/url/look-from-here.ts';
import type { UrlCache, UrlLook, UrlRequest } from '../../source/url/url-cache.ts';
import { withoutSecrets } from '../../http/addresses.ts';
import type { RemoteFacts, SourceFacts, SourceOrigin } from '../../source/source-facts.ts';
import type { FetchEvent } from '../model/result.ts';

/** What is known of a remote source before it is downloaded or decompressed. */
export interface RemoteLook {
  readonly facts: RemoteFacts;
  /** The network of its URL; `public` for a file. */
  readonly network: AddressKind;
  /** Why this machine could not ask about a source that Glance fetches itself. */
  readonly unreached?: Failure;
}

/** What sources work with. */
export interface SourceDeps extends RequestDeps {
  readonly files: SourceFiles;
  readonly reader: SourceReader;
  /** The caches in the folder that a definition names, or in the user's own. Throws `Failure` for an invalid path. */
  caches(definition: Definition): SourceCaches;
  /** The addresses of a host name; none if they can't be looked up soon. */
  addressesOf(hostname: string): Promise<readonly string[]>;
}

/** The caches in one folder. */
export interface SourceCaches {
  readonly urls: UrlCache;
  readonly decompressed: DecompressedCache;
}

/** The sources of definitions that have to be fetched or decompressed before they can be sent. */
export class DefinitionSources {
  readonly #deps: SourceDeps;
  readonly #inTurn: LimitFunction;
  /** Several regions share one request and one download. */
  readonly #looking = new Map<string, Promise<RemoteLook>>();
  readonly #fetching = new Map<string, Shared>();

  /** @param parallelism how many sources are fetched at once */
  constructor(deps: SourceDeps, parallelism: number) {
    this.#deps = deps;
    this.#inTurn = pLimit(parallelism);
  }

  /** What is known without downloading. Throws `Failure`. */
  async look(definition: Definition, signal: AbortSignal | undefined): Promise<RemoteLook> {
    const key = sourceKey(definition);
    const running = this.#looking.get(key) ?? this.#look(definition, signal);
    this.#looking.set(key, running);
    try {
      return await running;
    } finally {
      this.#looking.delete(key);
    }
  }

  /** The bytes to send, as a file. Throws `Failure`; nothing is sent then. */
  async fetch(
    definition: Definition,
    signal: AbortSignal | undefined,
    tell: (event: FetchEvent) => void,
  ): Promise<SourceFacts> {
    const key = sourceKey(definition);
    const running = this.#fetching.get(key);
    if (running !== undefined) {
      running.audience.listeners.add(tell);
      if (running.audience.last !== undefined) tell(running.audience.last);
      try {
        return await running.facts;
      } catch (error) {
        // Somebody else's cancellation is not ours.
        if (!isAbort(error) || signal?.aborted === true) throw error;
        return await this.fetch(definition, signal, tell);
      }
    }
    const audience: Audience = { listeners: new Set([tell]) };
    const told = (event: FetchEvent): void => {
      audience.last = event;
      for (const listener of audience.listeners) listener(event);
    };
    const facts = this.#inTurn(() => this.#fetch(definition, signal, told));
    this.#fetching.set(key, { facts, audience });
    try {
      return await facts;
    } finally {
      this.#fetching.delete(key);
    }
  }

  async #look(definition: Definition, signal: AbortSignal | undefined): Promise<RemoteLook> {
    const source = sourceOf(definition);
    switch (source.kind) {
      case 'none':
        throw noSource();
      case 'file':
        return { facts: await this.#lookAtFile(definition, source.path), network: 'public' };
      case 'url':
      case 'cloud':
        return this.#lookAtAddress(definition, source, signal);
    }
  }

  async #lookAtAddress(
    definition: Definition,
    source: AddressSource,
    signal: AbortSignal | undefined,
  ): Promise<RemoteLook> {
    const request = await this.request(definition, signal);
    const facts = { kind: source.kind, name: withoutSecrets(request.url) };
    // The host name is all there is to go by if this machine does not ask the source itself.
    const named = source.kind === 'cloud' ? hostKind(request.url) : await this.#networkOf(request.url);
    const least = mostPrivate(named, request.checksumNetwork);
    if (definition.arguments.verify_checksum === false)
      return { facts: { ...facts, origin: originOf(request, undefined) }, network: least };
    const { urls } = this.#deps.caches(definition);
    const looking = source.kind === 'cloud' ? lookFromHere(urls, request) : urls.look(request);
    const { network: asked, unreached, ...look }: UrlLook & Pick<RemoteLook, 'unreached'> = await looking;
    const known = request.decompress
      ? await this.#lookInside(definition, look.digests?.sha512)
      : await this.#knownOf(look);
    return {
      facts: { ...facts, origin: originOf(request, look.validators.etag), ...known },
      network: mostPrivate(asked, least),
      ...(unreached === undefined ? {} : { unreached }),
    };
  }

  async #lookAtFile(definition: Definition, written: string): Promise<RemoteFacts> {
    const { reader } = this.#deps;
    const { path } = await this.#deps.locate(written, definition);
    const { digests } = await reader.identify(path);
    const known = await this.#lookInside(definition, digests?.sha512);
    return { kind: 'file', name: path, origin: { decompressed: true }, ...known };
  }

  async #lookInside(definition: Definition, sha512: string | undefined): Promise<KnownBytes> {
    if (sha512 === undefined) return {};
    return this.#knownOf((await this.#deps.caches(definition).decompressed.look(sha512)) ?? {});
  }

  /** What is known of bytes, with what their headers say where a cache has them. */
  async #knownOf({ size, digests, path }: Pick<UrlLook, 'size' | 'digests' | 'path'>): Promise<KnownBytes> {
    const inspection = path === undefined ? undefined : await this.#inspectCached(path);
    return {
      ...(size === undefined ? {} : { size }),
      ...(digests === undefined ? {} : { digests }),
      ...(inspection === undefined ? {} : { inspection }),
    };
  }

  /** A cached file that can't be read is fetched again: the definition is not to blame. */
  async #inspectCached(path: string): Promise<Inspection | undefined> {
    try {
      return await this.#deps.reader.inspect(path);
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }

  async #fetch(
    definition: Definition,
    signal: AbortSignal | undefined,
    tell: (event: FetchEvent) => void,
  ): Promise<SourceFacts> {
    const source = sourceOf(definition);
    switch (source.kind) {
      case 'none':
      case 'cloud':
        throw noSource();
      case 'file':
        return this.#unpacked(definition, await this.#readFile(definition, source.path, signal), signal, tell);
      case 'url':
        return this.#download(definition, signal, tell);
    }
  }

  async #readFile(definition: Definition, written: string, signal: AbortSignal | undefined): Promise<Whole> {
    const { reader } = this.#deps;
    const { path } = await this.#deps.locate(written, definition);
    const digests = await reader.digests(path, USUAL_DIGESTS, signal);
    const { identity } = await reader.identify(path);
    return { path, size: identity.size, digests, origin: { decompressed: true }, name: path };
  }

  async #download(
    definition: Definition,
    signal: AbortSignal | undefined,
    tell: (event: FetchEvent) => void,
  ): Promise<SourceFacts> {
    const request = await this.request(definition, signal);
    const fetched = await this.#deps
      .caches(definition)
      .urls.fetch(request, (done, total) => tell({ phase: 'downloading', done, total }));
    const { path, size, digests, validators } = fetched;
    const origin = originOf(request, validators.etag);
    const network = mostPrivate(fetched.network, request.checksumNetwork);
    const whole = { path, size, digests, origin, network, name: withoutSecrets(request.url) };
    return request.decompress ? this.#unpacked(definition, whole, signal, tell) : this.#facts(whole);
  }

  /** Decompresses the bytes. A file that is not compressed stays as it is: the content decides. */
  async #unpacked(
    definition: Definition,
    whole: Whole,
    signal: AbortSignal | undefined,
    tell: (event: FetchEvent) => void,
  ): Promise<SourceFacts> {
    const { path, size, digests, name } = whole;
    const compression = await this.#compression(path);
    const { sha512 } = digests;
    if (compression === undefined) return this.#facts(whole);
    if (sha512 === undefined) throw new Failure('unexpected', 'SHA-512 cannot be computed on this machine.');
    const file = { path, size, sha512, compression, source: name };
    const inside = await this.#deps
      .caches(definition)
      .decompressed.decompress(file, signal, (done) => tell({ phase: 'decompressing', done, total: size }));
    return this.#facts({ ...whole, ...inside });
  }

  async #facts({ path, size, digests, origin, network, name }: Whole): Promise<SourceFacts> {
    const { reader } = this.#deps;
    const { identity } = await reader.identify(path);
    await reader.remember(identity, digests);
    const inspection = await reader.inspect(path);
    return { path, name, size, digests, origin, inspection, ...(network === undefined ? {} : { network }) };
  }

  /** The most private network that the name of an address stands for. Throws `source-address-refused`. */
  async #networkOf(url: string): Promise<AddressKind> {
    const said = hostKind(url);
    const { hostname } = new URL(url);
    if (said !== 'public' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return said;
    const addresses = await this.#deps.addressesOf(hostname);
    for (const address of addresses) checkResolved(hostname, address);
    return mostPrivate(...addresses.map(addressKind));
  }

  async #compression(path: string): Promise<Compression | undefined> {
    const source = await this.#deps.files.open(path);
    try {
      const head = new Uint8Array(COMPRESSION_HEAD_BYTES);
      const count = await source.read(head, 0);
      return detectCompression(head.subarray(0, count));
    } finally {
      await source.close();
    }
  }

  /** How the URL of a definition is asked for: with its login, and the checksum that it follows or pins. Throws `Failure`. */
  async request(definition: Definition, signal: AbortSignal | undefined): Promise<DefinitionRequest> {
    return requestOf(definition, signal, this.#deps);
  }
}

function noSource(): Failure {
  return new Failure('unexpected', 'The definition has no source that this machine fetches or decompresses.');
}

interface Shared {
  readonly facts: Promise<SourceFacts>;
  readonly audience: Audience;
}

/** The listeners of one download. */
interface Audience {
  readonly listeners: Set<(event: FetchEvent) => void>;
  /** The last event, for listeners that come later. */
  last?: FetchEvent;
}

/** What is known of the bytes to send before they are fetched. */
type KnownBytes = Pick<RemoteFacts, 'size' | 'digests' | 'inspection'>;

interface Whole {
  readonly path: string;
  readonly size: number;
  readonly digests: Readonly<Record<string, string>>;
  readonly origin: SourceOrigin;
  readonly network?: AddressKind;
  readonly name: string;
}

/** A weak ETag does not promise equal bytes, so it is not kept. */
function originOf({ written, checksum, decompress }: UrlRequest, etag: string | undefined): SourceOrigin {
  const { origin, pathname, search } = new URL(written);
  return {
    url: sha256(`${origin}${pathname}`),
    wholeUrl: sha256(written),
    queried: search !== '',
    decompressed: decompress,
    ...(etag !== undefined && isStrong(etag) ? { etag } : {}),
    ...(checksum === undefined ? {} : { checksum: `${checksum.algorithm}:${checksum.hex}` }),
  };
}
