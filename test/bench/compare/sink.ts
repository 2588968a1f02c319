import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { writeFile } from 'node:fs/promises';

/** What is known of the bytes before they come, in hex. */
export interface KnownDigests {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
}

type Image = Record<string, unknown> & { readonly id: string };

/** A Keystone and a Glance that take bytes as fast as they come, look at none, and say of them what was known before. */
export class Sink {
  readonly #known: KnownDigests;
  readonly #images = new Map<string, Image>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(known: KnownDigests) {
    this.#known = known;
  }

  static async start(known: KnownDigests): Promise<Sink> {
    const sink = new Sink(known);
    sink.#server.listen(0, '127.0.0.1');
    await once(sink.#server, 'listening');
    return sink;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Writes a `clouds.yaml` with it as the cloud of this name. */
  async writeClouds(file: string, cloud: string): Promise<void> {
    const user = { username: 'demo', password: 'demo', user_domain_name: 'Default' };
    const auth = { auth_url: `${this.address}/v3`, ...user, project_name: 'demo', project_domain_name: 'Default' };
    await writeFile(file, JSON.stringify({ clouds: { [cloud]: { auth, region_name: 'RegionOne' } } }));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const [, id = '', rest = ''] = /^\/v2\/images\/([^/?]+)(.*)$/.exec(url) ?? [];
    if (method === 'PUT' && rest === '/file') {
      await finished(request.resume());
      const { size, md5, sha512 } = this.#known;
      this.#put(id, { status: 'active', size, checksum: md5, os_hash_algo: 'sha512', os_hash_value: sha512 });
      answer(response, 204);
      return;
    }
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += String(part);
    if (url.startsWith('/v3')) answer(response, 201, this.#token(), { 'X-Subject-Token': 'sink' });
    else if (method === 'POST' && url === '/v2/images') answer(response, 201, this.#create(JSON.parse(text) as Image));
    else if (method === 'PATCH') answer(response, 200, this.#patch(id, JSON.parse(text) as readonly Operation[]));
    else if (method === 'DELETE') answer(response, this.#images.delete(id) ? 204 : 404);
    else if (id !== '') answer(response, this.#images.has(id) ? 200 : 404, this.#images.get(id));
    else if (url.startsWith('/v2/images')) answer(response, 200, { images: [...this.#images.values()] });
    else answer(response, 404);
  }

  #create(asked: Image): Image {
    const made = new Date().toISOString().replace(/\.\d+/, '');
    const image = {
      ...{ status: 'queued', visibility: 'private', protected: false, os_hidden: false, min_disk: 0, min_ram: 0 },
      ...{
        tags: [],
        owner: 'sink',
        checksum: null,
        size: null,
        virtual_size: null,
        os_hash_algo: null,
        os_hash_value: null,
      },
      ...{ created_at: made, updated_at: made, schema: '/v2/schemas/image' },
      ...asked,
    };
    this.#images.set(image.id, { ...image, file: `/v2/images/${image.id}/file`, self: `/v2/images/${image.id}` });
    return this.#images.get(image.id) ?? image;
  }

  #put(id: string, values: object): void {
    const image = this.#images.get(id);
    if (image !== undefined) this.#images.set(id, { ...image, ...values });
  }

  #patch(id: string, operations: readonly Operation[]): Image | undefined {
    for (const { op, path, value } of operations) {
      const name = path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
      this.#put(id, { [name]: op === 'remove' ? undefined : value });
    }
    return this.#images.get(id);
  }

  #token(): object {
    const domain = { id: 'default', name: 'Default' };
    const endpoint = {
      id: 'sink',
      interface: 'public',
      region: 'RegionOne',
      region_id: 'RegionOne',
      url: this.address,
    };
    return {
      token: {
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        issued_at: new Date().toISOString(),
        methods: ['password'],
        user: { id: 'demo', name: 'demo', domain },
        project: { id: 'sink', name: 'demo', domain },
        roles: [{ id: 'member', name: 'member' }],
        catalog: [{ id: 'sink', type: 'image', name: 'glance', endpoints: [endpoint] }],
      },
    };
  }
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

function answer(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
