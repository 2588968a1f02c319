import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { GotHttp } from '../../../../../src/node/http/got-http.ts';
import type { Http } from '../../../../../src/core/http/http.ts';
import type { LoginQuestion } from '../../../../../src/core/keystone/login/login-answers.ts';
import { Session, type SessionOptions } from '../../../../../src/core/keystone/login/session.ts';
import { silentLog } from '../../../silent-log.ts';
import { afterTest, closeAll, failure } from '../../http/surroundings.ts';
import { json, serve } from '../../http/test-server.ts';
import { imageCatalog, passwordCloud, serveKeystone, type KeystoneServer } from '../keystone-server.ts';

async function keystone(options: Parameters<typeof serveKeystone>[0] = {}): Promise<KeystoneServer> {
  const server = await serveKeystone(options);
  afterTest(() => server.close());
  return server;
}

function session(url: string, options: Partial<SessionOptions> = {}): Session {
  const http = new GotHttp({ tls: { verify: true }, userAgent: 'test', log: silentLog });
  afterTest(() => http.dispose());
  return new Session({ cloud: passwordCloud(url), http, log: silentLog, ...options });
}

/** Two clocks that only the test moves. */
function clocks(): { now: () => number; wallClock: () => number; monotonic: number; wall: number } {
  const at = { monotonic: 1000, wall: 5_000_000, now: () => at.monotonic, wallClock: () => at.wall };
  return at;
}

afterEach(closeAll);

describe('a session', () => {
  it('logs in once for all callers', async () => {
    const server = await keystone();
    const logged = session(server.url);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => logged.token()));
    assert.deepEqual(new Set(tokens), new Set(['token-1']));
    assert.deepEqual(await logged.project(), { id: 'p1', name: 'demo' });
    assert.equal(server.logins.length, 1);
  });

  for (const suffix of ['', '/', '/v3', '/v3/', '/v2.0']) {
    it(`takes an auth_url that ends in "${suffix}"`, async () => {
      const server = await keystone();
      assert.equal(await session(`${server.url}${suffix}`).token(), 'token-1');
    });
  }

  it('renews a token two minutes before its end, by our own monotonic clock', async () => {
    const at = clocks();
    // The server's clock is years behind: only the difference of its two times counts.
    const server = await keystone({ life: 3600, issuedAt: '2001-01-01T00:00:00.000Z' });
    const logged = session(server.url, at);
    await logged.token();
    at.monotonic += 3479_000;
    assert.equal(await logged.token(), 'token-1');
    at.monotonic += 2000;
    assert.equal(await logged.token(), 'token-2');
  });

  it('renews it earlier for who needs it longer', async () => {
    const at = clocks();
    const server = await keystone({ life: 3600 });
    const logged = session(server.url, at);
    await logged.token();
    at.monotonic += 3350_000;
    assert.equal(await logged.token(), 'token-1');
    assert.equal(await logged.token({ minimumLife: 300_000 }), 'token-2');
  });

  it('renews it after a sleep that the monotonic clock did not count', async () => {
    const at = clocks();
    const server = await keystone({ life: 3600 });
    const logged = session(server.url, at);
    await logged.token();
    at.wall += 4000_000;
    assert.equal(await logged.token(), 'token-2');
    at.wall -= 8000_000;
    assert.equal(await logged.token(), 'token-2');
  });

  it('uses a token of a short life instead of asking every time', async () => {
    const at = clocks();
    const server = await keystone({ life: 30 });
    const logged = session(server.url, at);
    await logged.token();
    at.monotonic += 14_000;
    assert.equal(await logged.token({ minimumLife: 300_000 }), 'token-1');
    at.monotonic += 2000;
    assert.equal(await logged.token(), 'token-2');
  });

  it('does not end for all when one caller cancels', async () => {
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let release = (): void => undefined;
    const server = await serve((_, response) => {
      release = () => json(response, 201, { token: {} }, { 'x-subject-token': 't' });
      answer();
    });
    afterTest(() => server.close());
    const logged = session(server.url);
    const controller = new AbortController();
    const cancelled = logged.token({ signal: controller.signal });
    const other = logged.token();
    await asked;
    controller.abort();
    await assert.rejects(cancelled, { name: 'AbortError' });
    release();
    assert.equal(await other, 't');
  });

  it('gives a login up when nobody waits for it any more, and logs in anew for the next', async () => {
    const controllers = [new AbortController(), new AbortController()];
    let closed: Promise<unknown> | undefined;
    const server = await keystone({
      login: (count, response) => {
        if (count > 1) return false;
        closed = new Promise((resolve) => response.once('close', resolve));
        for (const controller of controllers) controller.abort();
        return true;
      },
    });
    const logged = session(server.url);
    const waiting = controllers.map(({ signal }) => logged.token({ signal }));
    for (const caller of waiting) await assert.rejects(caller, { name: 'AbortError' });
    await closed;
    assert.equal(await logged.token(), 'token-2');
  });

  it('does not log in for who has cancelled already', async () => {
    const server = await keystone();
    await assert.rejects(session(server.url).token({ signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.equal(await session(server.url).token(), 'token-1');
  });

  it('does not try a refused login again at once: that would lock the account', async () => {
    const at = clocks();
    const server = await keystone({ login: (count, response) => count === 1 && (json(response, 401, {}), true) });
    const logged = session(server.url, at);
    const first = await failure(logged.token());
    at.monotonic += 9000;
    assert.equal(await failure(logged.project()), first);
    assert.equal(server.logins.length, 1);
    at.monotonic += 2000;
    assert.equal(await logged.token(), 'token-2');
  });

  it('asks again after a login that failed', async () => {
    const server = await keystone({
      login: (count, response) => count === 1 && (response.writeHead(500).end('oops'), true),
    });
    const logged = session(server.url);
    assert.equal((await failure(logged.token())).code, 'keystone-unusable');
    assert.equal(await logged.token(), 'token-2');
  });

  it('tries a wrong password once, and names user, cloud and address, never the password', async () => {
    const message = 'The request you have made requires authentication.';
    const server = await keystone({
      login: (_, response) => (json(response, 401, { error: { code: 401, message } }), true),
    });
    const logged = session(`${server.url.replace('://', '://user:hush@')}/v3`);
    const refused = await failure(logged.token());
    assert.equal(refused.code, 'login-refused');
    const words = refused.explain();
    for (const part of ['"ann"', '"demo"', '127.0.0.1', message, '/etc/openstack/clouds.yaml']) {
      assert.ok(words.includes(part), words);
    }
    assert.doesNotMatch(words, /hush/);
    assert.equal(server.logins.length, 1);
  });

  it('is told where the login itself can not be read', async () => {
    const message = 'Expecting to find domain in user.';
    const server = await keystone({ login: (_, response) => (json(response, 400, { error: { message } }), true) });
    const refused = await failure(session(server.url).token());
    assert.equal(refused.code, 'login-refused');
    assert.match(refused.explain(), /answered 400 to a login: Expecting to find domain in user.*Check "auth"/);
  });

  it('says nothing of what was sent, even where the server quotes it', async () => {
    const secrets = { password: 'hush"1', token: 'hush2', application_credential_secret: 'hush3' };
    for (const authType of ['password', 'token', 'v3applicationcredential']) {
      for (const status of [201, 400, 401, 500]) {
        const lines: string[] = [];
        const keep = (line: string): void => void lines.push(line);
        const log = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
        const server = await serve((seen, response) => {
          const quoted = { error: { message: `Not liked: ${seen.body}` } };
          json(response, status, quoted, { 'openstack-auth-receipt': 'hush', 'x-openstack-request-id': 'req-1' });
        });
        afterTest(() => server.close());
        const http = new GotHttp({ tls: { verify: true }, userAgent: 'test', log });
        afterTest(() => http.dispose());
        const auth = { auth_url: server.url, username: 'ann', application_credential_id: 'id', ...secrets };
        const refused = await failure(new Session({ cloud: passwordCloud('', { authType, auth }), http, log }).token());
        assert.ok(['login-refused', 'keystone-unusable'].includes(refused.code));
        if (status === 400) assert.match(refused.message, /Not liked: .*\*\*\*/);
        assert.doesNotMatch(inspect(refused, { depth: 20, showHidden: true }), /hush/);
        assert.doesNotMatch(lines.join('\n'), /hush/);
      }
    }
  });

  it('asks for a missing password once it is needed, again after a wrong one, and for no renewal', async () => {
    const server = await keystone({
      login: (count, response) => count === 1 && (json(response, 401, {}), true),
      life: 3600,
    });
    const asked: LoginQuestion[] = [];
    const cloud = passwordCloud(server.url, { auth: { auth_url: server.url, user_id: 'u', project_id: 'p' } });
    const logged = session(server.url, {
      cloud,
      askLogin: (question) => {
        asked.push(question);
        return Promise.resolve(`try-${asked.length}`);
      },
    });
    assert.equal(await logged.token(), 'token-2');
    logged.invalidate('token-2');
    assert.equal(await logged.token(), 'token-3');
    const passwords = server.logins.map((login) => /try-\d/.exec(JSON.stringify(login))?.[0]);
    assert.deepEqual(passwords, ['try-1', 'try-2', 'try-2']);
    const { origin } = cloud;
    const question = { kind: 'password', cloud: 'demo', origin, user: 'u', address: server.url, keptFor: server.url };
    assert.deepEqual(asked, [
      { ...question, refused: false },
      { ...question, refused: true },
    ]);
  });

  it('does not ask for ever: what is refused three times fails, for whoever comes next too', async () => {
    const at = clocks();
    const server = await keystone({ login: (_, response) => (json(response, 401, {}), true) });
    const { password: _, ...auth } = passwordCloud(server.url).auth;
    const logged = session(server.url, {
      cloud: passwordCloud(server.url, { auth }),
      askLogin: () => Promise.resolve('hush'),
      ...at,
    });
    const refused = await failure(logged.token());
    assert.equal(refused.code, 'login-refused');
    assert.equal(server.logins.length, 3);
    // The next region that is looked at would have three more tries, and the account locked.
    assert.equal((await failure(logged.token())).code, 'login-refused');
    assert.equal(server.logins.length, 3);
    at.monotonic += 10_001;
    await failure(logged.token());
    assert.equal(server.logins.length, 6);
    assert.doesNotMatch(inspect(refused, { depth: 20 }), /hush/);
  });

  it('begins no login for who is signed out, and goes on with the token that it has', async () => {
    const server = await keystone();
    let signedOut = true;
    const logged = session(server.url, { signedOut: () => signedOut });
    assert.equal((await failure(logged.token())).code, 'signed-out');
    assert.equal(server.logins.length, 0);
    signedOut = false;
    await logged.token();
    signedOut = true;
    assert.equal(await logged.token(), 'token-1');
    logged.invalidate('token-1');
    assert.equal((await failure(logged.token())).code, 'signed-out');
  });

  it('says so where nobody answers', async () => {
    const server = await keystone();
    const { password: _, ...auth } = passwordCloud(server.url).auth;
    const cloud = passwordCloud(server.url, { auth });
    const declined = await failure(session(server.url, { cloud, askLogin: () => Promise.resolve(undefined) }).token());
    assert.equal(declined.code, 'signed-out');
    assert.match(declined.explain(), /not signed in to the cloud "demo".*Sign in/);
    assert.equal(server.logins.length, 0);
  });

  it('says what is missing before it sends anything', async () => {
    const server = await keystone();
    const cloud = passwordCloud(server.url, { auth: { auth_url: server.url, username: 'ann' } });
    const missing = await failure(session(server.url, { cloud }).token());
    assert.equal(missing.code, 'auth-incomplete');
    assert.match(missing.message, /"password"/);
    assert.equal(server.logins.length, 0);
  });

  it('refuses a redirect, and what is no Keystone', async () => {
    const elsewhere = await keystone();
    const answers: readonly (readonly [
      status: number,
      headers: Record<string, string>,
      body: string,
      words: RegExp,
    ])[] = [
      [
        307,
        { location: `${elsewhere.url}/v3/auth/tokens?secret` },
        '',
        /redirects to http:\/\/127[^?]*; passwords are never sent/,
      ],
      [300, {}, '{"versions":{}}', /answered 300/],
      [404, {}, '<html><title>404 Not Found</title></html>', /404 Not Found/],
      [500, {}, '', /answered 500/],
      [201, {}, '{"token":{}}', /did not answer like Keystone/],
      [201, { 'x-subject-token': 't' }, '{"token":{"cata', /did not answer like Keystone/],
      [201, { 'x-subject-token': 't' }, '[]', /did not answer like Keystone/],
    ];
    for (const [status, headers, body, words] of answers) {
      const server = await keystone({ login: (_, response) => (response.writeHead(status, headers).end(body), true) });
      const unusable = await failure(session(server.url).token());
      assert.equal(unusable.code, 'keystone-unusable');
      assert.match(unusable.message, words);
      assert.ok(unusable.message.includes(new URL(server.url).host), unusable.message);
    }
    assert.equal(elsewhere.logins.length, 0);
  });

  it('survives a token whose times can not be read', async () => {
    const server = await serve((_, response) =>
      json(response, 201, { token: { expires_at: 'soon', catalog: 'x', project: 5 } }, { 'x-subject-token': 't' }),
    );
    afterTest(() => server.close());
    const logged = session(server.url);
    assert.equal(await logged.token(), 't');
    assert.equal(await logged.project(), undefined);
    assert.equal((await failure(logged.imageEndpoint('R'))).code, 'no-image-service');
  });
});

describe('an authorized request', () => {
  it('is sent again, whole, with a new token after a 401', async () => {
    const server = await keystone({
      service: ({ headers }, response) =>
        headers['x-auth-token'] === 'token-1' ? json(response, 401, {}) : json(response, 200, { ok: true }),
    });
    const logged = session(server.url);
    const request = { method: 'POST', url: `${server.url}/x`, headers: { a: 'b' }, body: '{"whole":true}' } as const;
    const answers = await Promise.all([logged.send(request), logged.send(request), logged.send(request)]);
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(server.logins.length, 2);
    const bodies = server.seen.filter(({ path }) => path === '/x');
    assert.ok(bodies.every(({ body, headers }) => body === request.body && headers.a === 'b'));
  });

  it('fails after a 401 to a fresh token, and says that the login is not at fault', async () => {
    const server = await keystone({ service: (_, response) => json(response, 401, {}) });
    const refused = await failure(session(server.url).send({ method: 'GET', url: `${server.url}/x` }));
    assert.equal(refused.code, 'token-refused');
    assert.match(refused.explain(), /connection to Keystone may be down/);
    assert.equal(server.logins.length, 2);
    assert.equal(server.seen.filter(({ path }) => path === '/x').length, 2);
  });

  it('with access rules knows what they allow, and names them where a service answers 401', async () => {
    const access_rules = [
      { service: 'image', method: 'GET', path: '/v2/**' },
      { service: 'image', method: 'PATCH', path: '/v2/images/{image_id}' },
      { service: 'compute', method: 'PUT', path: '/**' },
    ];
    const server = await keystone({
      token: { application_credential: { id: 'i', access_rules } },
      service: (_, response) => json(response, 401, {}),
    });
    const logged = session(server.url);
    const may = await logged.accessCheck(`${server.url}/v2`);
    assert.ok(may);
    assert.deepEqual(
      [
        may('GET', '/images/i/file'),
        may('PATCH', '/images/i'),
        may('PATCH', '/images/i/file'),
        may('PUT', '/images/i'),
      ],
      [true, true, false, false],
    );
    const refused = await failure(logged.send({ method: 'GET', url: `${server.url}/v2/x?y` }));
    assert.match(refused.next ?? '', /access rules.*GET \/v2\/x\.$/);
    const free = await keystone({ token: { application_credential: { id: 'i', access_rules: null } } });
    assert.equal(await session(free.url).accessCheck(free.url), undefined);
  });

  it('sends no token without TLS where only the catalog says so, and takes an override of the user', async () => {
    const asked: string[] = [];
    const catalog = imageCatalog('http://glance.example.com:9292/prefix');
    const http: Http = {
      request: ({ url }) => {
        asked.push(url);
        const token = { issued_at: '2026-01-01T00:00:00Z', expires_at: '2026-01-01T01:00:00Z', catalog };
        return Promise.resolve({ status: 201, headers: { 'x-subject-token': 't' }, body: JSON.stringify({ token }) });
      },
      upload: () => assert.fail(),
    };
    for (const authUrl of ['https://keystone.example.com/v3', 'HTTPS://keystone.example.com']) {
      const refused = await failure(session(authUrl, { http }).imageEndpoint('RegionOne'));
      assert.deepEqual([refused.code, refused.region], ['endpoint-not-encrypted', 'RegionOne']);
      assert.match(refused.explain(), /"image_endpoint_override: http:\/\/glance\.example\.com:9292\/prefix\/v2"/);
      const cloud = passwordCloud(authUrl, { imageEndpoint: 'http://glance.example.com:9292' });
      assert.equal(await session('', { http, cloud }).imageEndpoint('R'), 'http://glance.example.com:9292/v2');
    }
    assert.ok(asked.every((url) => /^https:/i.test(url)));
    const clear = session('http://keystone.example.com', { http });
    assert.equal(await clear.imageEndpoint('RegionOne'), 'http://glance.example.com:9292/prefix/v2');
  });

  const fixed: readonly (readonly [authType: string, auth: Record<string, string>, headers: Record<string, string>])[] =
    [
      ['none', {}, {}],
      ['admin_token', { token: 'root' }, { 'x-auth-token': 'root' }],
      ['http_basic', { username: 'ann', password: 'hush' }, { authorization: 'Basic YW5uOmh1c2g=' }],
    ];
  for (const [authType, auth, expected] of fixed) {
    it(`needs no Keystone with ${authType}`, async () => {
      const server = await keystone({ service: (_, response) => json(response, 200, {}) });
      const cloud = passwordCloud('', { authType, auth: { ...auth, endpoint: `${server.url}/image/` } });
      const logged = session('', { cloud });
      assert.equal(await logged.imageEndpoint('any'), `${server.url}/image/v2`);
      assert.deepEqual(await logged.imageEndpoints(), [{ region: '', url: `${server.url}/image/v2` }]);
      assert.equal(await logged.project(), undefined);
      await logged.send({ method: 'GET', url: `${server.url}/x` });
      const { 'x-auth-token': token, authorization } = server.seen[0]?.headers ?? {};
      assert.deepEqual(JSON.parse(JSON.stringify({ 'x-auth-token': token, authorization })), expected);
      assert.equal(server.logins.length, 0);
    });
  }

  it('is not repeated where there is no new token to be had', async () => {
    const server = await keystone({ service: (_, response) => json(response, 401, {}) });
    const cloud = passwordCloud('', { authType: 'admin_token', auth: { token: 'root', endpoint: server.url } });
    const refused = await failure(session('', { cloud }).send({ method: 'GET', url: `${server.url}/x` }));
    assert.equal(refused.code, 'login-refused');
    assert.equal(server.seen.length, 1);
  });
});
