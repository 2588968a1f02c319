import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOGINS } from './logins.ts';

const CLIENT = { id: 'glance-images', secret: 'hush: 100 % client' };
const PERSON = { username: 'ann', password: 'hush & co + ü' };

/** A company's identity provider on loopback, whose access tokens the cloud under test believes. */
export class IdentityProvider {
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  readonly client = CLIENT;
  readonly person = PERSON;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider();
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get discovery(): string {
    return `${this.url}/.well-known/openid-configuration`;
  }

  /** An access token for whoever has it. */
  tokenOf(name: string): string {
    return `${name}@${LOGINS.federation.issuer}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    this.asked.push(path);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const form = new URLSearchParams(Buffer.concat(pieces).toString());
    if (path === '/.well-known/openid-configuration')
      send(response, 200, { issuer: LOGINS.federation.issuer, token_endpoint: `${this.url}/token` });
    else if (path !== '/token' || request.method !== 'POST') send(response, 404, {});
    else if (!isClient(request.headers.authorization)) send(response, 401, { error: 'invalid_client' });
    else if (form.get('grant_type') === 'client_credentials') this.#issue(response, 'robot');
    else if (form.get('username') === PERSON.username && form.get('password') === PERSON.password)
      this.#issue(response, PERSON.username);
    else send(response, 400, { error: 'invalid_grant', error_description: 'Invalid user credentials' });
  }

  #issue(response: ServerResponse, name: string): void {
    send(response, 200, { access_token: this.tokenOf(name), token_type: 'Bearer', expires_in: 300 });
  }
}

function isClient(authorization: string | undefined): boolean {
  return authorization === `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
}

function send(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}
