import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type CloudUnderTest, cloudUnderTest } from '../cloud.ts';
import { type Credentials, credentialsOf, type Json, passwordLogin, type RawAnswer, send } from './session.ts';

describe('Keystone', () => {
  let under: CloudUnderTest;
  let auth: Credentials;

  before(async () => {
    under = await cloudUnderTest();
    auth = await credentialsOf(under, under.cloud);
  });

  function logIn(body: unknown, query = ''): Promise<RawAnswer> {
    const headers = { 'Content-Type': 'application/json' };
    return send('POST', `${auth.auth_url}/auth/tokens${query}`, { json: body, headers });
  }

  function tokenOf(answer: RawAnswer): Json {
    assert.equal(answer.status, 201, answer.text);
    return answer.json.token as Json;
  }

  const constantText = 'The request you have made requires authentication.';

  it('says its versions at its root, with 300 and a Location', async () => {
    const answer = await send('GET', new URL('/', auth.auth_url).href);
    assert.equal(answer.status, 300);
    assert.equal(answer.headers.location, new URL('/v3/', auth.auth_url).href);
    const { values } = answer.json.versions as { values: Json[] };
    assert.match(String(values[0]?.id), /^v3\.\d+$/);
  });

  for (const path of ['/v3', '/v3/']) {
    it(`says its version at ${path}`, async () => {
      const answer = await send('GET', new URL(path, auth.auth_url).href);
      assert.equal(answer.status, 200);
      const version = answer.json.version as { status: string; links: { rel: string; href: string }[] };
      assert.equal(version.status, 'stable');
      assert.deepEqual(version.links, [{ rel: 'self', href: new URL('/v3/', auth.auth_url).href }]);
    });
  }

  it('gives a token for a password, with project, roles and catalog', async () => {
    const answer = await logIn(passwordLogin(auth));
    const token = tokenOf(answer);
    assert.ok(answer.headers['x-subject-token']);
    assert.match(String(answer.headers['x-openstack-request-id']), /^req-/);
    assert.deepEqual(token.methods, ['password']);
    assert.equal((token.project as Json).name, auth.project_name);
    assert.deepEqual((token.roles as Json[]).map((role) => role.name).sort(), ['member', 'reader']);
    const life = Date.parse(String(token.expires_at)) - Date.parse(String(token.issued_at));
    assert.equal(life, 3600 * 1000);
    assert.match(String(token.expires_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('has an image endpoint of each kind in each region of the catalog', async () => {
    const { catalog } = tokenOf(await logIn(passwordLogin(auth))) as { catalog: { type: string; endpoints: Json[] }[] };
    const image = catalog.find(({ type }) => type === 'image');
    const found = image?.endpoints.map((each) => `${String(each.region_id)} ${String(each.interface)}`).sort();
    const wanted = under.regions.flatMap((region) =>
      ['admin', 'internal', 'public'].map((kind) => `${region} ${kind}`),
    );
    assert.deepEqual(found, wanted);
    const urls = new Set(image?.endpoints.map((each) => each.url));
    assert.equal(urls.size, 2);
  });

  it('leaves the catalog out with ?nocatalog', async () => {
    const token = tokenOf(await logIn(passwordLogin(auth), '?nocatalog'));
    assert.equal('catalog' in token, false);
    assert.ok(token.project);
  });

  it('scopes to a project by its id', async () => {
    const byName = tokenOf(await logIn(passwordLogin(auth)));
    const { id } = byName.project as Json;
    const byId = tokenOf(await logIn(passwordLogin(auth, { project: { id } })));
    assert.deepEqual(byId.project, byName.project);
  });

  it('gives an unscoped token without project, roles and catalog', async () => {
    const token = tokenOf(await logIn(passwordLogin(auth, 'unscoped')));
    assert.deepEqual(
      ['project', 'roles', 'catalog'].filter((name) => name in token),
      [],
    );
  });

  const refused: [string, (body: Credentials) => Json][] = [
    ['a wrong password', (given) => passwordLogin({ ...given, password: 'wrong' })],
    ['an unknown user', (given) => passwordLogin({ ...given, username: 'nobody-at-all' })],
    ['an unknown project', (given) => passwordLogin({ ...given, project_name: 'nothing-at-all' })],
    ["somebody else's project", (given) => passwordLogin({ ...given, project_name: 'guest' })],
  ];
  for (const [what, body] of refused) {
    it(`answers ${what} with its one constant text`, async () => {
      const answer = await logIn(body(auth));
      assert.equal(answer.status, 401);
      assert.deepEqual(answer.json, { error: { code: 401, message: constantText, title: 'Unauthorized' } });
      assert.equal(answer.headers['www-authenticate'], `Keystone uri="${auth.auth_url}"`);
    });
  }

  it('refuses a body that is no JSON, and one without identity', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const broken = await send('POST', `${auth.auth_url}/auth/tokens`, { body: '{"auth"', headers });
    assert.equal(broken.status, 400);
    const empty = await logIn({ auth: {} });
    assert.equal(empty.status, 400);
    assert.match(String((empty.json.error as Json).message), /^'identity' is a required property/);
    const untyped = await send('POST', `${auth.auth_url}/auth/tokens`, { body: '{}' });
    assert.equal(untyped.status, 400);
  });

  it('shows a token to its bearer, and none to anybody else', async () => {
    const token = String((await logIn(passwordLogin(auth))).headers['x-subject-token']);
    const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
    const shown = await send('GET', `${auth.auth_url}/auth/tokens?nocatalog`, { headers });
    assert.equal(shown.status, 200);
    assert.equal(((shown.json.token as Json).project as Json).name, auth.project_name);
    const unknown = await send('GET', `${auth.auth_url}/auth/tokens`, { headers: { 'X-Auth-Token': 'nonsense' } });
    assert.equal(unknown.status, 401);
  });

  it('lists regions, projects and the catalog to any token', async () => {
    const headers = { 'X-Auth-Token': String((await logIn(passwordLogin(auth))).headers['x-subject-token']) };
    const regions = await send('GET', `${auth.auth_url}/regions`, { headers });
    assert.deepEqual((regions.json.regions as Json[]).map(({ id }) => id).sort(), [...under.regions]);
    const projects = await send('GET', `${auth.auth_url}/auth/projects`, { headers });
    assert.deepEqual(
      (projects.json.projects as Json[]).map(({ name }) => name),
      [auth.project_name],
    );
    const catalog = await send('GET', `${auth.auth_url}/auth/catalog`, { headers });
    assert.deepEqual((catalog.json.catalog as Json[]).map(({ type }) => type).sort(), ['identity', 'image']);
  });

  it('revokes a token', async () => {
    const token = String((await logIn(passwordLogin(auth))).headers['x-subject-token']);
    const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
    assert.equal((await send('DELETE', `${auth.auth_url}/auth/tokens`, { headers })).status, 204);
    assert.equal((await send('GET', `${auth.auth_url}/auth/tokens`, { headers })).status, 401);
  });

  describe('application credentials', () => {
    let user: string;
    let headers: Record<string, string>;
    let credential: Json;

    before(async () => {
      const answer = await logIn(passwordLogin(auth));
      user = String((tokenOf(answer).user as Json).id);
      headers = { 'X-Auth-Token': String(answer.headers['x-subject-token']), 'Content-Type': 'application/json' };
      const made = await send('POST', `${auth.auth_url}/users/${user}/application_credentials`, {
        json: { application_credential: { name: `contract-${randomUUID()}` } },
        headers,
      });
      assert.equal(made.status, 201, made.text);
      credential = made.json.application_credential as Json;
    });

    after(async () => {
      const url = `${auth.auth_url}/users/${user}/application_credentials/${String(credential.id)}`;
      const gone = await send('DELETE', url, { headers });
      assert.equal(gone.status, 204);
      const left = await logIn(login({ id: credential.id, secret: credential.secret }));
      assert.equal(left.status, 404);
    });

    function login(given: Json, more: Json = {}): Json {
      return { auth: { identity: { methods: ['application_credential'], application_credential: given }, ...more } };
    }

    it('log in by id, scoped to the project they were made in', async () => {
      const token = tokenOf(await logIn(login({ id: credential.id, secret: credential.secret })));
      assert.deepEqual(token.methods, ['application_credential']);
      assert.equal((token.project as Json).name, auth.project_name);
      assert.ok(token.catalog);
    });

    it('log in by name and user', async () => {
      const by = { name: auth.username, domain: { name: 'Default' } };
      const given = { name: credential.name, secret: credential.secret, user: by };
      assert.equal((await logIn(login(given))).status, 201);
    });

    it('are refused with a wrong secret, an unknown id, or a scope', async () => {
      assert.equal((await logIn(login({ id: credential.id, secret: 'wrong' }))).status, 401);
      const unknown = await logIn(login({ id: 'nothing', secret: 'wrong' }));
      assert.equal(unknown.status, 404);
      assert.equal((unknown.json.error as Json).message, 'Could not find Application Credential: nothing.');
      const scope = { project: { name: auth.project_name, domain: { name: 'Default' } } };
      const scoped = await logIn(login({ id: credential.id, secret: credential.secret }, { scope }));
      assert.equal(scoped.status, 401);
      assert.match(String((scoped.json.error as Json).message), /Application credentials cannot request a scope/);
    });
  });
});
