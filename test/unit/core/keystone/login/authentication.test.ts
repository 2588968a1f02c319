import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { tokenRequest, tokensUrl } from '../../../../../src/core/keystone/login/authentication.ts';
import { loginKind } from '../../../../../src/core/keystone/login/auth-types.ts';
import type { Cloud } from '../../../../../src/core/keystone/clouds/configuration.ts';
import { passwordCloud } from '../keystone-server.ts';

function cloud(authType: string, auth: Cloud['auth']): Cloud {
  return passwordCloud('', { authType, auth });
}

/** The request of a login by methods, as the session makes it. */
async function requestOf(asked: Cloud, answer = 'asked'): Promise<unknown> {
  const login = loginKind(asked);
  assert.ok(login.kind === 'methods');
  return tokenRequest(asked, login.methods, (kind) => Promise.resolve(asked.auth[kind] ?? answer));
}

const ann = { username: 'ann', password: 'hush', user_domain_name: 'People' };
const annIdentity = {
  methods: ['password'],
  password: { user: { name: 'ann', domain: { name: 'People' }, password: 'hush' } },
};

describe('a token request', () => {
  const scopes: readonly (readonly [auth: Cloud['auth'], scope: object | undefined])[] = [
    [{}, undefined],
    [{ project_id: 'p' }, { project: { id: 'p' } }],
    [{ project_id: 'p', project_name: 'n' }, { project: { id: 'p' } }],
    [{ project_name: 'n' }, { project: { name: 'n', domain: { id: 'default' } } }],
    [{ project_name: 'n', project_domain_name: 'D' }, { project: { name: 'n', domain: { name: 'D' } } }],
    [{ project_name: 'n', project_domain_id: 'd' }, { project: { name: 'n', domain: { id: 'd' } } }],
    [{ project_name: 'n', default_domain_name: 'D' }, { project: { name: 'n', domain: { name: 'D' } } }],
    [{ domain_id: 'd' }, { domain: { id: 'd' } }],
    [{ domain_name: 'D' }, { domain: { name: 'D' } }],
    [{ trust_id: 't' }, { 'OS-TRUST:trust': { id: 't' } }],
    [{ system_scope: 'all' }, { system: { all: true } }],
    [{ system_scope: 'all', project_id: 'p' }, { project: { id: 'p' } }],
    [{ system_scope: 'some' }, undefined],
  ];
  for (const [auth, scope] of scopes) {
    it(`has the scope of ${JSON.stringify(auth)}`, async () => {
      const expected = { auth: { identity: annIdentity, ...(scope === undefined ? {} : { scope }) } };
      assert.deepEqual(await requestOf(cloud('password', { ...ann, ...auth })), expected);
    });
  }

  for (const auth of [
    { project_id: 'p', trust_id: 't' },
    { domain_name: 'D', trust_id: 't' },
  ]) {
    it(`is refused for the several scopes of ${JSON.stringify(auth)}`, async () => {
      await assert.rejects(
        requestOf(cloud('password', { ...ann, ...auth })),
        (error) => Failure.is(error, 'auth-ambiguous') && Object.keys(auth).every((key) => error.message.includes(key)),
      );
    });
  }

  it('takes the domain of the user from default_domain_*, never from the scope', async () => {
    const { user_domain_name: _, ...bare } = ann;
    const domainOf = async (auth: Cloud['auth']): Promise<unknown> => {
      const request = (await requestOf(cloud('v3password', { ...bare, ...auth }))) as {
        auth: { identity: { password: { user: { domain: unknown } } } };
      };
      return request.auth.identity.password.user.domain;
    };
    assert.deepEqual(await domainOf({ default_domain_id: 'd', default_domain_name: 'D' }), { id: 'd' });
    assert.deepEqual(await domainOf({ default_domain_name: 'D' }), { name: 'D' });
    assert.deepEqual(await domainOf({ domain_id: 'd' }), { id: 'default' });
  });

  it('has a password that was asked for', async () => {
    const request = await requestOf(cloud('password', { user_id: 'u' }));
    const user = { id: 'u', password: 'asked' };
    assert.deepEqual(request, { auth: { identity: { methods: ['password'], password: { user } } } });
  });

  it('has no scope beside an application credential', async () => {
    const secret = { application_credential_secret: 's', project_name: 'ignored' };
    assert.deepEqual(await requestOf(cloud('v3applicationcredential', { ...secret, application_credential_id: 'a' })), {
      auth: { identity: { methods: ['application_credential'], application_credential: { id: 'a', secret: 's' } } },
    });
    const byName = { ...secret, application_credential_name: 'ci', username: 'ann', user_domain_id: 'd' };
    const credential = { name: 'ci', secret: 's', user: { name: 'ann', domain: { id: 'd' } } };
    assert.deepEqual(await requestOf(cloud('v3applicationcredential', byName)), {
      auth: { identity: { methods: ['application_credential'], application_credential: credential } },
    });
  });

  const incomplete: readonly (readonly [authType: string, auth: Cloud['auth'], missing: string])[] = [
    ['password', { password: 'x' }, 'username'],
    ['v3totp', { passcode: '1' }, 'username'],
    ['token', {}, 'token'],
    ['v3applicationcredential', { application_credential_id: 'a' }, 'application_credential_secret'],
    ['v3applicationcredential', { application_credential_secret: 's' }, 'application_credential_id'],
    ['v3applicationcredential', { application_credential_secret: 's', application_credential_name: 'ci' }, 'username'],
  ];
  for (const [authType, auth, missing] of incomplete) {
    it(`of ${authType} names the missing ${missing}`, async () => {
      await assert.rejects(
        requestOf(cloud(authType, auth)),
        (error) => Failure.is(error, 'auth-incomplete') && error.message.includes(`"${missing}"`),
      );
    });
  }

  const addresses: readonly (readonly [authUrl: string, tokens: string])[] = [
    ['http://k:5000', 'http://k:5000/v3/auth/tokens'],
    ['http://k:5000/v3/', 'http://k:5000/v3/auth/tokens'],
    ['http://k:5000/v2.0/', 'http://k:5000/v3/auth/tokens'],
    ['https://k/identity', 'https://k/identity/v3/auth/tokens'],
    ['https://k/identity/v3//', 'https://k/identity/v3/auth/tokens'],
    ['https://k/my-v3', 'https://k/my-v3/v3/auth/tokens'],
  ];
  for (const [authUrl, tokens] of addresses) {
    it(`goes to ${tokens} for ${authUrl}`, () => assert.equal(tokensUrl(authUrl), tokens));
  }

  it('is known for these ways only', () => {
    const known = ['password', 'v3password', 'token', 'v3token', 'v3applicationcredential', 'none', 'admin_token'];
    const further = ['v3totp', 'v3oidcpassword', 'v3oidcclientcredentials', 'v3oidcaccesstoken', 'http_basic'];
    const isKnown = (authType: string): boolean => loginKind({ authType, auth: {} }).kind !== 'unknown';
    assert.ok([...known, ...further, 'token_endpoint'].every(isKnown));
    const others = ['v3oidcauthcode', 'v3oidcdeviceauthz', 'v2password', 'v3kerberos', 'constructor', ''];
    assert.ok(!others.some(isKnown));
    assert.deepEqual(loginKind({ authType: 'v3multifactor', auth: { auth_methods: 'v3password, v3kerberos' } }), {
      kind: 'unknown',
      name: 'v3kerberos',
    });
  });

  it('shows several methods at once', async () => {
    const auth = { ...ann, passcode: '123456', auth_methods: 'v3password,v3totp', project_id: 'p' };
    const user = { name: 'ann', domain: { name: 'People' } };
    assert.deepEqual(await requestOf(cloud('v3multifactor', auth)), {
      auth: {
        identity: {
          methods: ['password', 'totp'],
          password: { user: { ...user, password: 'hush' } },
          totp: { user: { ...user, passcode: '123456' } },
        },
        scope: { project: { id: 'p' } },
      },
    });
  });
});
