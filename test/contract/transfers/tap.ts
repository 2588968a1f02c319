import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Stands between a client and a host, and has something done at one of their messages, which then does not arrive. */
export class Tap {
  readonly address: string;
  struck = false;
  #count = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, address: string) {
    this.#server = server;
    this.address = address;
  }

  /** @param strike called at the message of this number, counted from 1 */
  static async open(address: string, host: string, number: number, strike: () => unknown): Promise<Tap> {
    const server = createServer();
    const tap = new Tap(server, address);
    server.on('connection', (client) => {
      const upstream = createConnection(host);
      tap.#relay(client, upstream, number, strike);
      tap.#relay(upstream, client, number, strike);
    });
    server.listen(address);
    await once(server, 'listening');
    return tap;
  }

  /** Cuts what is connected. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #relay(from: Socket, to: Socket, number: number, strike: () => unknown): void {
    this.#sockets.add(from);
    from.on('error', () => undefined).on('close', () => to.destroy());
    let rest = '';
    from.setEncoding('utf8').on('data', (part: string) => {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.#count += 1;
        this.struck ||= this.#count === number;
        if (this.#count === number) strike();
        if (!this.struck) to.write(`${line}\n`);
      }
    });
  }
}
