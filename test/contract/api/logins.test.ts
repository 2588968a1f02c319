import assert from 'node:assert/strict';
import { type CloudUnderTest, cloudUnderTest } from '../cloud.ts';
import { currentPasscode, login, LOGINS, wrongPasscode } from '../logins.ts';
import {
  type Credentials,
  credentialsOf,
  type Json,
  notAuthorized,
  passwordLogin,
  type RawAnswer,
  send,
} from './session.ts';

const domain = { name: 'Default' };
const demo = { project: { name: 'demo', domain } };
const constant = {
  error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' },
};

describe('Keystone, of logins with more than a password', () => {
  let under: CloudUnderTest;
  let plain: Credentials;
  let other: Credentials;
  let admin: Credentials;
  /** Of the first region's Glance. */
  let glance: string;

  before(async () => {
    under = await cloudUnderTest();
    plain = await credentialsOf(under, under.cloud);
    other = await credentialsOf(under, under.otherCloud);
    admin = await credentialsOf(under, under.adminCloud);
    const { catalog } = tokenOf(await logIn(passwordLogin(plain)));
    const image = (catalog as { type: string; endpoints: Json[] }[]).find(({ type }) => type === 'image');
    glance = String(image?.endpoints.find(({ region_id: region }) => region === under.regions[0])?.url);
  });

  function logIn(body: Json, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return send('POST', `${plain.auth_url}/auth/tokens`, {
      json: body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  }

  function tokenOf(answer: RawAnswer): Json {
    assert.equal(answer.status, 201, answer.text);
    return answer.json.token as Json;
  }

  /** A login of `name` with the right password, this passcode, or both. */
  function shown(name: 'coder' | 'careful', methods: readonly string[], passcode = currentPasscode(name)): Json {
    const user = { name, domain };
    const parts: Record<string, object> = {
      password: { user: { ...user, password: login(name).password } },
      totp: { user: { ...user, passcode } },
    };
    const used = Object.fromEntries(methods.map((method) => [method, parts[method]]));
    return { auth: { identity: { methods, ...used }, scope: demo } };
  }

  const receiptOf = (answer: RawAnswer): string => String(answer.headers['openstack-auth-receipt']);
  const sortedMethods = (token: Json): string[] => [...(token.methods as string[])].sort();

  describe('passcodes', () => {
    it('log in alone', async () => {
      const token = tokenOf(await logIn(shown('coder', ['totp'])));
      assert.deepEqual(token.methods, ['totp']);
      assert.equal((token.project as Json).name, 'demo');
    });

    it('are optional for a user without rules', async () => {
      assert.deepEqual(tokenOf(await logIn(shown('coder', ['password']))).methods, ['password']);
    });

    it('are refused with the one constant text where they are wrong, or nobody has any', async () => {
      const wrong = await logIn(shown('coder', ['totp'], wrongPasscode('coder')));
      const user = { name: plain.username, domain, passcode: '000000' };
      const without = await logIn({ auth: { identity: { methods: ['totp'], totp: { user } } } });
      for (const answer of [wrong, without]) {
        assert.equal(answer.status, 401);
        assert.deepEqual(answer.json, constant);
        assert.equal(answer.headers['www-authenticate'], `Keystone uri="${plain.auth_url}"`);
        assert.match(String(answer.headers['x-openstack-request-id']), /^req-/);
      }
    });
  });

  describe('a login of several methods', () => {
    for (const [first, second] of [
      ['password', 'totp'],
      ['totp', 'password'],
    ] as const) {
      it(`takes ${first} and then ${second}, with a receipt`, async () => {
        const half = await logIn(shown('careful', [first]));
        assert.equal(half.status, 401);
        assert.equal(half.headers['www-authenticate'], undefined);
        const { receipt, required_auth_methods: required, ...rest } = half.json;
        // Keystone keeps the methods of a rule in a set, whose order is another one after each start.
        const rules = (required as string[][]).map((rule) => [...rule].sort());
        assert.deepEqual([rules, rest], [[['password', 'totp']], {}]);
        const { methods, user, expires_at: expires, issued_at: issued } = receipt as Json;
        assert.deepEqual(methods, [first]);
        assert.deepEqual(
          { ...(user as Json), id: '' },
          { id: '', name: 'careful', domain: { id: 'default', ...domain } },
        );
        assert.equal(Date.parse(String(expires)) - Date.parse(String(issued)), 300_000);
        const headers = { 'Openstack-Auth-Receipt': receiptOf(half) };
        const token = tokenOf(await logIn(shown('careful', [second]), headers));
        assert.deepEqual(sortedMethods(token), ['password', 'totp']);
        assert.equal((token.project as Json).name, 'demo');
      });
    }

    it('takes both at once', async () => {
      assert.deepEqual(sortedMethods(tokenOf(await logIn(shown('careful', ['password', 'totp'])))), [
        'password',
        'totp',
      ]);
    });

    it('does not say which of both was wrong', async () => {
      const answer = await logIn(shown('careful', ['password', 'totp'], wrongPasscode('careful')));
      assert.equal(answer.status, 401);
      assert.deepEqual(answer.json, constant);
      assert.equal(answer.headers['openstack-auth-receipt'], undefined);
    });

    it('asks again where the receipt comes with the same method, and refuses a wrong passcode with it', async () => {
      const half = await logIn(shown('careful', ['password']));
      const headers = { 'Openstack-Auth-Receipt': receiptOf(half) };
      const again = await logIn(shown('careful', ['password']), headers);
      assert.deepEqual([again.status, (again.json.receipt as Json).methods], [401, ['password']]);
      const wrong = await logIn(shown('careful', ['totp'], wrongPasscode('careful')), headers);
      assert.deepEqual([wrong.status, wrong.json], [401, constant]);
    });

    it('takes no receipt of somebody else, and none that it never gave', async () => {
      const theirs = receiptOf(await logIn(shown('careful', ['password'])));
      for (const [name, receipt] of [
        ['coder', theirs],
        ['careful', 'nonsense'],
      ] as const) {
        const answer = await logIn(shown(name, ['totp']), { 'Openstack-Auth-Receipt': receipt });
        assert.equal(answer.status, 401);
        assert.equal((answer.json.error as Json).message, `Could not find auth receipt: ${receipt}.`);
      }
    });

    it('is one of one user', async () => {
      const body = shown('careful', ['password']) as { auth: { identity: Json } };
      const mixed = { ...body.auth.identity, methods: ['password', 'totp'], totp: totpOfCoder() };
      assert.deepEqual((await logIn({ auth: { identity: mixed, scope: demo } })).json, constant);
    });

    function totpOfCoder(): unknown {
      return (shown('coder', ['totp']) as { auth: { identity: Json } }).auth.identity.totp;
    }
  });

  describe('a trust', () => {
    let trustor: string;
    let trustee: string;
    let project: string;
    let headers: Record<string, string>;
    const made: string[] = [];

    before(async () => {
      const answer = await logIn(passwordLogin(plain));
      headers = { 'X-Auth-Token': String(answer.headers['x-subject-token']), 'Content-Type': 'application/json' };
      trustor = String((tokenOf(answer).user as Json).id);
      project = String((tokenOf(answer).project as Json).id);
      trustee = String((tokenOf(await logIn(passwordLogin(other))).user as Json).id);
    });

    afterEach(async () => {
      for (const id of made.splice(0)) await send('DELETE', `${plain.auth_url}/OS-TRUST/trusts/${id}`, { headers });
    });

    async function trusted(impersonation: boolean): Promise<string> {
      const roles = [{ name: 'member' }];
      const trust = { trustor_user_id: trustor, trustee_user_id: trustee, project_id: project, impersonation, roles };
      const answer = await send('POST', `${plain.auth_url}/OS-TRUST/trusts`, { json: { trust }, headers });
      assert.equal(answer.status, 201, answer.text);
      const { id, roles: given, expires_at: expires } = answer.json.trust as Json;
      assert.deepEqual([(given as Json[]).map(({ name }) => name), expires], [['member'], null]);
      made.push(String(id));
      return String(id);
    }

    const byTrust = (auth: Credentials, id: string): Json => passwordLogin(auth, { 'OS-TRUST:trust': { id } });

    for (const impersonation of [false, true]) {
      it(`lets its trustee into the project, ${impersonation ? 'as who trusts' : 'as himself'}`, async () => {
        const id = await trusted(impersonation);
        const answer = await logIn(byTrust(other, id));
        const token = tokenOf(answer);
        assert.equal((token.project as Json).id, project);
        assert.equal((token.user as Json).id, impersonation ? trustor : trustee);
        assert.deepEqual(token['OS-TRUST:trust'], {
          id,
          trustor_user: { id: trustor },
          trustee_user: { id: trustee },
          impersonation,
        });
        assert.deepEqual((token.roles as Json[]).map(({ name }) => name).sort(), ['member', 'reader']);
        assert.ok(token.catalog);
        const list = { 'X-Auth-Token': String(answer.headers['x-subject-token']) };
        assert.equal((await send('GET', `${glance}/v2/images?limit=1`, { headers: list })).status, 200);
      });
    }

    it('lets nobody else in, and nobody once it is gone', async () => {
      const id = await trusted(false);
      const forbidden = await logIn(byTrust(plain, id));
      assert.equal(forbidden.status, 403);
      const message = 'You are not authorized to perform the requested action.';
      assert.deepEqual(forbidden.json, { error: { code: 403, message, title: 'Forbidden' } });
      const url = `${plain.auth_url}/OS-TRUST/trusts/${id}`;
      assert.equal((await send('DELETE', url, { headers })).status, 204);
      const gone = await logIn(byTrust(other, id));
      assert.deepEqual([gone.status, gone.json], [401, constant]);
      const again = await send('DELETE', url, { headers });
      assert.equal(again.status, 404);
      assert.equal((again.json.error as Json).message, `Could not find trust: ${id}.`);
    });
  });

  describe('a login without a project', () => {
    const scopes: readonly (readonly [string, unknown, object])[] = [
      ['the domain', { domain: { id: 'default' } }, { domain: { id: 'default', name: 'Default' } }],
      ['the system', { system: { all: true } }, { system: { all: true } }],
    ];
    for (const [what, scope, expected] of scopes) {
      it(`to ${what} has roles and catalog`, async () => {
        const answer = await logIn(passwordLogin(admin, scope));
        const { roles, catalog, project, ...token } = tokenOf(answer);
        const all = { 25: ['admin', 'member', 'reader'], 33: ['admin', 'manager', 'member', 'reader'] }[under.release];
        assert.deepEqual((roles as Json[]).map(({ name }) => name).sort(), all);
        assert.ok(catalog);
        assert.deepEqual([project, { ...token, ...expected }], [undefined, token]);
      });

      it(`to ${what} has Glance 25 make images of nobody, and Glance 33 show and do nothing`, async () => {
        const answer = await logIn(passwordLogin(admin, scope));
        const headers = { 'X-Auth-Token': String(answer.headers['x-subject-token']), Accept: 'application/json' };
        const listed = await send('GET', `${glance}/v2/images`, { headers });
        const json = { name: 'of nobody', disk_format: 'raw', container_format: 'bare' };
        const made = await send('POST', `${glance}/v2/images`, { headers, json });
        if (under.release === 33) {
          const said = [listed, made].map(({ status, message }) => [status, message.split('<')[0]]);
          assert.deepEqual(said, [
            [403, notAuthorized('get_images')],
            [403, notAuthorized('add_image')],
          ]);
          return;
        }
        assert.equal(listed.status, 200);
        assert.deepEqual([made.status, made.json.owner], [201, null]);
        const gone = await send('DELETE', `${glance}/v2/images/${String(made.json.id)}`, { headers });
        assert.equal(gone.status, 204);
      });

      it(`to ${what} is for who has a role there`, async () => {
        const answer = await logIn(passwordLogin(plain, scope));
        assert.deepEqual([answer.status, answer.json], [401, constant]);
      });
    }
  });

  describe('an identity provider', () => {
    const { provider, protocol, issuer } = LOGINS.federation;

    function show(
      token: string | undefined,
      [by, how]: readonly [string, string] = [provider, protocol],
    ): Promise<RawAnswer> {
      const url = `${plain.auth_url}/OS-FEDERATION/identity_providers/${by}/protocols/${how}/auth`;
      return send('POST', url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
    }

    it('vouches for a user, who then asks for a project', async () => {
      const answer = await show(`ann@${issuer}`);
      const { user, methods, project, catalog } = tokenOf(answer);
      assert.deepEqual([methods, project, catalog], [[protocol], undefined, undefined]);
      const { id, name, domain: room, 'OS-FEDERATION': by } = user as Json;
      assert.match(String(id), /^[0-9a-f]{64}$/);
      assert.deepEqual([name, (room as Json).id === 'default'], ['ann', false]);
      const { groups, ...others } = by as Json;
      assert.equal((groups as Json[]).length, 1);
      assert.deepEqual(others, { identity_provider: { id: provider }, protocol: { id: protocol } });
      const identity = { methods: ['token'], token: { id: answer.headers['x-subject-token'] } };
      const scoped = tokenOf(await logIn({ auth: { identity, scope: demo } }));
      assert.deepEqual(sortedMethods(scoped), [protocol, 'token']);
      assert.deepEqual([(scoped.project as Json).name, (scoped.user as Json).id], ['demo', id]);
      const elsewhere = await logIn({ auth: { identity, scope: { project: { name: 'guest', domain } } } });
      assert.deepEqual([elsewhere.status, elsewhere.json], [401, constant]);
    });

    it('is not believed with a token that is none, of somebody else, or unknown', async () => {
      for (const token of [undefined, 'rubbish']) {
        const answer = await show(token);
        assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer']);
        assert.match(String(answer.headers['content-type']), /^text\/html/);
      }
      const foreign = await show('ann@https://other.example.org');
      assert.deepEqual([foreign.status, (foreign.json.error as Json).title], [403, 'Forbidden']);
      const unknown = await show(`ann@${issuer}`, ['nobody', protocol]);
      assert.equal(unknown.status, 404);
      assert.equal((unknown.json.error as Json).message, 'Could not find Identity Provider: nobody.');
      const unspoken = await show(`ann@${issuer}`, [provider, 'saml2']);
      assert.equal(unspoken.status, 401);
      assert.match(String((unspoken.json.error as Json).message), /unsupported method/);
    });
  });
});
