import got, { type Got, type OptionsInit, type Request, type Response } from 'got';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Failure } from '../failure.ts';
import type { Log } from '../log.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Http, HttpAnswer, HttpRequest, HttpUpload, TlsOptions } from './http.ts';

export interface GotHttpOptions {
  readonly tls: TlsOptions;
  readonly userAgent: string;
  readonly log: Log;
  /** ms to a connection, TLS included. */
  readonly connectTimeout?: number;
  /** ms without a byte in either direction. */
  readonly stallTimeout?: number;
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`: where nothing else sees to proxies. */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;
}

/** A longer answer is no answer of Keystone or Glance. */
const ANSWER_BYTES_AT_MOST = 32 * 1024 * 1024;
const TRIES = 3;

/** HTTP by `got`: no redirects, no status that throws, no body that is sent twice. */
export class GotHttp implements Http {
  readonly #got: Got;
  readonly #log: Log;
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(options: GotHttpOptions) {
    const { tls, stallTimeout = 120_000, connectTimeout = 30_000, proxyEnvironment } = options;
    const agentOptions = { keepAlive: true, ...(proxyEnvironment === undefined ? {} : { proxyEnv: proxyEnvironment }) };
    this.#agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };
    this.#log = options.log;
    this.#got = got.extend({
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      agent: this.#agents,
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
    const { method, url, headers, body, signal } = request;
    const repeatable = body === undefined && (method === 'GET' || method === 'DELETE');
    const stream = (): Promise<HttpAnswer> => {
      const sent = this.#got.stream(url, {
        method,
        retry: { limit: 0 },
        ...(headers === undefined ? {} : { headers: { ...headers } }),
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      // got waits for a body of every method but GET; Glance answers 400 to one on DELETE.
      if (body === undefined && method !== 'GET') sent.end();
      return this.#answer(sent, request);
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await stream();
        if (!repeatable || attempt === TRIES || ![502, 503, 504].includes(answer.status)) return answer;
      } catch (error) {
        if (!repeatable || attempt === TRIES || !Failure.is(error, 'connection-lost')) throw error;
      }
      this.#log.debug(`${method} ${withoutSecrets(url)}: trying again (${attempt + 1} of ${TRIES})`);
      await pause(200 * 2 ** attempt * (0.5 + Math.random()), signal);
    }
  }

  upload(request: Omit<HttpRequest, 'body' | 'method'> & { readonly size: number }): HttpUpload {
    const { url, headers, signal, size } = request;
    const stream = this.#got.stream.put(url, {
      retry: { limit: 0 },
      headers: { ...headers, 'content-length': String(size) },
      ...(signal === undefined ? {} : { signal }),
    });
    return new GotUpload(stream, this.#answer(stream, { ...request, method: 'PUT' }));
  }

  /** Closes the connections that are kept open. */
  dispose(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  async #answer(stream: Request, { method, url }: Pick<HttpRequest, 'method' | 'url'>): Promise<HttpAnswer> {
    const started = performance.now();
    try {
      const response = await responseOf(stream);
      const body = await collect(stream, url);
      const milliseconds = Math.round(performance.now() - started);
      this.#log.debug(`${method} ${withoutSecrets(url)} ${response.statusCode} (${milliseconds} ms)`);
      return { status: response.statusCode, headers: plainHeaders(response.headers), body };
    } catch (error) {
      stream.destroy();
      throw connectionFailure(error, url);
    }
  }
}

class GotUpload implements HttpUpload {
  readonly early: Promise<HttpAnswer>;
  readonly #stream: Request;
  readonly #answer: Promise<HttpAnswer>;
  #ended = false;

  constructor(stream: Request, answer: Promise<HttpAnswer>) {
    this.#stream = stream;
    this.#answer = answer;
    // A failure reaches whoever writes or finishes; before that nobody listens yet.
    answer.catch(() => undefined);
    this.early = new Promise((resolve) => {
      void answer.then(
        (early) => {
          if (!this.#ended) resolve(early);
        },
        () => undefined,
      );
    });
  }

  async write(piece: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#stream.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    // A broken socket tells of itself by the answer's failure; the write's own callback may never come.
    const broken = this.#answer.then(() => new Promise<never>(() => undefined));
    await Promise.race([written.catch(() => broken), broken]);
  }

  async finish(): Promise<HttpAnswer> {
    this.#ended = true;
    this.#stream.end();
    return this.#answer;
  }

  destroy(reason: unknown): void {
    this.#stream.destroy(reason instanceof Error ? reason : new Error(String(reason)));
  }
}

async function responseOf(stream: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('The connection was closed.')));
  });
}

async function collect(stream: Request, url: string): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > ANSWER_BYTES_AT_MOST) {
      throw new Failure('answer-too-large', `${withoutSecrets(url)} answered with more than 32 MiB.`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function plainHeaders(headers: Response['headers']): HttpAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

/** An address without userinfo and query, for logs and errors. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'an unreadable address' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
}
