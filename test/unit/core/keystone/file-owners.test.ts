import assert from 'node:assert/strict';
import { keptFor, LoginAnswers } from '../../../../src/core/keystone/login/login-answers.ts';
import { HOME, read, USER } from './read-files.ts';
import type { SecureConsent } from '../../../../src/core/keystone/clouds/configuration.ts';

const EVIL = "{auth: {auth_url: 'https://evil', username: u}}";
const SECRET = '{auth: {password: hush}}';
const WHOLE = "{auth: {auth_url: 'https://k', username: u, password: hush}}";
const ASKED = { receivers: ['https://evil'], ownCertificates: false };

/** What one file says of the cloud `a`. */
function clouds(entry: string): string {
  return `clouds: {a: ${entry}}`;
}

/** What is asked before the cloud `a` is used. */
async function asked(
  files: Readonly<Record<string, string>>,
  setting: Parameters<typeof read>[1] = {},
): Promise<SecureConsent | undefined> {
  const found = await read(files, { folders: ['/project'], ...setting });
  assert.deepEqual(
    found.clouds.map(({ name }) => name),
    ['a'],
  );
  return found.clouds[0]?.consent;
}

describe('whose a secret is', () => {
  const own = { '/project/clouds.yaml': clouds(EVIL) };

  it("is the user's where secure.yaml in the workspace is a link to the user's own", async () => {
    const files = { ...own, [`${USER}/secure.yaml`]: clouds(SECRET) };
    const links = { '/project/secure.yaml': `${USER}/secure.yaml` };
    assert.deepEqual(await asked(files, { links }), { ...ASKED, secureFile: `${USER}/secure.yaml` });
  });

  it("is the user's where it is a link to the user's clouds.yaml", async () => {
    const files = { ...own, [`${USER}/clouds.yaml`]: clouds(SECRET) };
    const links = { '/project/secure.yaml': `${USER}/clouds.yaml` };
    assert.deepEqual(await asked(files, { links }), { ...ASKED, secureFile: `${USER}/clouds.yaml` });
  });

  it("is the user's where the folder above is a link to the user's folder", async () => {
    const files = { '/project/clouds.yaml': clouds(EVIL), [`${USER}/secure.yaml`]: clouds(SECRET) };
    const links = { '/project/images': USER };
    const setting = { folders: ['/project/images', '/project'], links };
    assert.deepEqual(await asked(files, setting), { ...ASKED, secureFile: `${USER}/secure.yaml` });
  });

  it('may be of somebody else where the file has a second name', async () => {
    const files = { ...own, '/project/secure.yaml': clouds(SECRET) };
    const hardLinked = ['/project/secure.yaml'];
    assert.deepEqual(await asked(files, { hardLinked }), { ...ASKED, secureFile: '/project/secure.yaml' });
  });

  it('is not of the workspace because a variable names the file by a link in it, or the workspace by its file', async () => {
    const files = { ...own, '/run/secrets/s.yaml': clouds(SECRET) };
    const links = { '/project/s.yaml': '/run/secrets/s.yaml' };
    const bySecure = await asked(files, { links, environment: { OS_CLIENT_SECURE_FILE: '/project/s.yaml' } });
    assert.deepEqual(bySecure, { ...ASKED, secureFile: '/run/secrets/s.yaml' });
    const users = { ...own, [`${USER}/secure.yaml`]: clouds(SECRET) };
    const byClouds = await asked(users, { environment: { OS_CLIENT_CONFIG_FILE: '/project/clouds.yaml' } });
    assert.deepEqual(byClouds, { ...ASKED, secureFile: `${USER}/secure.yaml` });
  });

  it('is of its own folder: neither of the folder above nor of another one of the workspace', async () => {
    const nested = { '/src/clone/clouds.yaml': clouds(EVIL), '/src/secure.yaml': clouds(SECRET) };
    const above = await asked(nested, { folders: ['/src/clone', '/src'] });
    assert.deepEqual(above, { ...ASKED, secureFile: '/src/secure.yaml' });
    const two = { '/one/clouds.yaml': clouds(EVIL), '/two/secure.yaml': clouds(SECRET) };
    assert.deepEqual(await asked(two, { folders: ['/one', '/two'] }), { ...ASKED, secureFile: '/two/secure.yaml' });
  });

  it("is the user's in a workspace that holds the user's folder, and is sent unasked where that folder is the workspace", async () => {
    const files = { [`${HOME}/clouds.yaml`]: clouds(EVIL), [`${USER}/secure.yaml`]: clouds(SECRET) };
    assert.deepEqual(await asked(files, { folders: [HOME] }), { ...ASKED, secureFile: `${USER}/secure.yaml` });
    const both = { [`${USER}/clouds.yaml`]: clouds(EVIL), [`${USER}/secure.yaml`]: clouds(SECRET) };
    assert.equal(await asked(both, { folders: [USER] }), undefined);
    const linked = { links: { '/dotfiles/openstack': USER }, folders: ['/dotfiles/openstack'] };
    assert.equal(await asked(both, linked), undefined);
  });

  it('is of the workspace in a folder that is opened by a link, or whose file is a link to its neighbour', async () => {
    const files = { '/project/clouds.yaml': clouds(EVIL), '/project/..data/secure.yaml': clouds(SECRET) };
    const opened = { '/project/clouds.yaml': clouds(EVIL), '/project/secure.yaml': clouds(SECRET) };
    assert.equal(await asked(opened, { folders: ['/opened'], links: { '/opened': '/project' } }), undefined);
    const links = {
      '/project/clouds.yaml': '/project/..data/clouds.yaml',
      '/project/secure.yaml': '/project/..data/secure.yaml',
    };
    const mounted = { ...files, '/project/..data/clouds.yaml': clouds(EVIL) };
    assert.equal(await asked(mounted, { links }), undefined);
  });

  it('is asked about where the secure.yaml of a workspace changes where it goes', async () => {
    const secure = { '/project/secure.yaml': clouds("{auth: {auth_url: 'https://evil'}}") };
    const main = { [`${USER}/clouds.yaml`]: clouds(WHOLE) };
    assert.deepEqual(await asked({ ...main, ...secure }), { ...ASKED, secureFile: `${USER}/clouds.yaml` });
    const given = { environment: { OS_CLIENT_CONFIG_FILE: `${USER}/clouds.yaml` } };
    assert.deepEqual(await asked({ ...main, ...secure }, given), { ...ASKED, secureFile: `${USER}/clouds.yaml` });
    const links = { '/project/clouds.yaml': `${USER}/clouds.yaml` };
    assert.deepEqual(await asked({ ...main, ...secure }, { links }), { ...ASKED, secureFile: `${USER}/clouds.yaml` });
    const endpoint = { '/project/secure.yaml': clouds("{image_endpoint_override: 'https://evil'}") };
    assert.deepEqual(await asked({ ...main, ...endpoint }), { ...ASKED, secureFile: `${USER}/clouds.yaml` });
  });

  it('is asked about where the secure.yaml of a workspace changes how certificates are checked', async () => {
    const main = { [`${USER}/clouds.yaml`]: clouds(WHOLE.replace('{auth', '{verify: true, cacert: /own.pem, auth')) };
    for (const tls of ['verify: false', 'insecure: true', 'cacert: ca.pem'])
      assert.deepEqual(
        await asked({ ...main, '/project/secure.yaml': clouds(`{${tls}}`) }),
        {
          secureFile: `${USER}/clouds.yaml`,
          receivers: ['https://k'],
          ownCertificates: true,
        },
        tls,
      );
  });

  it('is not asked about where it goes where the user says, or is no secret', async () => {
    const link = { links: { '/project/clouds.yaml': `${USER}/clouds.yaml` } };
    assert.equal(await asked({ [`${USER}/clouds.yaml`]: clouds(WHOLE) }, link), undefined);
    const users = { [`${USER}/clouds.yaml`]: clouds("{auth: {auth_url: 'https://k'}}") };
    assert.equal(await asked({ ...users, '/project/secure.yaml': clouds(SECRET) }), undefined);
    const none = { [`${USER}/clouds.yaml`]: clouds("{auth: {auth_url: 'https://k', password: ''}}") };
    assert.equal(await asked({ ...none, '/project/secure.yaml': clouds(EVIL) }), undefined);
  });

  for (const entry of [
    '{auth_type: token, auth: {token: hush}}',
    '{token: hush}',
    '{auth: {application_credential_id: i, application_credential_secret: hush}}',
    '{auth_type: v3oidcclientcredentials, auth: {client_id: i, client_secret: hush}}',
    '{auth_type: v3oidcaccesstoken, auth: {access_token: hush}}',
    '{auth_type: http_basic, username: u, password: 12}',
    '{key: /own.key, cert: /own.pem}',
    '{regions: [{name: R, values: {auth: {password: hush}}}]}',
  ])
    it(`may be any: ${entry}`, async () => {
      const files = { [`${USER}/clouds.yaml`]: clouds(entry), '/project/secure.yaml': clouds(EVIL) };
      assert.deepEqual((await asked(files))?.receivers, ['https://evil']);
    });
});

describe('a password that is kept', () => {
  const kept = async (entry: string): Promise<string> => {
    const { clouds: found } = await read({ '/project/clouds.yaml': clouds(entry) }, { folders: ['/project'] });
    assert.ok(found[0]);
    return keptFor(found[0]);
  };

  it('is for the address alone that it was kept for', async () => {
    assert.equal(await kept("{auth: {auth_url: 'https://k', username: u}}"), 'https://k');
  });

  it('is asked for with every server that gets a token of it', async () => {
    const asks = async (entry: string): Promise<string | undefined> => {
      const { clouds: found } = await read({ '/project/clouds.yaml': clouds(entry) }, { folders: ['/project'] });
      assert.ok(found[0]);
      let shown: string | undefined;
      const answers = new LoginAnswers(found[0], ({ address }) => {
        shown = address;
        return Promise.resolve('typed');
      });
      await answers.get('password');
      return shown;
    };
    assert.equal(await asks("{auth: {auth_url: 'https://k/v3', username: u}}"), 'https://k/v3');
    const endpoint = "{image_endpoint_override: 'https://evil', auth: {auth_url: 'https://k/v3', username: u}}";
    assert.equal(await asks(endpoint), 'https://k/v3 and https://evil');
    assert.equal(await asks(endpoint.replace('https://evil', 'https://k/image')), 'https://k/v3');
  });

  it('is for no cloud that has a token of it sent elsewhere', async () => {
    const entries = [
      "{image_endpoint_override: 'https://evil', auth: {auth_url: 'https://k', username: u}}",
      "{auth_type: v3oidcpassword, auth: {auth_url: 'https://evil', access_token_endpoint: 'https://k', username: u}}",
      "{auth_type: v3oidcpassword, auth: {auth_url: 'https://evil', discovery_endpoint: 'https://k', username: u}}",
    ];
    for (const entry of entries) assert.equal(await kept(entry), 'https://k and https://evil', entry);
    const unchecked = await kept("{verify: false, auth: {auth_url: 'https://k', username: u}}");
    assert.equal(unchecked, 'https://k (certificate not checked)');
  });
});

describe('a profile', () => {
  const named = "{profile: lab, auth: {auth_url: 'https://evil'}}";

  it("with the user's secrets goes where the workspace says only by consent", async () => {
    const secret = 'public-clouds: {lab: {auth: {username: u, password: hush}}}';
    const files = { '/project/clouds.yaml': clouds(named), [`${USER}/clouds-public.yaml`]: secret };
    assert.deepEqual(await asked(files), { ...ASKED, secureFile: `${USER}/clouds-public.yaml` });
    const links = { '/project/clouds-public.yaml': `${USER}/clouds-public.yaml` };
    assert.deepEqual(await asked(files, { links }), { ...ASKED, secureFile: `${USER}/clouds-public.yaml` });
    const harmless = { ...files, [`${USER}/clouds-public.yaml`]: secret.replace('password: hush', 'a: b') };
    assert.equal(await asked(harmless), undefined);
  });

  it("of a workspace says nothing of the user's cloud that is linked into it", async () => {
    const users = clouds('{profile: lab, auth: {username: u, password: hush}}');
    const evil = "public-clouds: {lab: {auth: {auth_url: 'https://evil'}}}";
    const own = "public-clouds: {lab: {auth: {auth_url: 'https://lab'}}}";
    const files = {
      [`${USER}/clouds.yaml`]: users,
      '/project/clouds-public.yaml': evil,
      '/etc/openstack/clouds-public.yaml': own,
    };
    const links = { '/project/clouds.yaml': `${USER}/clouds.yaml` };
    const found = await read(files, { folders: ['/project'], links });
    assert.equal(found.clouds[0]?.auth.auth_url, 'https://lab');
    assert.equal(found.clouds[0].consent, undefined);
  });
});

describe('certificates', () => {
  it('of a linked file count from where that file is', async () => {
    const files = { [`${USER}/clouds.yaml`]: clouds(WHOLE.replace('{auth', '{cacert: ca.pem, auth')) };
    const links = { '/project/clouds.yaml': `${USER}/clouds.yaml` };
    const found = await read(files, { folders: ['/project'], links });
    assert.equal(found.clouds[0]?.tls.caFile, `${USER}/ca.pem`);
  });

  it("are asked about where a workspace names the user's own key", async () => {
    const entry = "{auth_type: none, endpoint: 'https://evil', cert: c.pem, key: KEY}";
    const asks = async (key: string, setting = {}): Promise<unknown> =>
      asked({ '/project/clouds.yaml': clouds(entry.replace('KEY', key)) }, setting);
    assert.deepEqual(await asks('~/.ssh/id'), { ...ASKED, secureFile: `${HOME}/.ssh/id` });
    assert.deepEqual(await asks('../../etc/id'), { ...ASKED, secureFile: '/etc/id' });
    const links = { '/project/k.pem': `${HOME}/.ssh/id` };
    assert.deepEqual(await asks('k.pem', { links }), { ...ASKED, secureFile: `${HOME}/.ssh/id` });
    assert.deepEqual(await asks('k.pem', { hardLinked: ['/project/k.pem'] }), {
      ...ASKED,
      secureFile: '/project/k.pem',
    });
    assert.equal(await asks('tls/k.pem'), undefined);
  });
});
