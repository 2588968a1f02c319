import type { DownloadHttp } from '../http/http.ts';
import type { Log } from '../log.ts';
import type { ChecksumAlgorithm } from './checksum.ts';
import { inspect } from './inspection/inspect.ts';
import type { Inspection } from './inspection/inspection.ts';
import type { AddressKind } from './url/address.ts';
import { findChecksumBeside, type PublishedChecksum } from './url/checksum-beside.ts';
import type { SourceRequest } from './url/follow.ts';
import { RemoteHeader } from './url/remote-header.ts';
import { withoutSecrets } from '../http/addresses.ts';

/** What is known of a source before it is fetched. */
export interface SourceDescription {
  /** A path, or a URL without secrets. */
  readonly name: string;
  /** What its headers say. */
  readonly inspection: Inspection;
  /** Size in bytes; `undefined` if a server does not say. */
  readonly size: number | undefined;
  /** The network of the URL; `public` for a file. */
  readonly network: AddressKind;
  /** The checksum that is published beside it. */
  readonly published?: PublishedChecksum;
}

/**
 * Describes a source at a URL by its headers and the checksum file beside it. Fetches at most a few hundred KiB. Throws a
 * failure for an error answer.
 */
export async function describeUrl(
  http: DownloadHttp,
  request: Omit<SourceRequest, 'headers'>,
  log: Log,
  wanted?: ChecksumAlgorithm,
): Promise<SourceDescription> {
  const header = await RemoteHeader.open(http, request);
  const [inspection, published] = await Promise.all([
    inspect(header, header.size ?? Number.MAX_SAFE_INTEGER),
    findChecksumBeside(http, request, { log, ...(wanted === undefined ? {} : { wanted }) }),
  ]);
  return {
    name: withoutSecrets(request.url),
    inspection,
    size: header.size,
    network: header.network,
    ...(published === undefined ? {} : { published }),
  };
}
