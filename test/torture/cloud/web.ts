import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';

/** The web server that sources are fetched from, by this machine and by Glance. It can be made to fail. */
export class Web {
  readonly #server: Server;
  readonly #port: number;
  readonly #files = new Map<string, Buffer>();
  /** Answers to come that are cut, stalled, or errors. */
  readonly #trouble: ('cut' | 'stall' | 'error')[] = [];
  readonly #stalled = new Set<ServerResponse>();

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((request, response) => this.#serve(request.url ?? '/', request.headers, response));
  }

  static async start(port: number): Promise<Web> {
    const web = new Web(port);
    web.#server.listen(port, '127.0.0.1');
    await once(web.#server, 'listening');
    return web;
  }

  url(name: string): string {
    return `http://127.0.0.1:${String(this.#port)}/${name}`;
  }

  put(name: string, bytes: Buffer): void {
    this.#files.set(`/${name}`, bytes);
  }

  /** The next answer with data goes wrong so. */
  spoil(how: 'cut' | 'stall' | 'error'): void {
    this.#trouble.push(how);
  }

  calm(): void {
    this.#trouble.length = 0;
    for (const response of this.#stalled) response.destroy();
    this.#stalled.clear();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(
    path: string,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    response: ServerResponse,
  ): void {
    const bytes = this.#files.get(path);
    response.on('error', () => undefined);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}"`;
    if (headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    const trouble = this.#trouble.shift();
    if (trouble === 'error') {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html><body><h1>No time</h1></body></html>');
      return;
    }
    const range = headers['if-range'] === etag ? /^bytes=(\d+)-$/.exec(String(headers.range ?? '')) : null;
    const from = Math.min(Number(range?.[1] ?? 0), bytes.length);
    const part = bytes.subarray(from);
    const span = `bytes ${String(from)}-${String(bytes.length - 1)}/${String(bytes.length)}`;
    response.writeHead(range === null ? 200 : 206, {
      etag,
      'content-length': part.length,
      'accept-ranges': 'bytes',
      ...(range === null ? {} : { 'content-range': span }),
    });
    if (trouble === undefined) {
      response.end(part);
      return;
    }
    response.write(part.subarray(0, Math.floor(part.length / 2)), () => {
      if (trouble === 'cut') response.destroy();
      else this.#stalled.add(response);
    });
  }
}
