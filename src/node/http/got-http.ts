import got, { type Got, type OptionsInit, type Request } from 'got';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import { hostOf, withoutSecrets } from '../../core/http/addresses.ts';
import { retryAfter } from '../../core/http/answers.ts';
import type { Log } from '../../core/log.ts';
import { connectionFailure, proxyRefusal, type Asked } from './connection-failure.ts';
import { GotUpload } from './got-upload.ts';
import type {
  DownloadHttp,
  Http,
  HttpAnswer,
  HttpDownload,
  HttpDownloadRequest,
  HttpRequest,
  HttpUpload,
  HttpUploadRequest,
  TlsOptions,
} from '../../core/http/http.ts';
import { lookupChecked } from './lookup.ts';
import { readProxies } from './proxies.ts';
import { proxiedAgents, type ProxiedAgents } from './proxy-agents.ts';

export interface GotHttpOptions {
  readonly tls: TlsOptions;
  readonly userAgent: string;
  readonly log: Log;
  /** ms to connect, including TLS; 30 s if omitted. */
  readonly connectTimeout?: number;
  /** ms without a byte in either direction; 2 min if omitted. */
  readonly stallTimeout?: number;
  /** ms to wait for the answer after an upload's last byte; 15 min if omitted, because stores flush before Glance answers. */
  readonly answerTimeout?: number;
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, if nothing else handles proxies. */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Whether Node's own agents support proxies; detected if omitted. */
  readonly agentsHeedProxies?: boolean;
}

/** Keystone and Glance send no longer answers. */
const ANSWER_BYTES_AT_MOST = 32 * 1024 * 1024;
/** Of an error's body; the message comes first. */
const ERROR_BYTES_AT_MOST = 1024 * 1024;
const TRIES = 3;
const WORTH_A_TRY = { statuses: [502, 503, 504], codes: ['connection-lost', 'connection-refused'] };
/** Of a `Retry-After`, ms. */
const PAUSE_AT_MOST = 10_000;
/** ms to keep an idle connection: less than the 5 s after which Apache closes it, maybe during our next request. */
const IDLE = 4000;

/** HTTP with `got`: follows no redirects, throws for no status, sends no body twice. */
export class GotHttp implements Http, DownloadHttp {
  readonly #got: Got;
  readonly #log: Log;
  readonly #answerTimeout: number;
  readonly #kept: ProxiedAgents;
  /** We can't repeat an upload, so it never reuses a connection that the server may be about to close. */
  readonly #fresh: ProxiedAgents;

  /** Throws `proxy` if the environment names an unusable proxy. */
  constructor(options: GotHttpOptions) {
    const { tls, stallTimeout = 120_000, connectTimeout = 30_000, proxyEnvironment, log, agentsHeedProxies } = options;
    const proxies = readProxies(proxyEnvironment ?? {});
    this.#kept = proxiedAgents({ keepAlive: true, timeout: IDLE }, proxies, agentsHeedProxies);
    this.#fresh = proxiedAgents({}, proxies, agentsHeedProxies);
    this.#log = log;
    this.#answerTimeout = options.answerTimeout ?? 15 * 60_000;
    this.#got = got.extend({
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      retry: { limit: 0 },
      headers: { 'user-agent': options.userAgent, 'accept-encoding': 'identity' },
      timeout: { lookup: connectTimeout, connect: connectTimeout, secureConnect: connectTimeout, socket: stallTimeout },
      https: {
        rejectUnauthorized: tls.verify,
        ...(tls.ca === undefined ? {} : { certificateAuthority: tls.ca }),
        ...(tls.cert === undefined ? {} : { certificate: tls.cert }),
        ...(tls.key === undefined ? {} : { key: tls.key }),
      },
    } satisfies OptionsInit);
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const { method, url, body, signal } = request;
    const repeatable = body === undefined && (method === 'GET' || method === 'DELETE');
    for (let attempt = 1; ; attempt += 1) {
      const last = !repeatable || attempt === TRIES;
      let wait = 200 * 2 ** attempt * (0.5 + Math.random());
      try {
        const answer = await this.#once(request);
        if (last || !WORTH_A_TRY.statuses.includes(answer.status)) return answer;
        wait = Math.max(wait, retryAfter(answer, PAUSE_AT_MOST));
      } catch (error) {
        if (last || !(error instanceof Failure) || !WORTH_A_TRY.codes.includes(error.code)) throw error;
      }
      this.#log.debug(`${method} ${withoutSecrets(url)}: trying again (${attempt + 1} of ${TRIES})`);
      try {
        await setTimeout(wait, undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        throw connectionFailure(error, { url, signal });
      }
    }
  }

  upload(request: HttpUploadRequest): HttpUpload {
    const { url, headers, signal, size, stallTimeout } = request;
    const { agents, proxy } = this.#fresh.for(url);
    const stream = this.#got.stream.put(url, {
      agent: agents,
      headers: { ...headers, 'content-length': String(size) },
      ...(stallTimeout === undefined ? {} : { timeout: { socket: stallTimeout } }),
      ...(signal === undefined ? {} : { signal }),
    });
    const connected = connectionOf(stream);
    const answer = this.#answer(stream, 'PUT', { url, signal, proxy });
    return new GotUpload(stream, answer, { connected, size, answerTimeout: this.#answerTimeout, host: hostOf(url) });
  }

  async download(request: HttpDownloadRequest): Promise<HttpDownload> {
    const { url, headers, signal, stallTimeout, checkAddress } = request;
    const { agents, proxy } = this.#fresh.for(url);
    const asked: Asked = { url, signal, proxy };
    const stream = this.#got.stream(url, {
      agent: agents,
      ...(headers === undefined ? {} : { headers: { ...headers } }),
      ...(stallTimeout === undefined ? {} : { timeout: { socket: stallTimeout } }),
      ...(signal === undefined ? {} : { signal }),
      ...(checkAddress === undefined ? {} : { dnsLookup: lookupChecked(checkAddress) }),
    });
    const destroy = (): void => void stream.destroy();
    try {
      const response = await responseOf(stream, asked);
      this.#log.debug(`GET ${withoutSecrets(url)} ${response.status}`);
      const content = readContent(response.content, asked);
      return { ...head(response, asked), content, destroy };
    } catch (error) {
      destroy();
      const failure = connectionFailure(error, asked);
      this.#log.debug(`GET ${withoutSecrets(url)}: ${failure.message}`);
      throw failure;
    }
  }

  /** Closes the connections. */
  dispose(): void {
    this.#kept.destroy();
    this.#fresh.destroy();
  }

  async #once({ method, url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
    const { agents, proxy } = this.#kept.for(url);
    const stream = this.#got.stream(url, {
      method,
      agent: agents,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      ...(signal === undefined ? {} : { signal }),
    });
    // got expects a body for every method but GET; Glance answers 400 to a body of a DELETE.
    if (body !== undefined) void connectionOf(stream).then(() => stream.end(body));
    else if (method !== 'GET') stream.end();
    return this.#answer(stream, method, { url, signal, proxy });
  }

  async #answer(stream: Request, method: string, asked: Asked): Promise<HttpAnswer> {
    const { url } = asked;
    const started = performance.now();
    try {
      const response = await responseOf(stream, asked);
      const body = await bodyOf(response, asked);
      this.#log.debug(
        `${method} ${withoutSecrets(url)} ${response.status} (${Math.round(performance.now() - started)} ms)`,
      );
      return { ...head(response, asked), body };
    } catch (error) {
      stream.destroy();
      const failure = connectionFailure(error, asked);
      this.#log.debug(`${method} ${withoutSecrets(url)}: ${failure.message}`);
      throw failure;
    }
  }
}

interface Response {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Settles once a request has its connection; never if it gets none. The body starts then: agents for plain proxies write the
 * header again when they connect, and Node would send it twice if body data were already waiting.
 */
async function connectionOf(stream: Request): Promise<void> {
  return new Promise((resolve) => {
    stream.once('request', (request: ClientRequest) => request.once('socket', () => resolve()));
  });
}

/**
 * Status and headers; throws `proxy` for an answer of a proxy. If a write fails while an error answer is being read, got reports the
 * write; the answer says more.
 */
async function responseOf(stream: Request, asked: Asked): Promise<Response> {
  return new Promise((resolve, reject) => {
    let native: IncomingMessage | undefined;
    const answered = (message: IncomingMessage, content: AsyncIterable<Buffer>): void => {
      const { statusCode: status = 0, headers } = message;
      const refusal = proxyRefusal(asked, status, message.socket);
      if (refusal === undefined) resolve({ status, headers, content });
      else reject(refusal);
    };
    const failed = (error: Error): void => {
      if (native !== undefined && (native.statusCode ?? 0) >= 400) answered(native, native);
      else reject(error);
    };
    stream.once('request', (request: ClientRequest) => {
      request.once('response', (message) => (native = message));
    });
    stream.once('response', (message: IncomingMessage) => answered(message, stream));
    stream.once('error', failed);
    stream.once('close', () => failed(new Error('The connection was closed.')));
  });
}

/** The whole text. An error answer still counts if its text was cut: servers that refuse an upload often close at once. */
async function bodyOf({ content, status }: Response, asked: Asked): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of content) {
      length += piece.length;
      if (length > ANSWER_BYTES_AT_MOST) {
        throw new Failure('answer-too-large', `${withoutSecrets(asked.url)} answered with more than 32 MiB.`);
      }
      pieces.push(piece);
      if (status >= 400 && length > ERROR_BYTES_AT_MOST) break;
    }
  } catch (error) {
    if (status < 400 || connectionFailure(error, { url: asked.url }).code !== 'connection-lost') throw error;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The pieces of a body. Throws `Failure` if it breaks off. */
async function* readContent(content: AsyncIterable<Buffer>, asked: Asked): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw connectionFailure(error, asked);
  }
}

/** What both kinds of answers begin with. Within a tunnel only the server answers. */
function head({ status, headers }: Response, { url, proxy }: Asked): Omit<HttpAnswer, 'body'> {
  const forwarded = proxy !== undefined && url.startsWith('http:');
  return { status, headers: plainHeaders(headers), ...(forwarded ? { proxy } : {}) };
}

function plainHeaders(headers: IncomingMessage['headers']): HttpAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
