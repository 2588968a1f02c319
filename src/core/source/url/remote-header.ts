import { Failure } from '../../failure.ts';
import type { DownloadHttp } from '../../http/http.ts';
import type { RandomAccess } from '../inspection/header-reader.ts';
import type { AddressKind } from './address.ts';
import { originFailure } from './answers.ts';
import { validatorsOf, type Validators } from './cache-entry.ts';
import { ask, type SourceAnswer, type SourceRequest } from './follow.ts';
import { withoutSecrets } from '../../http/addresses.ts';

/** Bytes of one request: the first has the headers of most formats. */
const BLOCK_BYTES = 64 * 1024;
/** Bytes read from a server without range support: up to the end of an ISO's descriptor. */
const HEAD_BYTES = 128 * 1024;

/**
 * A file at a URL, of which only the needed parts are fetched. From a server without range support, only the
 * beginning is available.
 */
export class RemoteHeader implements RandomAccess {
  /** Size in bytes; `undefined` if the server does not say. */
  readonly size: number | undefined;
  readonly validators: Validators;
  readonly network: AddressKind;
  readonly #http: DownloadHttp;
  readonly #request: Omit<SourceRequest, 'headers'>;
  readonly #blocks = new Map<number, Uint8Array>();
  readonly #ranges: boolean;

  private constructor(
    http: DownloadHttp,
    request: Omit<SourceRequest, 'headers'>,
    answer: SourceAnswer,
    head: Uint8Array,
  ) {
    this.#http = http;
    this.#request = request;
    this.#ranges = answer.status === 206;
    this.size = sizeOf(answer);
    this.validators = validatorsOf(answer.headers);
    this.network = answer.network;
    for (let block = 0; block * BLOCK_BYTES < head.length; block += 1)
      this.#blocks.set(block, head.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES));
  }

  /** Requests the beginning. Throws a failure for an error answer. */
  static async open(http: DownloadHttp, request: Omit<SourceRequest, 'headers'>): Promise<RemoteHeader> {
    const answer = await ask(http, { ...request, headers: { range: rangeOf(0) } });
    try {
      if (answer.status === 416) return new RemoteHeader(http, request, answer, new Uint8Array(0));
      if (answer.status !== 200 && answer.status !== 206) throw originFailure(answer, request.url);
      return new RemoteHeader(http, request, answer, await headOf(answer, HEAD_BYTES));
    } finally {
      answer.destroy();
    }
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    const number = Math.floor(position / BLOCK_BYTES);
    const block = this.#blocks.get(number) ?? (await this.#fetch(number));
    const from = position - number * BLOCK_BYTES;
    const piece = block.subarray(from, from + buffer.length);
    buffer.set(piece);
    return piece.length;
  }

  async #fetch(number: number): Promise<Uint8Array> {
    const start = number * BLOCK_BYTES;
    if (!this.#ranges || (this.size !== undefined && start >= this.size)) return new Uint8Array(0);
    const answer = await ask(this.#http, { ...this.#request, headers: { range: rangeOf(start) } });
    try {
      const block = await this.#stretch(answer);
      this.#blocks.set(number, block);
      return block;
    } finally {
      answer.destroy();
    }
  }

  async #stretch(answer: SourceAnswer): Promise<Uint8Array> {
    if (answer.status === 416) return new Uint8Array(0);
    if (answer.status === 206) return headOf(answer, BLOCK_BYTES);
    if (answer.status !== 200) throw originFailure(answer, this.#request.url);
    throw new Failure('source-changed', `${withoutSecrets(this.#request.url)} changed while it was being read.`, {
      next: 'Try again.',
    });
  }
}

function rangeOf(start: number): string {
  return `bytes=${start}-${start + BLOCK_BYTES - 1}`;
}

/** In a partial answer, the total size follows the slash: `bytes 0-65535/1048576`. */
function sizeOf({ status, headers }: SourceAnswer): number | undefined {
  const told = status === 200 ? headers['content-length'] : /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  const size = Number(told ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : undefined;
}

async function headOf({ content }: SourceAnswer, atMost: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content) {
    pieces.push(piece);
    length += piece.length;
    if (length >= atMost) break;
  }
  return Buffer.concat(pieces).subarray(0, atMost);
}
