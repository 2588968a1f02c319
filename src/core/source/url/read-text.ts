import { Failure } from '../../failure.ts';
import type { DownloadHttp } from '../../http/http.ts';
import type { AddressKind } from './address.ts';
import { originFailure } from './answers.ts';
import { ask, type SourceRequest } from './follow.ts';
import { withoutSecrets } from '../../http/addresses.ts';
import { decodeLeniently } from '../../text-encoding.ts';

/** Checksum lists of whole mirrors are smaller. */
const TEXT_BYTES_AT_MOST = 4 * 1024 * 1024;

/** A small text at a URL, and the most private network that it was fetched over. Throws `checksum-file-too-large` and a failure for an error answer. */
export async function readTextAt(
  http: DownloadHttp,
  request: SourceRequest,
): Promise<{ text: string; network: AddressKind }> {
  const answer = await ask(http, { ...request, decompress: false });
  try {
    if (answer.status !== 200) throw originFailure(answer, request.url);
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of answer.content) {
      length += piece.length;
      if (length > TEXT_BYTES_AT_MOST) {
        throw new Failure(
          'checksum-file-too-large',
          `${withoutSecrets(request.url)} is too large for a checksum file.`,
          {
            next: 'Correct "image_source_checksum".',
          },
        );
      }
      pieces.push(piece);
    }
    return { text: decodeLeniently(Buffer.concat(pieces)), network: answer.network };
  } finally {
    answer.destroy();
  }
}
