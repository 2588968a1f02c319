import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Direction = 'up' | 'down';

/** A connection that is passed on: what the client sends goes up, what the cloud answers comes down. */
interface Pair {
  readonly client: Socket;
  readonly cloud: Socket;
  /** Bytes that still pass. */
  readonly left: Record<Direction, number>;
}

/** The way between one machine and one service of the cloud, on loopback, which can be cut, stalled and truncated. */
export class Way {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #refusesUntil = 0;
  #stalled = false;
  #delay = 0;

  private constructor(port: number) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#join(client, port));
  }

  /** @param port of the service on 127.0.0.1 */
  static async open(port: number): Promise<Way> {
    const way = new Way(port);
    way.#server.listen(0, '127.0.0.1');
    await once(way.#server, 'listening');
    return way;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Lets go of every connection, and of every new one for so many milliseconds. */
  cut(milliseconds: number): void {
    this.#refusesUntil = Date.now() + milliseconds;
    for (const pair of this.#pairs) letGo(pair);
  }

  /** Nothing passes until `go`. */
  stall(): void {
    this.#stalled = true;
    for (const { client, cloud } of this.#pairs) for (const socket of [client, cloud]) socket.pause();
  }

  /** Each piece waits so many milliseconds until the next one may come. */
  slow(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  go(): void {
    this.#stalled = false;
    this.#refusesUntil = 0;
    for (const { client, cloud } of this.#pairs) for (const socket of [client, cloud]) socket.resume();
  }

  /** Each connection passes so many more bytes in this direction, and is cut then. */
  truncate(direction: Direction, bytes: number): void {
    for (const { left } of this.#pairs) left[direction] = bytes;
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) letGo(pair);
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, port: number): void {
    client.on('error', () => undefined);
    if (Date.now() < this.#refusesUntil) {
      client.resetAndDestroy();
      return;
    }
    const cloud = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const pair: Pair = { client, cloud, left: { up: Infinity, down: Infinity } };
    this.#pairs.add(pair);
    this.#pass(pair, 'up', client, cloud);
    this.#pass(pair, 'down', cloud, client);
    for (const socket of [client, cloud]) {
      socket.on('error', () => letGo(pair));
      socket.on('close', () => {
        letGo(pair);
        this.#pairs.delete(pair);
      });
    }
    if (this.#stalled) for (const socket of [client, cloud]) socket.pause();
  }

  #pass(pair: Pair, direction: Direction, from: Socket, to: Socket): void {
    const goOn = (): void => {
      if (!this.#stalled) from.resume();
    };
    from.on('data', (data) => {
      const passing = data.subarray(0, Math.max(0, pair.left[direction]));
      pair.left[direction] -= passing.length;
      if (passing.length < data.length) {
        to.write(passing, () => letGo(pair));
        return;
      }
      const full = !to.write(data);
      if (full || this.#delay > 0) from.pause();
      if (full) to.once('drain', goOn);
      else if (this.#delay > 0) setTimeout(goOn, this.#delay);
    });
    from.on('end', () => to.end());
  }
}

function letGo({ client, cloud }: Pair): void {
  client.destroy();
  cloud.destroy();
}
