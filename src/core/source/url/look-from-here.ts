import { Failure, isAbort } from '../../failure.ts';
import type { DownloadHttp } from '../../http/http.ts';
import { inspect } from '../inspection/inspect.ts';
import type { Inspection } from '../inspection/inspection.ts';
import { hostKind } from './address.ts';
import { RemoteHeader } from './remote-header.ts';
import type { UrlCache, UrlLook, UrlRequest } from './url-cache.ts';

/** ms to wait for a source whose bytes this machine does not need. */
const ANSWERS_WITHIN = 10_000;

/**
 * Looks at a source that Glance fetches itself. It is no failure if this machine can't reach it or is refused.
 * Throws `source-address-refused` for an address that nobody should fetch from.
 */
export async function lookFromHere(
  urls: Pick<UrlCache, 'look'>,
  request: UrlRequest,
): Promise<UrlLook & { readonly unreached?: Failure }> {
  try {
    return await urls.look(asGlanceFetches(request));
  } catch (error) {
    if (!(error instanceof Failure) || isAbort(error) || error.code === 'source-address-refused') throw error;
    return { validators: {}, network: hostKind(request.url), unreached: error };
  }
}

/**
 * Inspects the bytes that Glance would fetch, as far as this machine can read them; `undefined` if it can't. Flaws of a file that can't
 * be read at any place prove nothing and are left out. Throws only when cancelled.
 */
export async function inspectFromHere(http: DownloadHttp, request: UrlRequest): Promise<Inspection | undefined> {
  try {
    const header = await RemoteHeader.open(http, asGlanceFetches(request));
    const found = await inspect(header, header.size ?? header.headLength);
    return header.isReadable ? found : withoutFlaws(found);
  } catch (error) {
    if (!(error instanceof Failure) || isAbort(error)) throw error;
    return undefined;
  }
}

/** Glance stores the bytes as they are sent: it undoes no content coding. */
function asGlanceFetches(request: UrlRequest): UrlRequest {
  return { ...request, stallTimeout: Math.min(request.stallTimeout, ANSWERS_WITHIN), decompress: true };
}

function withoutFlaws({ formats, ...found }: Inspection): Inspection {
  return { ...found, formats: formats.map((format) => ({ ...format, flaws: [] })) };
}
