import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';

/** A request as a server on loopback saw it, with its whole body. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Connections opened so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Answers requests once their bodies are there. */
export async function serve(answer: (seen: Seen, response: ServerResponse) => void): Promise<TestServer> {
  const seen: Seen[] = [];
  return serveRaw((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const whole = { method, path, headers, body: Buffer.concat(pieces).toString('utf8') };
      seen.push(whole);
      answer(whole, response);
    });
  }, seen);
}

/** Hands over every request as soon as its headers are there. */
export async function serveRaw(
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  seen: readonly Seen[] = [],
): Promise<TestServer> {
  const server: Server = createServer(onRequest);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  const url = await listen(server);
  return {
    url,
    seen,
    get connections() {
      return connections;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Listens on a free port of loopback; the address as a URL. */
export async function listen(server: NetServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}
