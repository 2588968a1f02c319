import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { CloudUnderTest } from './cloud.ts';

/** A web server with one file at the port that the cloud under test may fetch from. */
export class WebSource {
  body: Buffer;
  etag = '"one"';
  /** Answers instead, where it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  /** Requests that were answered with the whole body and that nobody broke off before its end. */
  fetched = 0;
  readonly url: string;
  readonly #server: Server;

  private constructor(body: Buffer, port: number) {
    this.body = body;
    this.url = `http://127.0.0.1:${port}/disk.img`;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start({ webPort }: Pick<CloudUnderTest, 'webPort'>, body: Buffer): Promise<WebSource> {
    const source = new WebSource(body, webPort);
    await new Promise<void>((resolve, reject) => {
      source.#server.once('error', reject);
      source.#server.listen(webPort, '127.0.0.1', resolve);
    });
    return source;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.intercept(request, response)) return;
    if (request.headers['if-none-match'] === this.etag) {
      response.writeHead(304, { etag: this.etag }).end();
      return;
    }
    // Whoever only looks has gone before the body is written.
    response.on('finish', () => (this.fetched += isLook(request) ? 0 : 1));
    response.writeHead(200, { etag: this.etag, 'content-length': this.body.length }).end(this.body);
  }
}

/** This machine names itself in its requests; Glance does so otherwise. */
export function isLook({ headers }: IncomingMessage): boolean {
  return headers['user-agent']?.startsWith('glance-images') === true;
}
