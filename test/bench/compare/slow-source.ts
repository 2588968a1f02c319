import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A web server with one file, which it sends at so many bytes a second. */
export class SlowSource {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(file: string, bytesPerSecond: number): Promise<SlowSource> {
    const { size } = await stat(file);
    const server = createServer((request, response) => {
      const headers = { 'Content-Length': size, ETag: `"${String(size)}"`, 'Content-Type': 'application/octet-stream' };
      if (request.headers['if-none-match'] === headers.ETag) response.writeHead(304, { ETag: headers.ETag }).end();
      else if (request.method === 'HEAD') response.writeHead(200, headers).end();
      else {
        response.writeHead(200, headers);
        send(file, bytesPerSecond, response).catch(() => response.destroy());
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SlowSource(server);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/disk.img`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function send(file: string, bytesPerSecond: number, response: ServerResponse): Promise<void> {
  const started = performance.now();
  let sent = 0;
  for await (const part of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const { length } = part as Buffer;
    const due = (sent / bytesPerSecond) * 1000 - (performance.now() - started);
    if (due > 1) await setTimeout(due);
    if (!response.write(part)) await once(response, 'drain');
    sent += length;
  }
  response.end();
}
