import { Failure } from '../../failure.ts';
import type { DownloadHttp, HttpDownload } from '../../http/http.ts';
import { addressKind, checkHop, checkResolved, hostKind, mostPrivate, type AddressKind } from './address.ts';
import { hostOf, withoutSecrets } from '../../http/addresses.ts';
import { codingsOf, decoded } from './content-encoding.ts';

/** As many as browsers and curl follow. */
const HOPS_AT_MOST = 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A request to the origin of a source. */
export interface SourceRequest {
  /** Without userinfo. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Basic authentication; sent to the origin of `url` only. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** ms without a byte. */
  readonly stallTimeout: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the bytes are decompressed by their content afterwards: then a content coding is not undone. */
  readonly decompress?: boolean;
}

/** The answer of the last hop. */
export interface SourceAnswer extends HttpDownload {
  /** The most private network of all hops. */
  readonly network: AddressKind;
  /** Whether another host than the one asked gave the answer, e.g. one of many mirrors. */
  readonly elsewhere: boolean;
}

/**
 * Requests a source and follows redirects: to http and https only, never to a link-local address, with the credentials
 * for the first origin only. Content codings are undone; a part of an encoded file is no use, so the whole is requested then. The
 * answer may have any status but a redirect's. Throws `source-address-refused`,
 * `too-many-redirects` and what `DownloadHttp` throws.
 */
export async function ask(http: DownloadHttp, request: SourceRequest): Promise<SourceAnswer> {
  const { credentials, stallTimeout, signal } = request;
  const origin = URL.parse(request.url)?.origin;
  let { url } = request;
  let from: string | undefined;
  let network: AddressKind = 'public';
  const seen = (kind: AddressKind): void => {
    network = mostPrivate(network, kind);
  };
  for (let hop = 0; hop <= HOPS_AT_MOST; hop += 1) {
    checkHop(url, from);
    seen(hostKind(url));
    const { hostname, origin: here } = new URL(url);
    const authorization =
      credentials === undefined || here !== origin
        ? {}
        : { authorization: basic(credentials.username, credentials.password) };
    const answer = await http
      .download({
        url,
        headers: { ...request.headers, accept: '*/*', 'accept-encoding': 'identity', ...authorization },
        stallTimeout,
        checkAddress: (address) => {
          checkResolved(hostname, address);
          seen(addressKind(address));
        },
        ...(signal === undefined ? {} : { signal }),
      })
      .catch((error: unknown) => {
        throw asSourceFailure(error);
      });
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.status) || location === undefined) {
      const how = { network, elsewhere: hostOf(url) !== hostOf(request.url) };
      const codings = request.decompress === true ? [] : codingsOf(answer.headers, [request.url, url]);
      if (codings.length === 0 || (answer.status !== 200 && answer.status !== 206)) return { ...answer, ...how };
      if (answer.status === 200) return { ...withoutCodings(answer, codings, url), ...how };
      answer.destroy();
      return ask(http, { ...request, headers: withoutRange(request.headers) });
    }
    answer.destroy();
    from = url;
    const next = URL.parse(location, url);
    if (next === null)
      throw new Failure('source-address-refused', `${withoutSecrets(url)} redirects to an invalid address.`);
    // Only the definition may name credentials, not a server.
    next.username = '';
    next.password = '';
    next.hash = '';
    url = next.href;
  }
  throw new Failure('too-many-redirects', `${withoutSecrets(request.url)} redirects more than ${HOPS_AT_MOST} times.`, {
    next: 'Correct "image_source_url".',
  });
}

/** The answer with the bytes of the file, whose size it does not tell. */
function withoutCodings(answer: HttpDownload, codings: ReturnType<typeof codingsOf>, url: string): HttpDownload {
  const { 'content-length': _length, 'content-encoding': _coding, ...headers } = answer.headers;
  return { ...answer, headers, content: decoded(answer.content, codings, url) };
}

function withoutRange(headers: SourceRequest['headers']): SourceRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'range' && name !== 'if-range'));
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Removes advice about `clouds.yaml`, which does not help with a source. */
function asSourceFailure(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const next: Readonly<Record<string, string>> = {
    tls: 'Make this machine trust its certificate authority, or add the authority with NODE_EXTRA_CA_CERTS.',
    'address-invalid': 'Correct "image_source_url".',
    'header-invalid': 'Check "image_source_username" and "image_source_password".',
  };
  const advice = next[error.code];
  return advice === undefined ? error : new Failure(error.code, error.message, { next: advice, cause: error.cause });
}
