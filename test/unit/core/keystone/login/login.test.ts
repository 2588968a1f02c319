import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { GotHttp } from '../../../../../src/node/http/got-http.ts';
import type { Cloud } from '../../../../../src/core/keystone/clouds/configuration.ts';
import type { AskLogin, LoginQuestion } from '../../../../../src/core/keystone/login/login-answers.ts';
import { Session } from '../../../../../src/core/keystone/login/session.ts';
import { silentLog } from '../../../silent-log.ts';
import { afterTest, closeAll, failure } from '../../http/surroundings.ts';
import { json, serve, type Seen, type TestServer } from '../../http/test-server.ts';
import { imageCatalog, passwordCloud } from '../keystone-server.ts';

interface Clock {
  now: () => number;
  at: number;
}

function clock(): Clock {
  const made = { at: 1000, now: () => made.at };
  return made;
}

async function server(answer: (seen: Seen, response: ServerResponse) => void): Promise<TestServer> {
  const made = await serve(answer);
  afterTest(() => made.close());
  return made;
}

/** Answers questions with what is listed, in this order, and then declines. */
function answering(...answers: readonly string[]): {
  readonly askLogin: (question: LoginQuestion) => Promise<string | undefined>;
  readonly asked: LoginQuestion[];
} {
  const asked: LoginQuestion[] = [];
  return { asked, askLogin: (question) => Promise.resolve(answers[asked.push(question) - 1]) };
}

function session(cloud: Cloud, options: { askLogin?: AskLogin; now?: () => number } = {}): Session {
  const http = new GotHttp({ tls: { verify: true }, userAgent: 'test', log: silentLog });
  afterTest(() => http.dispose());
  const { now } = options;
  return new Session({ cloud, http, log: silentLog, ...options, ...(now === undefined ? {} : { wallClock: now }) });
}

function cloud(authType: string, auth: Cloud['auth']): Cloud {
  return passwordCloud('', { authType, auth });
}

function issue(response: ServerResponse, url: string, id = 'issued', project = true): void {
  const issuedAt = new Date();
  const token = {
    issued_at: issuedAt.toISOString(),
    expires_at: new Date(issuedAt.getTime() + 3600_000).toISOString(),
    ...(project ? { project: { id: 'p1', name: 'demo' }, catalog: imageCatalog(url) } : {}),
  };
  json(response, 201, { token }, { 'X-Subject-Token': id });
}

function identityOf({ body }: Seen): { methods: readonly string[]; totp?: { user: { passcode: string } } } {
  return (JSON.parse(body) as { auth: { identity: ReturnType<typeof identityOf> } }).auth.identity;
}

afterEach(closeAll);

describe('a login with a passcode', () => {
  it('asks for it at every login, and not before the token is about to end', async () => {
    const keystone = await server((_, response) => issue(response, keystone.url));
    const time = clock();
    const answers = answering('111111', '222222');
    const auth = { auth_url: keystone.url, username: 'ann', project_name: 'demo' };
    const logged = session(cloud('v3totp', auth), { ...answers, now: time.now });
    await logged.token();
    time.at += 3300_000;
    // An upload that wants a long life does not have a person asked in its middle.
    await logged.token({ minimumLife: 600_000 });
    assert.equal(answers.asked.length, 1);
    time.at += 200_000;
    await logged.token();
    assert.deepEqual(
      answers.asked.map(({ kind, refused }) => [kind, refused]),
      [
        ['passcode', false],
        ['passcode', false],
      ],
    );
    assert.deepEqual(
      keystone.seen.map((seen) => identityOf(seen).totp?.user.passcode),
      ['111111', '222222'],
    );
  });

  it('takes that of the configuration once, then asks', async () => {
    const keystone = await server((seen, response) =>
      identityOf(seen).totp?.user.passcode === '999999' ? json(response, 401, {}) : issue(response, keystone.url),
    );
    const answers = answering('111111');
    const auth = { auth_url: keystone.url, username: 'ann', passcode: '999999' };
    const logged = session(cloud('v3totp', auth), answers);
    assert.equal((await failure(logged.token())).code, 'login-refused');
    const alone = session(cloud('v3totp', auth));
    assert.equal((await failure(alone.token())).code, 'login-refused');
    assert.equal(answers.asked.length, 0);
  });

  it('tells who answered that it was right, once and not of a wrong one', async () => {
    const keystone = await server((seen, response) =>
      identityOf(seen).totp?.user.passcode === '222222' ? issue(response, keystone.url) : json(response, 401, {}),
    );
    const told: string[] = [];
    const codes = ['111111', '222222'];
    const askLogin: AskLogin = () => {
      const text = codes.shift() ?? '';
      return Promise.resolve({ text, accepted: () => void told.push(text) });
    };
    await session(cloud('v3totp', { auth_url: keystone.url, username: 'ann' }), { askLogin }).token();
    assert.deepEqual(told, ['222222']);
  });

  it('says where it can be given where nobody can be asked', async () => {
    const missing = await failure(
      session(cloud('v3totp', { auth_url: 'http://127.0.0.1:1', username: 'ann' })).token(),
    );
    assert.equal(missing.code, 'auth-incomplete');
    assert.match(missing.explain(), /has no "passcode", and there is no terminal/);
  });
});

describe('a login that needs several methods', () => {
  const required = (methods: readonly string[], ...rules: readonly (readonly string[])[]): object => ({
    receipt: { methods, user: { name: 'ann' } },
    required_auth_methods: rules,
  });
  const receipt = { 'Openstack-Auth-Receipt': 'secret-receipt' };

  it('goes on with the receipt and a passcode', async () => {
    const keystone = await server((seen, response) => {
      if (seen.headers['openstack-auth-receipt'] === 'secret-receipt') issue(response, keystone.url);
      else json(response, 401, required(['password'], ['password', 'x509'], ['password', 'totp']), receipt);
    });
    const answers = answering('111111');
    assert.equal(await session(passwordCloud(keystone.url), answers).token(), 'issued');
    assert.deepEqual(
      keystone.seen.map((seen) => identityOf(seen).methods),
      [['password'], ['totp']],
    );
    assert.equal(answers.asked[0]?.kind, 'passcode');
  });

  it('asks again after a wrong passcode, and hides the receipt', async () => {
    const keystone = await server((seen, response) => {
      if (seen.headers['openstack-auth-receipt'] === undefined)
        json(response, 401, required(['password'], ['password', 'totp']), receipt);
      else json(response, 401, { error: { message: 'Not with secret-receipt' } });
    });
    const answers = answering('1', '2', '3');
    const refused = await failure(session(passwordCloud(keystone.url), answers).token());
    assert.deepEqual(
      answers.asked.map((question) => question.refused),
      [false, true, true],
    );
    assert.doesNotMatch(inspect(refused, { depth: 20 }), /secret-receipt|hush/);
  });

  it('asks no second time for what a receipt vouches for', async () => {
    const keystone = await server((seen, response) => {
      const { methods, totp } = identityOf(seen);
      if (seen.headers['openstack-auth-receipt'] === undefined)
        json(response, 401, required(methods, ['password', 'totp']), receipt);
      else if (totp?.user.passcode === '222222') issue(response, keystone.url);
      else json(response, 401, {});
    });
    const asked: string[] = [];
    const told: string[] = [];
    const codes = ['111111', '222222'];
    const askLogin: AskLogin = ({ kind, refused }) => {
      asked.push(refused ? `${kind} again` : kind);
      const text = kind === 'password' ? 'hush' : (codes.shift() ?? '');
      return Promise.resolve({ text, accepted: () => void told.push(text) });
    };
    const without = { auth_url: keystone.url, username: 'ann', project_name: 'demo' };
    await session(cloud('password', without), { askLogin }).token();
    assert.deepEqual(asked, ['password', 'passcode', 'passcode again']);
    assert.deepEqual(told, ['hush', '222222']);
  });

  it('is explained where the rest is nothing that a person can be asked for, and where nobody is there', async () => {
    for (const [rule, words] of [
      [['password', 'x509'], /only with "x509".*application credential/],
      [['password', 'totp'], /only with "totp".*terminal/],
    ] as const) {
      const keystone = await server((_, response) => json(response, 401, required(['password'], rule), receipt));
      const refused = await failure(session(passwordCloud(keystone.url)).token());
      assert.equal(refused.code, 'login-refused');
      assert.match(refused.explain(), words);
    }
  });
});

describe('a login by OpenID Connect', () => {
  const provided = (url: string) => ({
    auth_url: `${url}/v3`,
    identity_provider: 'company',
    protocol: 'openid',
    client_id: 'glance',
    client_secret: 'hush-client',
    discovery_endpoint: `${url}/.well-known/openid-configuration`,
    project_name: 'demo',
    project_domain_name: 'Default',
  });
  const federation = '/v3/OS-FEDERATION/identity_providers/company/protocols/openid/auth';

  /** Identity provider and Keystone in one. */
  async function provider(): Promise<TestServer> {
    const made = await server((seen, response) => {
      if (seen.path === '/.well-known/openid-configuration')
        json(response, 200, { token_endpoint: `${made.url}/token`, grant_types_supported: undefined });
      else if (seen.path === '/token') {
        const form = new URLSearchParams(seen.body);
        if (form.get('password') === 'hush wrong')
          json(response, 400, { error: 'invalid_grant', error_description: `Not ${String(form.get('password'))}` });
        else json(response, 200, { access_token: 'hush-access', id_token: 'hush-id' });
      } else if (seen.path === federation) {
        if (seen.headers.authorization === 'Bearer hush-access') issue(response, made.url, 'unscoped', false);
        else json(response, 401, { error: { message: 'Who are you?' } });
      } else issue(response, made.url, 'scoped');
    });
    return made;
  }

  it('exchanges a password for an access token, that for a token of Keystone, and that for one of the project', async () => {
    const made = await provider();
    const auth = { ...provided(made.url), username: 'ann', password: 'hush & co', scope: 'openid email' };
    const logged = session(cloud('v3oidcpassword', auth));
    assert.equal(await logged.token(), 'scoped');
    assert.deepEqual(await logged.project(), { id: 'p1', name: 'demo' });
    const [, token, federated, scoped] = made.seen;
    assert.equal(made.seen.length, 4);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(token?.body)), {
      grant_type: 'password',
      username: 'ann',
      password: 'hush & co',
      scope: 'openid email',
    });
    const basic = Buffer.from('glance:hush-client').toString('base64');
    assert.equal(token?.headers.authorization, `Basic ${basic}`);
    assert.deepEqual([federated?.method, federated?.path], ['POST', federation]);
    assert.deepEqual(JSON.parse(scoped?.body ?? ''), {
      auth: {
        identity: { methods: ['token'], token: { id: 'unscoped' } },
        scope: { project: { name: 'demo', domain: { name: 'Default' } } },
      },
    });
  });

  it('takes a client for itself, without a discovery document and without a secret', async () => {
    const made = await provider();
    const { discovery_endpoint: _, client_secret: __, ...others } = provided(made.url);
    const auth = { ...others, access_token_endpoint: `${made.url}/token` };
    assert.equal(await session(cloud('v3oidcclientcredentials', auth)).token(), 'scoped');
    const [token] = made.seen;
    assert.deepEqual(Object.fromEntries(new URLSearchParams(token?.body)), {
      grant_type: 'client_credentials',
      client_id: 'glance',
      scope: 'openid profile',
    });
    assert.equal(token?.headers.authorization, undefined);
  });

  it('shows a token that it is given, and keeps the unscoped one where no project is named', async () => {
    const made = await provider();
    const { project_name: _, project_domain_name: __, ...others } = provided(made.url);
    const auth = { ...others, access_token: 'hush-access' };
    assert.equal(await session(cloud('v3oidcaccesstoken', auth)).token(), 'unscoped');
    assert.deepEqual(
      made.seen.map(({ path }) => path),
      [federation],
    );
  });

  it('asks for a missing password, which belongs to the identity provider, and again for a wrong one', async () => {
    const made = await provider();
    const answers = answering('hush wrong', 'hush right');
    const auth = { ...provided(made.url), username: 'ann' };
    assert.equal(await session(cloud('v3oidcpassword', auth), answers).token(), 'scoped');
    assert.deepEqual(
      answers.asked.map(({ address, refused }) => [address, refused]),
      [
        [auth.discovery_endpoint, false],
        [auth.discovery_endpoint, true],
      ],
    );
  });

  it('says who refused it, never with a secret', async () => {
    const made = await provider();
    for (const [authType, auth, words] of [
      ['v3oidcpassword', { username: 'ann', password: 'hush wrong' }, /identity provider.*"ann".*Not \*\*\*/],
      ['v3oidcaccesstoken', { access_token: 'hush-other' }, /Keystone at .*"identity_provider"/],
    ] as const) {
      const refused = await failure(session(cloud(authType, { ...provided(made.url), ...auth })).token());
      assert.equal(refused.code, 'login-refused');
      assert.match(refused.explain(), words);
      assert.doesNotMatch(inspect(refused, { depth: 20, showHidden: true }), /hush/);
    }
  });

  it('says what is missing, and what is no identity provider, before a password is sent', async () => {
    const incomplete = await failure(session(cloud('v3oidcpassword', { auth_url: 'http://127.0.0.1:1' })).token());
    assert.match(incomplete.message, /"identity_provider"/);
    const documents: readonly (readonly [
      status: number,
      headers: Record<string, string>,
      body: object,
      words: RegExp,
    ])[] = [
      [404, {}, {}, /not an OpenID Connect discovery document/],
      [302, { location: 'http://127.0.0.1:1/other?x' }, {}, /redirects to http:\/\/127.0.0.1:1\/other,/],
      [200, {}, { issuer: 'x' }, /has no token_endpoint/],
      [200, {}, { token_endpoint: 'file:///etc/passwd' }, /has no token_endpoint/],
      [
        200,
        {},
        { token_endpoint: 'http://a', grant_types_supported: ['authorization_code'] },
        /not support the grant "password"/,
      ],
    ];
    for (const [status, headers, body, words] of documents) {
      const made = await server((_, response) => json(response, status, body, headers));
      const auth = { ...provided(made.url), username: 'ann', password: 'hush' };
      const unusable = await failure(session(cloud('v3oidcpassword', auth)).token());
      assert.equal(unusable.code, 'identity-provider-unusable');
      assert.match(unusable.message, words);
      assert.equal(made.seen.length, 1);
    }
  });
});
