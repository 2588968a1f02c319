import { Failure } from '../../failure.ts';
import { requestIdOf } from '../../http/answers.ts';
import type { DownloadHttp, HttpDownload } from '../../http/http.ts';
import { glanceFailure } from '../glance-failure.ts';

/** The data of an image, as a stream. */
export interface ImageDownload {
  /** Position of the first byte in the image; -1 if Glance does not say so reliably. */
  readonly start: number;
  /** Announced bytes; `undefined` if Glance did not say. */
  readonly length: number | undefined;
  readonly requestId: string;
  /** Throws `connection-lost` if the connection ends before the announced length. Leaving the loop closes it. */
  readonly content: AsyncIterable<Uint8Array>;
  destroy(): void;
}

/** Downloads from one region of Glance. */
export interface ImageDownloads {
  /**
   * Opens `GET /file`, from `start` if that is more than 0; the answer may still begin at 0. Throws
   * `image-has-no-data` on 204, `image-deactivated`, `range-refused`, and what `Http` throws.
   */
  download(id: string, start: number, signal?: AbortSignal): Promise<ImageDownload>;
}

/** One request for an image's data. */
export interface DownloadRequest {
  readonly url: string;
  /** What failed, for messages. */
  readonly what: string;
  readonly region: string;
  readonly requestId: string;
  readonly start: number;
  readonly signal?: AbortSignal;
}

/** Bytes of an error's body that are read. */
const ERROR_BYTES_AT_MOST = 64 * 1024;

/** Requests the data of an image, and checks the headers of the answer. */
export async function openDownload(
  http: DownloadHttp,
  { url, what, region, requestId: sent, start, signal }: DownloadRequest,
  authorization: Readonly<Record<string, string>>,
): Promise<ImageDownload | 'unauthorized'> {
  const range = start === 0 ? {} : { range: `bytes=${start}-` };
  const headers = { accept: 'application/json', 'x-openstack-request-id': sent, ...range, ...authorization };
  const answer = await http.download({ url, headers, ...(signal === undefined ? {} : { signal }) });
  const requestId = requestIdOf({ ...answer, body: '' }) ?? sent;
  if (answer.status === 200) return opened(answer, 0, requestId);
  if (answer.status === 206) return opened(answer, rangeStart(answer), requestId);
  if (answer.status === 401) {
    answer.destroy();
    return 'unauthorized';
  }
  if (answer.status === 204) {
    answer.destroy();
    const next = 'Wait until the image is active; a queued image has none.';
    throw new Failure('image-has-no-data', `${what}: it has no data.`, { status: 204, requestId, region, next });
  }
  const failure = glanceFailure({ ...answer, body: await errorBody(answer) }, what, { region, requestId });
  if (answer.status === 416) throw new Failure('range-refused', failure.message, { status: 416, requestId, region });
  if (answer.status !== 403 || !/deactivated/i.test(failure.message)) throw failure;
  const next = 'Reactivate the image first. Only administrators can download the data of a deactivated image.';
  throw new Failure('image-deactivated', failure.message, { status: 403, requestId, region, next });
}

function opened(answer: HttpDownload, start: number, requestId: string): ImageDownload {
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  return {
    start,
    length: Number.isSafeInteger(length) ? length : undefined,
    requestId,
    content: answer.content,
    destroy: () => answer.destroy(),
  };
}

function rangeStart({ headers }: HttpDownload): number {
  const said = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(headers['content-range']?.trim() ?? '');
  return said === null ? -1 : Number(said[1]);
}

async function errorBody(answer: HttpDownload): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of answer.content) {
      pieces.push(piece);
      length += piece.length;
      if (length > ERROR_BYTES_AT_MOST) break;
    }
  } catch (error) {
    // An error with a truncated text is still that error.
    if (!Failure.is(error, 'connection-lost')) throw error;
  }
  return Buffer.concat(pieces).toString('utf8');
}
