import type { CloudEntry } from '../cloud/clouds.ts';

/** An image as Glance reports it: attributes and properties side by side. */
export type Image = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly os_hidden: boolean;
  readonly protected: boolean;
  readonly os_hash_value: string | null;
  readonly tags: readonly string[];
};

interface Token {
  readonly token: {
    project: { id: string };
    catalog: { type: string; endpoints: { region: string; url: string; interface: string }[] }[];
  };
}

/** Milliseconds that one answer may take. */
const PATIENCE = 30_000;

/** Looks at Glance, and changes it as an outsider does, by plain requests with a token of its own. It shares nothing with the product. */
export class Witness {
  readonly #entry: CloudEntry;
  #token = '';
  #project = '';
  #glances = new Map<string, string>();

  private constructor(entry: CloudEntry) {
    this.#entry = entry;
  }

  static async logIn(entry: CloudEntry): Promise<Witness> {
    const witness = new Witness(entry);
    await witness.#login();
    return witness;
  }

  get project(): string {
    return this.#project;
  }

  /** Port of each region's images. */
  get ports(): ReadonlyMap<string, number> {
    return new Map([...this.#glances].map(([region, url]) => [region, Number(new URL(url).port)]));
  }

  /** Every image of the project, hidden ones too. */
  async images(region: string): Promise<readonly Image[]> {
    const lists = await Promise.all(['false', 'true'].map((hidden) => this.#pages(region, hidden)));
    return [...new Map(lists.flat().map((image) => [image.id, image])).values()];
  }

  async find(region: string, id: string): Promise<Image | undefined> {
    const answer = await this.ask(region, 'GET', `/v2/images/${id}`);
    return answer.status === 200 ? ((await answer.json()) as Image) : undefined;
  }

  /** @throws Error unless Glance makes it */
  async create(region: string, body: object, bytes?: Buffer): Promise<Image> {
    const image = await this.#answered<Image>(region, 'POST', '/v2/images', body);
    if (bytes === undefined) return image;
    const sent = await this.upload(region, image.id, bytes);
    if (sent !== 204) throw new Error(`Glance answers ${String(sent)} to the data of ${image.id}.`);
    return this.#answered<Image>(region, 'GET', `/v2/images/${image.id}`);
  }

  /** The status of the answer. */
  async upload(region: string, id: string, bytes: Buffer): Promise<number> {
    const headers = { 'content-type': 'application/octet-stream' };
    return (await this.ask(region, 'PUT', `/v2/images/${id}/file`, bytes, headers)).status;
  }

  /** The status of the answer. */
  async patch(region: string, id: string, operations: readonly object[]): Promise<number> {
    const headers = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
    return (await this.ask(region, 'PATCH', `/v2/images/${id}`, JSON.stringify(operations), headers)).status;
  }

  /** The status of the answer. */
  async act(region: string, id: string, action: 'deactivate' | 'reactivate'): Promise<number> {
    return (await this.ask(region, 'POST', `/v2/images/${id}/actions/${action}`)).status;
  }

  /** The status of the answer. */
  async delete(region: string, id: string): Promise<number> {
    return (await this.ask(region, 'DELETE', `/v2/images/${id}`)).status;
  }

  /** A request with the token, renewed where it is no longer taken. */
  async ask(
    region: string,
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const send = (): Promise<Response> =>
      fetch(`${this.#glances.get(region) ?? ''}${path}`, {
        method,
        headers: { 'x-auth-token': this.#token, ...headers },
        body: body === undefined || typeof body === 'string' ? (body ?? null) : new Uint8Array(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
    const answer = await send();
    if (answer.status !== 401) return answer;
    await this.#login();
    return send();
  }

  async #answered<T>(region: string, method: string, path: string, body?: object): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.ask(region, method, path, text, { 'content-type': 'application/json' });
    if (!answer.ok)
      throw new Error(`Glance answers ${String(answer.status)} to ${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async #pages(region: string, hidden: string): Promise<readonly Image[]> {
    const images: Image[] = [];
    let next: string | undefined = `/v2/images?owner=${this.#project}&os_hidden=${hidden}&limit=500`;
    while (next !== undefined) {
      const page: { images: Image[]; next?: string } = await this.#answered(region, 'GET', next);
      images.push(...page.images);
      next = page.next;
    }
    return images;
  }

  async #login(): Promise<void> {
    const { auth_url: address, username, password, project_name: project } = this.#entry.auth;
    const domain = { id: 'default' };
    const identity = { methods: ['password'], password: { user: { name: username, password, domain } } };
    const answer = await fetch(`${address}/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity, scope: { project: { name: project, domain } } } }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw new Error(`Keystone answers ${String(answer.status)} to the witness.`);
    this.#token = answer.headers.get('x-subject-token') ?? '';
    const { token } = (await answer.json()) as Token;
    this.#project = token.project.id;
    const images = token.catalog.filter(({ type }) => type === 'image').flatMap(({ endpoints }) => endpoints);
    const entries = images
      .filter((each) => each.interface === 'public')
      .map(({ region, url }) => [region, new URL(url).origin] as const);
    this.#glances = new Map(entries);
    if (entries.some(([, url]) => new URL(url).hostname !== '127.0.0.1'))
      throw new Error('A region is not on loopback.');
  }
}
