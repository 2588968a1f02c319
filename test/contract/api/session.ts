import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { parse } from 'yaml';
import { type CloudUnderTest, cloudUnderTest } from '../cloud.ts';
import type { Release } from '../release.ts';

/** The media type of a JSON Patch as Glance takes it. */
export const patchType = 'application/openstack-images-v2.1-json-patch';

/** A JSON object whose fields a test reads at its own risk. */
export type Json = Record<string, unknown>;

/** An answer, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON; an empty object where it is none. */
  readonly json: Json;
  /** `message` of a WebOb error. */
  readonly message: string;
}

export interface RawRequest {
  readonly headers?: Record<string, string>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: Buffer | string;
}

/** Sends one request on a connection of its own, and adds no header that isn't given but `Content-Length`. */
export function send(method: string, url: string, { headers = {}, json, body }: RawRequest = {}): Promise<RawAnswer> {
  const bytes = json === undefined ? body : JSON.stringify(json);
  const length = bytes === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(bytes)) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, agent: false, headers: { ...length, ...headers } }, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    request.once('error', reject);
    request.end(bytes);
  });
}

/** Reads an answer to its end. */
export async function readAnswer(response: IncomingMessage): Promise<RawAnswer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  const text = body.toString();
  const json = isJson(response) && text !== '' ? (JSON.parse(text) as Json) : {};
  const message = typeof json.message === 'string' ? json.message : '';
  return { status: response.statusCode ?? 0, headers: response.headers, body, text, json, message };
}

function isJson(response: IncomingMessage): boolean {
  return response.headers['content-type']?.startsWith('application/json') === true;
}

/** The credentials of a cloud under test. */
export interface Credentials {
  readonly auth_url: string;
  readonly username: string;
  readonly password: string;
  readonly project_name: string;
}

/** The `auth` of one cloud in the `clouds.yaml` of the cloud under test. */
export async function credentialsOf(under: CloudUnderTest, cloud: string): Promise<Credentials> {
  const file = parse(await readFile(under.cloudsFile, 'utf8')) as { clouds: Record<string, { auth: Credentials }> };
  const found = file.clouds[cloud];
  assert.ok(found, `${under.cloudsFile} has no cloud ${cloud}`);
  return found.auth;
}

/** The body of a login with a password, scoped to the user's project unless `scope` says otherwise. */
export function passwordLogin(auth: Credentials, scope?: unknown): Json {
  const domain = { name: 'Default' };
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: auth.username, domain, password: auth.password } },
      },
      scope: scope ?? { project: { name: auth.project_name, domain } },
    },
  };
}

interface TokenDocument {
  readonly token: {
    readonly user: { readonly id: string };
    readonly project: { readonly id: string };
    readonly catalog: readonly {
      readonly type: string;
      readonly endpoints: readonly { readonly interface: string; readonly region_id: string; readonly url: string }[];
    }[];
  };
}

/** A user logged in, in front of one region's Glance. Images that it makes are gone after `cleanUp`. */
export class Session {
  readonly token: string;
  readonly userId: string;
  readonly projectId: string;
  /** Of the region's Glance, without a path. */
  readonly url: string;
  readonly #made: string[] = [];

  constructor(token: string, document: TokenDocument, region: string) {
    this.token = token;
    this.userId = document.token.user.id;
    this.projectId = document.token.project.id;
    const service = document.token.catalog.find(({ type }) => type === 'image');
    const endpoint = service?.endpoints.find((each) => each.interface === 'public' && each.region_id === region);
    assert.ok(endpoint, `the catalog has no public image endpoint in ${region}`);
    this.url = endpoint.url;
  }

  /** One request with the session's token and `Accept: application/json`. */
  send(method: string, path: string, request: RawRequest = {}): Promise<RawAnswer> {
    const headers = { 'X-Auth-Token': this.token, Accept: 'application/json', ...request.headers };
    return send(method, `${this.url}${path}`, { ...request, headers });
  }

  /** `POST /v2/images`; an image that comes of it is remembered. */
  async post(image: unknown): Promise<RawAnswer> {
    const answer = await this.send('POST', '/v2/images', { json: image });
    if (answer.status === 201) this.#made.push(String(answer.json.id));
    return answer;
  }

  /** Makes an image, raw and bare unless the fields say otherwise; its id. */
  async create(fields: Json = {}): Promise<string> {
    const answer = await this.post({ name: 'contract', disk_format: 'raw', container_format: 'bare', ...fields });
    assert.equal(answer.status, 201, answer.text);
    return String(answer.json.id);
  }

  async show(id: string): Promise<Json> {
    const answer = await this.send('GET', `/v2/images/${id}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  }

  patch(id: string, operations: unknown, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.send('PATCH', `/v2/images/${id}`, {
      json: operations,
      headers: { 'Content-Type': patchType, ...headers },
    });
  }

  upload(id: string, body: Buffer | string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.send('PUT', `/v2/images/${id}/file`, {
      body,
      headers: { 'Content-Type': 'application/octet-stream', ...headers },
    });
  }

  /** An active image with these bytes; its id. */
  async createActive(bytes: Buffer | string = 'hello', fields: Json = {}): Promise<string> {
    const id = await this.create(fields);
    const answer = await this.upload(id, bytes);
    assert.equal(answer.status, 204, answer.text);
    return id;
  }

  /** Asks for the image until `wanted` says yes. Throws after as many requests as no server needs. */
  async showUntil(id: string, wanted: (image: Json) => boolean): Promise<Json> {
    for (let asked = 0; asked < 3000; asked++) {
      const image = await this.show(id);
      if (wanted(image)) return image;
    }
    throw new Error(`image ${id} did not come to what the test waits for`);
  }

  list(query: string): Promise<RawAnswer> {
    return this.send('GET', `/v2/images?${query}`);
  }

  /** Ids on the first page of a list. */
  async ids(query: string): Promise<string[]> {
    const answer = await this.list(query);
    assert.equal(answer.status, 200, answer.text);
    return imagesOf(answer).map((image) => String(image.id));
  }

  /** An image made elsewhere is deleted too. */
  remember(id: string): void {
    this.#made.push(id);
  }

  /** Deletes what the session made, protected or not. */
  async cleanUp(): Promise<void> {
    for (const id of this.#made.splice(0)) {
      const { status } = await this.send('DELETE', `/v2/images/${id}`);
      if (status !== 403) continue;
      await this.patch(id, [{ op: 'replace', path: '/protected', value: false }]);
      await this.send('DELETE', `/v2/images/${id}`);
    }
  }
}

/** What Glance 33 says to who may not do something, by the name of its policy. */
export function notAuthorized(action: string): string {
  return `You are not authorized to complete ${action} action.`;
}

/** The images of a list's answer. */
export function imagesOf(answer: RawAnswer): Json[] {
  return answer.json.images as Json[];
}

/** Logs a cloud of the cloud under test in. `region` counts from 0. */
export async function logIn(
  which: 'cloud' | 'otherCloud' | 'adminCloud' = 'cloud',
  region: 0 | 1 = 0,
  cloud?: CloudUnderTest,
): Promise<Session> {
  const under = cloud ?? (await cloudUnderTest());
  const auth = await credentialsOf(under, under[which]);
  const answer = await send('POST', `${auth.auth_url}/auth/tokens`, {
    json: passwordLogin(auth),
    headers: { 'Content-Type': 'application/json' },
  });
  assert.equal(answer.status, 201, answer.text);
  return new Session(
    String(answer.headers['x-subject-token']),
    JSON.parse(answer.text) as TokenDocument,
    under.regions[region],
  );
}

/** Three users in front of the first region. */
export interface Sessions {
  /** Of its Glance. */
  readonly release: Release;
  readonly demo: Session;
  readonly guest: Session;
  readonly admin: Session;
}

/** Logs all three users in before the tests of the suite, and deletes after each test what they made. */
export function useSessions(): Sessions {
  const sessions: Partial<Record<'demo' | 'guest' | 'admin', Session>> = {};
  let release: Release = 33;
  before(async () => {
    ({ release } = await cloudUnderTest());
    sessions.demo = await logIn('cloud');
    sessions.guest = await logIn('otherCloud');
    sessions.admin = await logIn('adminCloud');
  });
  afterEach(async () => {
    for (const session of Object.values(sessions)) await session.cleanUp();
  });
  const get = (name: keyof typeof sessions): Session => {
    const session = sessions[name];
    assert.ok(session, 'sessions are there once the suite runs');
    return session;
  };
  return {
    get release() {
      return release;
    },
    get demo() {
      return get('demo');
    },
    get guest() {
      return get('guest');
    },
    get admin() {
      return get('admin');
    },
  };
}
