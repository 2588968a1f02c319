import { withAbort } from '../../abort.ts';
import { Failure } from '../../failure.ts';
import { withoutSecrets } from '../../http/addresses.ts';
import { retryAfter } from '../../http/answers.ts';
import type { DownloadHttp } from '../../http/http.ts';
import type { Log } from '../../log.ts';
import { describeBytes } from '../../byte-count.ts';
import type { Digests, DigestWorkers } from '../ports.ts';
import { mostPrivate, type AddressKind } from './address.ts';
import { isPassing, originFailure } from './answers.ts';
import { partialName, parsePartial, partialText, rangeValidator, sidecarName, validatorsOf } from './cache-entry.ts';
import type { PartialEntry, Validators } from './cache-entry.ts';
import { ask, type SourceAnswer, type SourceRequest } from './follow.ts';
import { PartialBody } from './partial-body.ts';
import type { CacheFolder, PartialFile } from './ports.ts';

/** Attempts in a row without a byte before the download fails. */
const VAIN_ATTEMPTS_AT_MOST = 4;
/** Of a `Retry-After`, ms. */
const PAUSE_AT_MOST = 30_000;
/** The share of free space that a source of unknown length may take. */
const SHARE_OF_FREE = 0.9;

/** What a download works with. */
export interface DownloadDeps {
  readonly http: DownloadHttp;
  readonly folder: CacheFolder;
  readonly workers: DigestWorkers;
  readonly log: Log;
  /** Resolves after this many ms; rejects when the signal fires. */
  pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/** What is to be downloaded. */
export interface DownloadRequest extends SourceRequest {
  readonly urlSha256: string;
  /** Name of the file in the cache. */
  readonly fileName: string;
  readonly algorithms: readonly string[];
  /** Called with the received bytes and the total, if known. */
  readonly onProgress: (received: number, total: number | undefined) => void;
}

/** A complete body under its temporary name, not verified yet. */
export interface Downloaded {
  readonly size: number;
  readonly digests: Digests;
  readonly validators: Validators;
  /** The most private network that a part of it was fetched over. */
  readonly network: AddressKind;
}

/**
 * Downloads into the partial file of a cache entry. Resumes existing bytes if the server says that they belong to
 * the same representation. Retries after connection faults and overload as long as bytes arrive. Received
 * bytes stay for the next time, unless they fill the disk.
 *
 * @param first an answer with a whole body from an earlier request
 * @throws Failure `source-not-found`, `source-denied`, `source-failed`, `source-empty`, `cache-full` and what `ask` and the folder throw.
 */
export async function download(
  request: DownloadRequest,
  deps: DownloadDeps,
  first?: SourceAnswer,
): Promise<Downloaded> {
  const file = await deps.folder.openPartial(partialName(request.fileName)).catch((error: unknown) => {
    first?.destroy();
    throw error;
  });
  const attempts = new Attempts(request, deps, file);
  try {
    return await attempts.run(first);
  } finally {
    await attempts.close();
  }
}

/** Removes the files of a failed download. */
export async function discardPartial(folder: CacheFolder, fileName: string): Promise<void> {
  await folder.remove(partialName(fileName));
  await folder.remove(sidecarName(partialName(fileName)));
}

class Attempts {
  readonly #request: DownloadRequest;
  readonly #deps: DownloadDeps;
  readonly #file: PartialFile;
  readonly #body: PartialBody;
  #known: PartialEntry | undefined;
  #network: AddressKind = 'public';

  constructor(request: DownloadRequest, deps: DownloadDeps, file: PartialFile) {
    this.#request = request;
    this.#deps = deps;
    this.#file = file;
    this.#body = new PartialBody(file, deps.workers, request.algorithms);
  }

  async run(first: SourceAnswer | undefined): Promise<Downloaded> {
    if (first === undefined) await this.#recall();
    let answer = first;
    for (let vain = 1; ; vain += 1) {
      const before = this.#body.position;
      let wait = 0;
      try {
        answer ??= await this.#ask();
        wait = retryAfter(answer, PAUSE_AT_MOST);
        await this.#take(answer);
        return await this.#finish();
      } catch (error) {
        await this.#body.flush();
        if (this.#body.position > before) vain = 0;
        const again = isPassing(error) && vain < VAIN_ATTEMPTS_AT_MOST;
        if (!again) throw error;
        const have = describeBytes(this.#body.position);
        this.#deps.log.warn(`${error.message} Trying again; ${have} are already here.`);
        await this.#deps.pause(Math.max(500 * 2 ** vain, wait), this.#request.signal);
      } finally {
        answer?.destroy();
        answer = undefined;
      }
    }
  }

  async close(): Promise<void> {
    // The bytes are only for the next time. The error of this download is already being thrown.
    await this.#body.flush().catch(() => undefined);
    this.#body.abort();
    await this.#file.close();
  }

  /** Bytes of an earlier process count if their representation is known. */
  async #recall(): Promise<void> {
    const { folder } = this.#deps;
    const known = parsePartial(await folder.readText(sidecarName(partialName(this.#request.fileName))));
    const { urlSha256 } = this.#request;
    const isOfFile = known?.urlSha256 === urlSha256 && known.birth === this.#file.birth;
    const resumable = isOfFile && rangeValidator(known.validators) !== undefined;
    if (!resumable || this.#file.size === 0) return;
    // Requests one byte even if all are here, to check that they are still current.
    const length = Math.min(this.#file.size, (known.total ?? Number.MAX_SAFE_INTEGER) - 1);
    if (length <= 0) return;
    await this.#body.recall(length, this.#request.signal);
    this.#known = known;
  }

  async #ask(): Promise<SourceAnswer> {
    const { http } = this.#deps;
    const validator = this.#known === undefined ? undefined : rangeValidator(this.#known.validators);
    const { position } = this.#body;
    if (validator === undefined || position === 0) return ask(http, { ...this.#request, headers: {} });
    const headers = { range: `bytes=${position}-`, 'if-range': validator };
    const answer = await ask(http, { ...this.#request, headers });
    if (answer.status === 206 && continues(answer, position, this.#known)) return answer;
    if (answer.status !== 206 && answer.status !== 416) return answer;
    this.#deps.log.info(`${withoutSecrets(this.#request.url)} can't be resumed and is downloaded from the start.`);
    answer.destroy();
    return ask(http, { ...this.#request, headers: {} });
  }

  async #take(answer: SourceAnswer): Promise<void> {
    const { request, body } = { request: this.#request, body: this.#body };
    this.#network = mostPrivate(this.#network, answer.network);
    if (answer.status !== 200 && answer.status !== 206) throw originFailure(answer, request.url);
    if (answer.status === 200) await this.#begin(answer);
    const total = this.#known?.total;
    const limit = await this.#limit(total);
    request.onProgress(body.position, total);
    for await (const chunk of abortable(answer, request.signal)) {
      await body.add(chunk);
      if (body.received > limit) {
        // A source that may be endless must not keep the disk full.
        await body.restart();
        throw full(this.#deps.folder.path, undefined);
      }
      request.onProgress(body.received, total);
    }
    await body.flush();
    if (total !== undefined && body.position !== total) throw cut(request.url, body.position, total);
  }

  /** A whole body replaces the existing bytes. */
  async #begin(answer: SourceAnswer): Promise<void> {
    await this.#body.restart();
    const length = Number(answer.headers['content-length'] ?? Number.NaN);
    this.#known = {
      urlSha256: this.#request.urlSha256,
      birth: this.#file.birth,
      validators: validatorsOf(answer.headers),
      ...(Number.isSafeInteger(length) && length >= 0 ? { total: length } : {}),
    };
    const name = sidecarName(partialName(this.#request.fileName));
    await this.#deps.folder.writeText(name, partialText(this.#known));
  }

  /** The largest size that fits. Throws `cache-full` if the known size does not. */
  async #limit(total: number | undefined): Promise<number> {
    const { folder } = this.#deps;
    const free = await folder.free();
    if (total === undefined) return this.#body.position + free * SHARE_OF_FREE;
    if (total - this.#body.position > free) throw full(folder.path, { total, free });
    return total;
  }

  async #finish(): Promise<Downloaded> {
    const size = this.#body.position;
    if (size === 0) {
      throw new Failure('source-empty', `${withoutSecrets(this.#request.url)} is empty.`, {
        next: 'Correct "image_source_url".',
      });
    }
    const digests = await this.#body.finish();
    await this.#file.sync();
    return { size, digests, validators: this.#known?.validators ?? {}, network: this.#network };
  }
}

/** The body, which ends with the signal even if the server is silent. */
async function* abortable(answer: SourceAnswer, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const iterator = answer.content[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await withAbort(iterator.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    answer.destroy();
  }
}

/** Whether a 206 continues the existing bytes. @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4 */
function continues({ headers }: SourceAnswer, position: number, known: PartialEntry | undefined): boolean {
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(headers['content-range'] ?? '') ?? [];
  if (Number(start) !== position || total === undefined) return false;
  if (total !== '*' && Number(end) + 1 !== Number(total)) return false;
  if (known?.total !== undefined && Number(end) + 1 !== known.total) return false;
  const length = headers['content-length'];
  if (length !== undefined && Number(length) !== Number(end) - position + 1) return false;
  const { etag } = headers;
  return etag === undefined || known?.validators.etag === undefined || etag === known.validators.etag;
}

function cut(url: string, received: number, total: number): Failure {
  const text = `${withoutSecrets(url)} ended after ${received} of ${total} bytes.`;
  return new Failure('connection-lost', text, { next: 'Try again to resume.' });
}

function full(folder: string, known: { readonly total: number; readonly free: number } | undefined): Failure {
  const need =
    known === undefined
      ? 'The source is larger than the free space'
      : `The source has ${describeBytes(known.total)}, but only ${describeBytes(known.free)} are free`;
  return new Failure('cache-full', `${need} in the cache folder "${folder}".`, {
    next: 'Free some space ("glance-images cache clear" empties the cache), or choose another one with "image_cache_path".',
  });
}
