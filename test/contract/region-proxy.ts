import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request to the region's Glance. `glance` is the origin of the real one. */
export type Serve = (request: IncomingMessage, response: ServerResponse, glance: string) => Promise<void>;

/**
 * Stands before a cloud, real or sandbox, and answers for one region's Glance: its Keystone passes everything on and names
 * itself as that region's Glance in the catalog.
 */
export class RegionProxy {
  readonly #server: Server;
  readonly #keystone: URL;
  readonly #region: string;
  #glance = '';

  private constructor(authUrl: string, region: string, serve: Serve) {
    this.#keystone = new URL(authUrl);
    this.#region = region;
    this.#server = createServer({ requestTimeout: 0 }, (request, response) => {
      request.on('error', () => undefined);
      const url = request.url ?? '/';
      const served = url.startsWith('/keystone')
        ? this.#serveKeystone(request, response, url.slice('/keystone'.length))
        : serve(request, response, this.#glance);
      served.catch(() => response.destroy());
    });
  }

  /** @param authUrl of the cloud that it stands before */
  static async start(authUrl: string, region: string, serve: Serve): Promise<RegionProxy> {
    const proxy = new RegionProxy(authUrl, region, serve);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
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

  async #serveKeystone(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const answer = await forward(request, `${this.#keystone.origin}${path}`);
    send(response, answer, JSON.stringify(this.#withOurGlance(parsed(answer.body))));
  }

  /** A token's body whose catalog names us as the region's Glance. */
  #withOurGlance(body: unknown): unknown {
    return JSON.parse(JSON.stringify(body), (_name, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('url' in value) || !('region' in value)) return value;
      const url = new URL(String(value.url));
      if (value.region !== this.#region || url.origin === this.#keystone.origin) return value;
      this.#glance = url.origin;
      return { ...value, url: String(value.url).replace(url.origin, this.#origin) };
    });
  }
}

/** An answer of the cloud, read to its end. */
export interface Forwarded {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Passes a request on, whole. */
export async function forward(request: IncomingMessage, url: string): Promise<Forwarded> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = pieces.length === 0 ? null : Buffer.concat(pieces);
  const { method = 'GET' } = request;
  const answer = await fetch(url, { method, headers: headersOf(request), body, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** The headers of a request that are about it and not about its connection. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const kept = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  return Object.fromEntries(kept) as Record<string, string>;
}

/** Sends an answer on, with this body. */
export function send(response: ServerResponse, { status, headers }: Forwarded, body: string | Buffer): void {
  const kept = [...headers].filter(([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name));
  response.writeHead(status, Object.fromEntries(kept)).end(status === 204 ? undefined : body);
}

/** A body as JSON. */
export function parsed(body: Buffer): unknown {
  return body.length === 0 ? undefined : JSON.parse(body.toString());
}
