import assert from 'node:assert/strict';
import { createServer as createNetServer, type Socket } from 'node:net';
import { Failure } from '../../../../src/core/failure.ts';
import { GotHttp, type GotHttpOptions } from '../../../../src/node/http/got-http.ts';
import { silentLog } from '../../silent-log.ts';
import { listen, type TestServer } from './test-server.ts';

const closing: (() => void | Promise<void>)[] = [];

/** Clients and servers of a test, gone after it. */
export const afterTest = (close: () => void | Promise<void>): void => void closing.push(close);

/** Closes what the last test opened, the newest first. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export function http(options: Partial<GotHttpOptions> = {}): GotHttp {
  const made = new GotHttp({ tls: { verify: true }, userAgent: 'glance-images/test', log: silentLog, ...options });
  afterTest(() => made.dispose());
  return made;
}

export function kept(server: TestServer): TestServer {
  afterTest(() => server.close());
  return server;
}

/** A server that does with each connection what it is told, whatever HTTP says. */
export async function rawServer(onRequest: (socket: Socket, connection: number) => void): Promise<string> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => onRequest(socket, connections));
  });
  const url = await listen(server);
  afterTest(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return url;
}

/** For `assert.rejects`: a `Failure` of this code. */
export function failsWith(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(Failure.is(error), String(error));
    assert.equal(error.code, code, error.explain());
    return true;
  };
}

/** What work fails with. */
export async function failure(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
