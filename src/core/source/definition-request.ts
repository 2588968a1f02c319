import { timeoutsOf, type Definition } from '../definition/definition.ts';
import { addressOf, type SourceAddress } from '../definition/source.ts';
import { Failure } from '../failure.ts';
import type { DownloadHttp } from '../http/http.ts';
import { findChecksum, readChecksum } from './checksum.ts';
import type { LocatedPath } from './ports.ts';
import { readAddress, type AddressKind } from './url/address.ts';
import { readTextAt } from './url/read-text.ts';
import type { UrlRequest } from './url/url-cache.ts';
import { withoutSecrets } from '../http/addresses.ts';

/** What a request for the source of a definition works with. */
export interface RequestDeps {
  readonly http: DownloadHttp;
  /** Where one of the definition's paths leads. Throws `Failure` for one that means nothing. */
  locate(path: string, definition: Definition): Promise<LocatedPath>;
  resolveSecret(value: string, origin: string): Promise<string>;
  /** A checksum file. Throws `checksum-file-unreadable`. */
  readText(path: string): Promise<string>;
}

/** The request for the source URL of a definition. */
export interface DefinitionRequest extends UrlRequest {
  /** The most private network that the checksum file was fetched over; `public` if it is not at a URL. */
  readonly checksumNetwork: AddressKind;
}

/** The expected checksum, and the network that it was fetched over. */
type Pinned = Pick<UrlRequest, 'checksum'> & Partial<Pick<DefinitionRequest, 'checksumNetwork'>>;

/** Of a definition with a source at an address, with its login and the checksum that it follows or pins. Throws `Failure`. */
export async function requestOf(
  definition: Definition,
  signal: AbortSignal | undefined,
  deps: RequestDeps,
): Promise<DefinitionRequest> {
  const source = addressOf(definition);
  if (source === undefined) throw new Failure('unexpected', 'The definition has no source URL.');
  const { url: written } = source;
  const { url, ...userinfo } = readAddress(written);
  const { stall: stallTimeout } = timeoutsOf(definition);
  const credentials = await credentialsOf(source, new URL(url).origin, userinfo, deps);
  const base = {
    url,
    written,
    decompress: source.kind === 'url' && source.decompress,
    stallTimeout,
    signal,
    ...(credentials === undefined ? {} : { credentials }),
  };
  return { ...base, checksumNetwork: 'public', ...(await checksumOf(definition, source, base, deps)) };
}

async function credentialsOf(
  { username, password }: SourceAddress,
  origin: string,
  userinfo: { readonly username?: string; readonly password?: string },
  deps: RequestDeps,
): Promise<UrlRequest['credentials']> {
  const given = { username: username ?? userinfo.username, password: password ?? userinfo.password };
  if (given.username === undefined && given.password === undefined) return undefined;
  const resolved = async (value = ''): Promise<string> => deps.resolveSecret(value, origin);
  return { username: await resolved(given.username), password: await resolved(given.password) };
}

async function checksumOf(
  definition: Definition,
  { checksum: value }: SourceAddress,
  request: UrlRequest,
  deps: RequestDeps,
): Promise<Pinned> {
  if (value === undefined) return {};
  const written = readChecksum(value);
  if (written.kind === 'value') return { checksum: written.checksum };
  if (written.kind === 'path') {
    const { path } = await deps.locate(written.path, definition);
    const text = await deps.readText(path);
    return { checksum: findChecksum(text, request.url, `The file "${path}"`) };
  }
  const { url } = readAddress(written.url);
  const { credentials, ...open } = request;
  const sameOrigin = new URL(url).origin === new URL(request.url).origin;
  const asked = { ...open, url, headers: {}, ...(sameOrigin && credentials !== undefined ? { credentials } : {}) };
  const { text, network } = await readTextAt(deps.http, asked);
  return { checksum: findChecksum(text, request.url, withoutSecrets(url)), checksumNetwork: network };
}
