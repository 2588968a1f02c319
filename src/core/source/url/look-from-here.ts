import { Failure, isAbort } from '../../failure.ts';
import { hostKind } from './address.ts';
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
    return await urls.look({ ...request, stallTimeout: Math.min(request.stallTimeout, ANSWERS_WITHIN) });
  } catch (error) {
    if (!(error instanceof Failure) || isAbort(error) || error.code === 'source-address-refused') throw error;
    return { validators: {}, network: hostKind(request.url), unreached: error };
  }
}
