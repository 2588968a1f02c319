import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { AskLogin, LoginQuestion } from '../../../../src/core/keystone/login/login-answers.ts';
import { credentialsOf, logIn, passwordLogin, send, type Credentials } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { IdentityProvider } from '../../identity-provider.ts';
import { currentPasscode, login, LOGINS, wrongPasscode } from '../../logins.ts';
import { entryOf, Workplace, type CloudEntry } from '../workplace.ts';

/** Answers in this order, each made when it is asked for; then nobody is there. */
function answering(...answers: readonly (() => string)[]): { readonly ask: AskLogin; readonly asked: LoginQuestion[] } {
  const asked: LoginQuestion[] = [];
  return { asked, ask: (question) => Promise.resolve(answers[asked.push(question) - 1]?.()) };
}

describe('a login that clouds.yaml describes', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let plain: CloudEntry;
  let auth: Credentials;
  let name: string;
  const opened: Workplace[] = [];

  before(async () => {
    cloud = await cloudUnderTest();
    plain = await entryOf(cloud);
    auth = await credentialsOf(cloud, cloud.cloud);
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('logins');
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.leave();
    await workplace.close([name]);
  });

  async function described(authType: string, given: CloudEntry, askLogin?: AskLogin): Promise<Workplace> {
    const { auth_url, project_name } = auth;
    const domains = { user_domain_name: 'Default', project_domain_name: 'Default' };
    const entry = { ...plain, auth_type: authType, auth: { auth_url, project_name, ...domains, ...given } };
    const options = askLogin === undefined ? {} : { askLogin };
    const made = await Workplace.described(cloud, entry, options);
    await made.file('image.raw', randomBytes(10_000));
    opened.push(made);
    return made;
  }

  const wanted = (extra: object = {}): object => ({
    name,
    container_format: 'bare',
    disk_format: 'raw',
    local_file_path: 'image.raw',
    ...extra,
  });

  /** Makes the image through a login, and says whose it is. */
  async function applied(other: Workplace): Promise<string> {
    const [result] = await other.apply(await other.define(wanted()));
    assert.deepEqual([result?.plan.problems, result?.error, result?.status], [[], undefined, 'done']);
    const [image] = await workplace.named(name, cloud.regions[0]);
    return String(image?.owner);
  }

  async function projectOfDemo(): Promise<string> {
    return (await logIn('cloud')).projectId;
  }

  /** Why a plan is blocked. */
  async function blockedBy(other: Workplace, extra: object = {}): Promise<{ code: string; message: string }> {
    const [plan] = await other.engine.plan(await other.define(wanted(extra)));
    assert.equal(plan?.action, 'blocked');
    const [problem] = plan.problems;
    assert.ok(problem);
    assert.doesNotMatch(inspect(plan, { depth: 20 }), /hush/);
    return problem;
  }

  const kinds = (asked: readonly LoginQuestion[]): readonly string[] =>
    asked.map(({ kind, refused }) => (refused ? `${kind} again` : kind));

  describe('with passcodes', () => {
    it('takes the one of the configuration', async () => {
      const other = await described('v3totp', { username: 'coder', passcode: currentPasscode('coder') });
      assert.equal(await applied(other), await projectOfDemo());
    });

    it('asks for one, again after a wrong one, and not for the next request', async () => {
      const { ask, asked } = answering(
        () => wrongPasscode('coder'),
        () => currentPasscode('coder'),
      );
      const other = await described('v3totp', { username: 'coder' }, ask);
      assert.equal(await applied(other), await projectOfDemo());
      assert.deepEqual(kinds(asked), ['passcode', 'passcode again']);
      assert.deepEqual([asked[0]?.user, asked[0]?.address], ['coder', auth.auth_url]);
    });

    it('is refused with Keystone’s request id where all were wrong', async () => {
      const wrong = (): string => wrongPasscode('coder');
      const { ask, asked } = answering(wrong, wrong, wrong, wrong);
      const problem = await blockedBy(await described('v3totp', { username: 'coder' }, ask));
      assert.equal(problem.code, 'login-refused');
      assert.match(problem.message, /refused the login of "coder".*req-[0-9a-f-]{36}/s);
      assert.doesNotMatch(problem.message, new RegExp(wrong()));
      assert.equal(asked.length, 3);
    });

    it('says what is missing where nobody can be asked', async () => {
      const problem = await blockedBy(await described('v3totp', { username: 'coder' }));
      assert.equal(problem.code, 'auth-incomplete');
      assert.match(problem.message, /has no "passcode", and there is no terminal/);
    });
  });

  describe('with several methods', () => {
    const { password } = login('careful');

    it('shows all of them at once where the configuration names them', async () => {
      const { ask, asked } = answering(() => currentPasscode('careful'));
      const given = { username: 'careful', password, auth_methods: ['v3password', 'v3totp'] };
      assert.equal(await applied(await described('v3multifactor', given, ask)), await projectOfDemo());
      assert.deepEqual(kinds(asked), ['passcode']);
    });

    it('goes on from the password with Keystone’s receipt, and starts anew after a wrong passcode', async () => {
      const { ask, asked } = answering(
        () => wrongPasscode('careful'),
        () => currentPasscode('careful'),
      );
      const other = await described('password', { username: 'careful', password }, ask);
      assert.equal(await applied(other), await projectOfDemo());
      assert.deepEqual(kinds(asked), ['passcode', 'passcode again']);
    });

    it('goes on from the passcode with Keystone’s receipt', async () => {
      const { ask, asked } = answering(
        () => currentPasscode('careful'),
        () => password,
      );
      assert.equal(await applied(await described('v3totp', { username: 'careful' }, ask)), await projectOfDemo());
      assert.deepEqual(kinds(asked), ['passcode', 'password']);
    });

    it('says what Keystone wants besides where nobody can be asked', async () => {
      const problem = await blockedBy(await described('password', { username: 'careful', password }));
      assert.equal(problem.code, 'login-refused');
      assert.match(problem.message, /"careful".*only with "totp".*req-[0-9a-f-]{36}/s);
    });
  });

  describe('with a trust', () => {
    it('acts in the project of who trusts', async () => {
      const owner = await logIn('cloud');
      const guest = await logIn('otherCloud');
      const headers = { 'X-Auth-Token': owner.token, 'Content-Type': 'application/json' };
      const trust = {
        trustor_user_id: owner.userId,
        trustee_user_id: guest.userId,
        project_id: owner.projectId,
        impersonation: false,
        roles: [{ name: 'member' }],
      };
      const made = await send('POST', `${auth.auth_url}/OS-TRUST/trusts`, { json: { trust }, headers });
      const { id } = made.json.trust as { id: string };
      const { username, password } = await credentialsOf(cloud, cloud.otherCloud);
      const scope = { project_name: undefined, project_domain_name: undefined, trust_id: id };
      const other = await described('password', { username, password, ...scope });
      assert.equal(await applied(other), owner.projectId);
      await send('DELETE', `${auth.auth_url}/OS-TRUST/trusts/${id}`, { headers });
      const late = await described('password', { username, password, ...scope });
      assert.equal((await blockedBy(late)).code, 'login-refused');
    });
  });

  describe('without a project', () => {
    const scopes: readonly (readonly [string, CloudEntry])[] = [
      ['to a domain', { domain_name: 'Default' }],
      ['to the system', { system_scope: 'all' }],
      ['to nothing', {}],
    ];
    for (const [what, scope] of scopes) {
      it(`${what} makes no image, which would be nobody’s and everybody’s to see`, async () => {
        const { username, password } = await credentialsOf(cloud, cloud.adminCloud);
        const given = { username, password, project_name: undefined, project_domain_name: undefined, ...scope };
        const other = await described('password', given);
        const problem = await blockedBy(other);
        const pinned = await blockedBy(other, { image_id: '6f1d2ae4-0b3d-4d3c-9a53-5a0f6b0f3c11' });
        // A token without any scope has no catalog, and so no Glance.
        const codes = what === 'to nothing' ? ['no-image-service'] : ['project-required'];
        assert.deepEqual([...new Set([problem.code, pinned.code])], codes);
        if (what !== 'to nothing') assert.match(pinned.message, /no project.*without an owner/);
        assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
      });
    }

    it('changes an image that is named by its id, as an administrator may, and is told where Glance wants a project', async () => {
      const owner = await logIn('cloud');
      const id = await owner.create({ name });
      const { username, password } = await credentialsOf(cloud, cloud.adminCloud);
      const given = {
        username,
        password,
        project_name: undefined,
        project_domain_name: undefined,
        domain_id: 'default',
      };
      const other = await described('password', given);
      const listed: string[] = [];
      const place = await other.engine.place('described', cloud.regions[0]);
      if (cloud.release === 33) {
        const refused = other.engine.images(place, { name })[Symbol.asyncIterator]().next();
        await assert.rejects(refused, { code: 'project-required', next: /no project/ });
        const problem = await blockedBy(other, { image_id: id });
        assert.equal(problem.code, 'project-required');
        return;
      }
      for await (const page of other.engine.images(place, { name })) listed.push(...page.map((image) => image.id));
      assert.deepEqual(listed, [id]);
      const [result] = await other.apply(
        await other.define({ name, container_format: 'bare', disk_format: 'raw', image_id: id, tags: ['by-domain'] }),
      );
      assert.equal(result?.status, 'done');
      const { owner: whose, tags } = await owner.show(id);
      assert.deepEqual([whose, tags], [owner.projectId, ['by-domain']]);
    });
  });

  describe('by OpenID Connect', () => {
    let provider: IdentityProvider;

    before(async () => {
      provider = await IdentityProvider.start();
    });

    beforeEach(() => provider.asked.splice(0));

    after(() => provider.stop());

    const federated = (): CloudEntry => ({
      identity_provider: LOGINS.federation.provider,
      protocol: LOGINS.federation.protocol,
      client_id: provider.client.id,
      client_secret: provider.client.secret,
      discovery_endpoint: provider.discovery,
    });

    it('shows a person’s password to the identity provider, asked for and again where it was wrong', async () => {
      const { ask, asked } = answering(
        () => 'hush: wrong',
        () => provider.person.password,
      );
      const given = { ...federated(), username: provider.person.username };
      assert.equal(await applied(await described('v3oidcpassword', given, ask)), await projectOfDemo());
      assert.deepEqual(kinds(asked), ['password', 'password again']);
      assert.ok(asked[0]?.address.startsWith(`${provider.discovery} and http`), asked[0]?.address);
    });

    it('shows a client’s own secret', async () => {
      const { discovery_endpoint: _, ...others } = federated();
      const given = { ...others, access_token_endpoint: `${provider.url}/token` };
      assert.equal(await applied(await described('v3oidcclientcredentials', given)), await projectOfDemo());
      assert.deepEqual(provider.asked, ['/token']);
    });

    it('shows an access token to Keystone alone', async () => {
      const given = { ...federated(), access_token: provider.tokenOf('ann') };
      assert.equal(await applied(await described('v3oidcaccesstoken', given)), await projectOfDemo());
      assert.deepEqual(provider.asked, []);
    });

    it('says who refused it, the provider or Keystone', async () => {
      const password = { ...federated(), username: 'ann', password: 'hush: wrong' };
      const byProvider = await blockedBy(await described('v3oidcpassword', password));
      assert.equal(byProvider.code, 'login-refused');
      assert.match(byProvider.message, /identity provider at http.*refused.*"ann".*Invalid user credentials/s);
      const client = { ...federated(), client_secret: 'hush: wrong' };
      const noClient = await blockedBy(await described('v3oidcclientcredentials', client));
      assert.match(noClient.message, /identity provider at http.*refused.*the client "glance-images".*invalid_client/s);
      const token = { ...federated(), access_token: 'hush: rubbish' };
      const byKeystone = await blockedBy(await described('v3oidcaccesstoken', token));
      assert.equal(byKeystone.code, 'login-refused');
      assert.match(byKeystone.message, /Keystone at http.*refused/s);
      const unknown = { ...federated(), identity_provider: 'nobody', access_token: provider.tokenOf('ann') };
      const nobody = await blockedBy(await described('v3oidcaccesstoken', unknown));
      assert.match(nobody.message, /Could not find Identity Provider: nobody\..*req-[0-9a-f-]{36}/s);
    });
  });

  it('that nobody knows is refused by name, at its place', async () => {
    const other = await described('v3kerberos', { username: 'ann' });
    const file = join(other.folder, 'clouds.yaml');
    const column = (await readFile(file, 'utf8')).indexOf('"auth_type"') + 1;
    const [plan] = await other.engine.plan(await other.define(wanted()));
    const [problem] = plan?.problems ?? [];
    assert.equal(problem?.code, 'auth-type-unknown');
    assert.deepEqual(problem.cause, { file, line: 1, column });
    assert.match(problem.message, new RegExp(`"v3kerberos".*Correct it in .*clouds\\.yaml:1:${column}\\.`));
  });

  it('revokes nothing: a token that the configuration holds is exchanged for one of the project', async () => {
    const made = await send('POST', `${auth.auth_url}/auth/tokens`, {
      json: passwordLogin(auth, 'unscoped'),
      headers: { 'Content-Type': 'application/json' },
    });
    const token = String(made.headers['x-subject-token']);
    assert.equal(await applied(await described('v3token', { token })), await projectOfDemo());
    const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
    assert.equal((await send('GET', `${auth.auth_url}/auth/tokens`, { headers })).status, 200);
  });
});
