import { isIP } from 'node:net';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Definition } from '../../definition/definition.ts';
import { addressOf, sourceOf, type AddressSource, sourceKey } from '../../definition/source.ts';
import { Failure } from '../../failure.ts';
import { COMPRESSION_HEAD_BYTES, detectCompression, type Compression } from '../../source/decompress/compression.ts';
import type { DecompressedCache } from '../../source/decompress/decompressed-cache.ts';
import { requestOf, type DefinitionRequest, type RequestDeps } from '../../source/definition-request.ts';
import { inspectBeginning } from '../../source/inspection/inspect.ts';
import type { Inspection } from '../../source/inspection/inspection.ts';
import type { FileIdentity, SourceFiles } from '../../source/ports.ts';
import { USUAL_DIGESTS, type SourceReader } from '../../source/source-reader.ts';
import { addressKind, checkResolved, hostKind, mostPrivate, type AddressKind } from '../../source/url/address.ts';
import { SharedLooks } from './shared-looks.ts';
import { originOf, stateOf } from './source-origin.ts';
import { inspectFromHere, lookFromHere } from '../../source/url/look-from-here.ts';
import type { BegunDownload } from '../../source/url/download.ts';
import type { UrlCache, UrlLook } from '../../source/url/url-cache.ts';
import { withoutSecrets } from '../../http/addresses.ts';
import type { RemoteFacts, SourceFacts, SourceOrigin } from '../../source/source-facts.ts';
import type { FetchEvent } from '../model/result.ts';
import { sourceOfFetched } from './fetched-source.ts';
import { SharedFetches, type Arrival, type FetchHow, type Telling } from './shared-fetches.ts';

/** Bytes of a source that is not worth sending before it is whole. */
const SMALL = 8 * 1024 * 1024;

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
  /** Time of day. */
  now(): Date;
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
  readonly #looks: SharedLooks<RemoteLook>;
  readonly #fetches = new SharedFetches();

  /** @param parallelism how many sources are fetched at once */
  constructor(deps: SourceDeps, parallelism: number) {
    this.#deps = deps;
    this.#inTurn = pLimit(parallelism);
    this.#looks = new SharedLooks(() => deps.now());
  }

  /**
   * What is known without downloading. Throws `Failure`.
   * @param last whether the last look at an address will do, if it is seconds old
   */
  look(definition: Definition, signal: AbortSignal | undefined, last = false): Promise<RemoteLook> {
    const atAddress = addressOf(definition) !== undefined;
    return this.#looks.share(sourceKey(definition), last && atAddress, () => this.#look(definition, signal));
  }

  /**
   * What this machine finds in the beginning and the end of a source that Glance fetches itself; `undefined` if it can't read them.
   * Throws only when cancelled.
   */
  async inspect(
    definition: Definition,
    { origin }: RemoteFacts,
    signal: AbortSignal | undefined,
  ): Promise<Inspection | undefined> {
    const request = await this.request(definition, signal);
    return this.#deps.reader.inspectElsewhere(stateOf(origin), () => inspectFromHere(this.#deps.http, request));
  }

  /** The source that will have this path, while it is on its way, or if it failed on it. */
  arrival(path: string): Arrival | undefined {
    return this.#fetches.arrival(path);
  }

  /** The bytes to send, as a file. Throws `Failure`; nothing is sent then. */
  async fetch(
    definition: Definition,
    signal: AbortSignal | undefined,
    tell: (event: FetchEvent) => void,
    how: FetchHow,
  ): Promise<SourceFacts> {
    const careful = how === 'careful';
    const key = JSON.stringify([sourceKey(definition), careful]);
    return this.#fetches.share({ key, how, signal, tell }, (stopped, fetching) =>
      this.#inTurn(() => this.#fetch(definition, stopped, { ...fetching, careful })),
    );
  }

  async #look(definition: Definition, signal: AbortSignal | undefined): Promise<RemoteLook> {
    const source = sourceOf(definition);
    switch (source.kind) {
      case 'none':
      case 'image':
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
    const origin = originOf(request, look.validators.etag);
    const known = request.decompress
      ? await this.#lookInside(definition, look.digests?.sha512)
      : await this.#knownOf(look, source.kind === 'cloud' ? stateOf(origin) : undefined);
    const { redirectedTo } = look;
    const redirect = redirectedTo === undefined ? {} : { redirectedTo: withoutSecrets(redirectedTo) };
    return {
      facts: { ...facts, origin, ...redirect, ...known },
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

  /**
   * What is known of bytes, with what their headers say where a cache has them.
   * @param elsewhere the bytes at the address, if they count
   */
  async #knownOf(
    { size, digests, path }: Pick<UrlLook, 'size' | 'digests' | 'path'>,
    elsewhere?: FileIdentity,
  ): Promise<KnownBytes> {
    const unread = (): Promise<undefined> => Promise.resolve(undefined);
    const inspection =
      path === undefined
        ? await this.#deps.reader.inspectElsewhere(elsewhere, unread)
        : await this.#inspectCached(path);
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

  async #fetch(definition: Definition, signal: AbortSignal | undefined, fetching: Fetching): Promise<SourceFacts> {
    const source = sourceOf(definition);
    switch (source.kind) {
      case 'none':
      case 'image':
      case 'cloud':
        throw noSource();
      case 'file':
        return this.#unpacked(definition, await this.#readFile(definition, source.path, signal), signal, fetching);
      case 'url':
        return this.#download(definition, signal, fetching);
    }
  }

  async #readFile(definition: Definition, written: string, signal: AbortSignal | undefined): Promise<Whole> {
    const { reader } = this.#deps;
    const { path } = await this.#deps.locate(written, definition);
    const digests = await reader.digests(path, USUAL_DIGESTS, signal);
    const { identity } = await reader.identify(path);
    return { path, size: identity.size, digests, origin: { decompressed: true }, name: path };
  }

  async #download(definition: Definition, signal: AbortSignal | undefined, fetching: Fetching): Promise<SourceFacts> {
    const request = await this.request(definition, signal);
    // What no cloud compares, or is decompressed first, has to be right here.
    const careful = fetching.careful || request.decompress || definition.arguments.verify_checksum === false;
    const tellReceived = (done: number, total: number | undefined): void =>
      fetching.tell({ phase: 'downloading', done, total });
    const fetched = await this.#deps.caches(definition).urls.fetch(request, tellReceived, {
      careful,
      onBegun: (begun) => {
        if (!careful) void this.#tellBegun(request, begun, fetching);
      },
    });
    const { path, size, digests } = fetched;
    const whole = { path, size, digests, ...sourceOfFetched(request, fetched) };
    return request.decompress ? this.#unpacked(definition, whole, signal, fetching) : this.#facts(whole);
  }

  /** Tells what is known of a source whose beginning is here, unless it is small or fails before that. */
  async #tellBegun(request: DefinitionRequest, begun: BegunDownload, { onBegun }: Fetching): Promise<void> {
    const { path, size } = begun.file.identity;
    if (size < SMALL) return;
    const source = begun.file.open();
    try {
      if (source === undefined) return;
      const inspection = await inspectBeginning(source, size, SMALL / 2);
      const { checksum } = request;
      const digests = checksum === undefined ? {} : { digests: { [checksum.algorithm]: checksum.hex } };
      const facts = { path, size, inspection, ...digests, ...sourceOfFetched(request, begun), arriving: true as const };
      onBegun(facts, begun.file);
    } catch {
      // The download says why.
    } finally {
      await source?.close();
    }
  }

  /** Decompresses the bytes. A file that is not compressed stays as it is: the content decides. */
  async #unpacked(
    definition: Definition,
    whole: Whole,
    signal: AbortSignal | undefined,
    { tell, careful }: Fetching,
  ): Promise<SourceFacts> {
    const { path, size, digests, name } = whole;
    const compression = await this.#compression(path);
    const { sha512 } = digests;
    if (compression === undefined) return this.#facts(whole);
    if (sha512 === undefined) throw new Failure('unexpected', 'SHA-512 cannot be computed on this machine.');
    const file = { path, size, sha512, compression, source: name };
    const inside = await this.#deps
      .caches(definition)
      .decompressed.decompress(file, signal, (done) => tell({ phase: 'decompressing', done, total: size }), careful);
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

/** One fetch, for all who want the source. */
interface Fetching extends Telling {
  /** Whether a cached file is read to see if it is intact. */
  readonly careful: boolean;
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
