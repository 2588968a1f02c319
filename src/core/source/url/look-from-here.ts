import { Failure, isAbort } from '../../failure.ts';
import { hostKind } from './address.ts';
import type { UrlCache, UrlLook, UrlRequest } from './url-cache.ts';

/** ms that a source may take to answer this machine, which does not need its bytes. */
const ANSWERS_WITHIN = 10_000;

/**
 * What can be told of a source that somebody else fetches. That this machine does not reach it, or is refused, is no failure
 * then. Throws `source-address-refused` for an address that nobody should fetch from.
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
