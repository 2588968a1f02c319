import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: 'Bot' | 'User' };
}

/** Stands for the comments of GitHub's API: those of one pull request, for whoever has the token. */
export class CommentsServer {
  readonly comments: Comment[] = [];
  readonly token = 'token-of-the-run';
  /** `METHOD path`, as they came. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([status, answer]) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
  }

  static async start(): Promise<CommentsServer> {
    const server = new CommentsServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** A comment that was there before. */
  add(body: string, type: 'Bot' | 'User'): void {
    this.comments.push({ id: 1000 + this.comments.length, body, user: { type } });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage): Promise<readonly [number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.address);
    this.asked.push(`${request.method ?? ''} ${pathname}`);
    if (request.headers.authorization !== `Bearer ${this.token}`) return [403, { message: 'Resource not accessible' }];
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    const { body = '' } = (text === '' ? {} : JSON.parse(text)) as { readonly body?: string };
    const [, id] = /^\/repos\/owner\/images\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
    if (request.method === 'PATCH' && id !== undefined) {
      const found = this.comments.find((each) => each.id === Number(id));
      if (found === undefined) return [404, {}];
      found.body = body;
      return [200, found];
    }
    if (pathname !== '/repos/owner/images/issues/7/comments') return [404, {}];
    if (request.method === 'POST') {
      this.add(body, 'Bot');
      return [201, this.comments.at(-1)];
    }
    const from = (Number(searchParams.get('page')) - 1) * 100;
    return [200, this.comments.slice(from, from + 100)];
  }
}
