import type { FileIdentity } from '../../source/ports.ts';
import type { SourceOrigin } from '../../source/source-facts.ts';
import { isStrong, sha256 } from '../../source/url/cache-entry.ts';
import type { UrlRequest } from '../../source/url/url-cache.ts';

/** The bytes at an address, as a key of what was found in them; `undefined` if nothing tells whether they are still the same. */
export function stateOf({ wholeUrl, checksum, etag }: SourceOrigin): FileIdentity | undefined {
  const modified = checksum ?? etag;
  return wholeUrl === undefined || modified === undefined
    ? undefined
    : { path: wholeUrl, inode: '', size: 0, modified };
}

/** The origin of what a request fetches. A weak ETag does not promise equal bytes, so it is not kept. */
export function originOf({ written, checksum, decompress }: UrlRequest, etag: string | undefined): SourceOrigin {
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
