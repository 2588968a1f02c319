import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands between a client and one region's Glance: an answer instead of Glance's, or the same body with something changed. */
export interface Alteration {
  readonly region: string;
  /** Of the path, e.g. `/\/file$/`; all where omitted. */
  readonly path?: RegExp;
  readonly answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  /** Changes a JSON body. */
  readonly alter?: (body: unknown) => unknown;
}

/**
 * A Keystone and Glance of a cloud, real or sandbox, with one region's answers altered. It stands before the cloud as a reverse
 * proxy: its Keystone names itself as that region's Glance in the catalog.
 */
export class AlteredCloud {
  readonly #server: Server;
  readonly #keystone: URL;
  readonly #alteration: Alteration;
  #glance = '';

  private constructor(authUrl: string, alteration: Alteration) {
    this.#keystone = new URL(authUrl);
    this.#alteration = alteration;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** @param authUrl of the cloud that it stands before */
  static async start(authUrl: string, alteration: Alteration): Promise<AlteredCloud> {
    const cloud = new AlteredCloud(authUrl, alteration);
    await new Promise<void>((resolve) => cloud.#server.listen(0, '127.0.0.1', resolve));
    return cloud;
  }

  get authUrl(): string {
    return `${this.#origin}/keystone${this.#keystone.pathname}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    if (url.startsWith('/keystone')) {
      const answer = await forward(request, `${this.#keystone.origin}${url.slice('/keystone'.length)}`);
      send(response, answer, JSON.stringify(this.#withOurGlance(parsed(answer.body))));
      return;
    }
    const { path = /./, answer: instead, alter } = this.#alteration;
    if (instead !== undefined && path.test(url)) {
      request.resume();
      response.writeHead(instead.status, instead.headers).end(instead.body);
      return;
    }
    const answer = await forward(request, `${this.#glance}${url}`);
    send(
      response,
      answer,
      alter !== undefined && path.test(url) ? JSON.stringify(alter(parsed(answer.body))) : answer.body,
    );
  }

  /** A token's body whose catalog names us as the region's Glance. */
  #withOurGlance(body: unknown): unknown {
    return JSON.parse(JSON.stringify(body), (_name, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('url' in value) || !('region' in value)) return value;
      if (value.region !== this.#alteration.region || !this.#isGlance(String(value.url))) return value;
      this.#glance = new URL(String(value.url)).origin;
      return { ...value, url: String(value.url).replace(this.#glance, this.#origin) };
    });
  }

  #isGlance(url: string): boolean {
    return new URL(url).origin !== this.#keystone.origin;
  }
}

interface Forwarded {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

async function forward(request: IncomingMessage, url: string): Promise<Forwarded> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const body = pieces.length === 0 ? null : Buffer.concat(pieces);
  const { method = 'GET' } = request;
  const kept = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  const answer = await fetch(url, {
    method,
    headers: Object.fromEntries(kept) as Record<string, string>,
    body,
    redirect: 'manual',
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

function send(response: ServerResponse, { status, headers }: Forwarded, body: string): void {
  const kept = [...headers].filter(([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name));
  response.writeHead(status, Object.fromEntries(kept)).end(status === 204 ? undefined : body);
}

function parsed(body: string): unknown {
  return body === '' ? undefined : JSON.parse(body);
}
