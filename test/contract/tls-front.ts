import { connect, type AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { AUTHORITY, SERVER } from '../unit/core/http/certificates.ts';

/** TLS before a plain server, as a load balancer does it, with a certificate of the tests' authority; asks for the client's. */
export class TlsFront {
  /** The common names of the certificates that clients showed. */
  readonly clients: string[] = [];
  /** Connections on which something was asked. */
  requests = 0;
  readonly #behind: URL;
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();

  private constructor(behind: string) {
    this.#behind = new URL(behind);
    const options = { ...SERVER, ca: AUTHORITY, requestCert: true, rejectUnauthorized: false };
    this.#server = createServer(options, (socket) => this.#serve(socket));
    this.#server.on('tlsClientError', () => undefined);
  }

  /** @param behind address of the plain server */
  static async start(behind: string): Promise<TlsFront> {
    const front = new TlsFront(behind);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  /** The same address over TLS. */
  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#behind.pathname}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: TLSSocket): void {
    this.#sockets.add(socket);
    const { subject } = socket.getPeerCertificate();
    if (socket.authorized) this.clients.push(String(subject.CN));
    socket.once('data', () => this.requests++);
    const upstream = connect(Number(this.#behind.port), this.#behind.hostname);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    socket.once('close', () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  }
}
