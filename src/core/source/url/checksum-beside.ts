import { isAbort, messageOf } from '../../failure.ts';
import type { DownloadHttp } from '../../http/http.ts';
import type { Log } from '../../log.ts';
import { findChecksum, type Checksum, type ChecksumAlgorithm } from '../checksum.ts';
import type { SourceRequest } from './follow.ts';
import { readTextAt } from './read-text.ts';
import { withoutSecrets } from '../../http/addresses.ts';

/** A checksum that is published beside a file. */
export interface PublishedChecksum {
  /** URL of the checksum file. */
  readonly url: string;
  readonly checksum: Checksum;
}

/** Usual names of checksum files, strongest digest first; `*` stands for the name of the file itself. */
const NAMES: Readonly<Record<ChecksumAlgorithm | 'any', readonly string[]>> = {
  sha512: ['SHA512SUMS', '*.sha512', '*.sha512sum', '*.SHA512SUM'],
  sha256: ['SHA256SUMS', '*.sha256', '*.sha256sum', '*.SHA256SUM', 'sha256sum.txt'],
  any: ['CHECKSUM', '*.CHECKSUM', 'CHECKSUMS'],
  sha1: ['SHA1SUMS'],
  md5: ['MD5SUMS'],
};
const ORDER = ['sha512', 'sha256', 'any', 'sha1', 'md5'] as const;

/** Possible URLs of checksum files beside a URL; those of the wanted algorithm first. */
export function checksumAddresses(url: string, wanted?: ChecksumAlgorithm): readonly string[] {
  const { pathname } = new URL(url);
  const file = pathname.slice(pathname.lastIndexOf('/') + 1);
  const order = wanted === undefined ? ORDER : [wanted, ...ORDER.filter((each) => each !== wanted)];
  return order
    .flatMap((algorithm) => NAMES[algorithm])
    .map((name) => new URL(`./${name.replace('*', file)}`, url))
    .map((address) => {
      address.search = '';
      return address.href;
    });
}

/**
 * The checksum of a source in a file beside it; `undefined` if there is none. An unreadable file counts as missing.
 * Throws only when cancelled.
 */
export async function findChecksumBeside(
  http: DownloadHttp,
  request: Omit<SourceRequest, 'headers'>,
  { wanted, log }: { readonly wanted?: ChecksumAlgorithm; readonly log: Log },
): Promise<PublishedChecksum | undefined> {
  for (const url of checksumAddresses(request.url, wanted)) {
    const found = await readAt(http, request, url, log);
    if (found !== undefined && (wanted === undefined || found.algorithm === wanted)) return { url, checksum: found };
  }
  return undefined;
}

async function readAt(
  http: DownloadHttp,
  request: Omit<SourceRequest, 'headers'>,
  url: string,
  log: Log,
): Promise<Checksum | undefined> {
  try {
    const { text } = await readTextAt(http, { ...request, url, headers: {} });
    return findChecksum(text, request.url, withoutSecrets(url));
  } catch (error) {
    if (isAbort(error)) throw error;
    log.debug(`No checksum at ${withoutSecrets(url)}: ${messageOf(error)}`);
    return undefined;
  }
}
