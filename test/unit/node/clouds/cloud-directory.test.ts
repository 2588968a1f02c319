import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import type { EngineOptions } from '../../../../src/core/engine.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { silentLog } from '../../silent-log.ts';
import type { Place } from '../../../../src/core/place.ts';
import { CloudDirectory } from '../../../../src/node/clouds/cloud-directory.ts';
import { serveKeystone, type KeystoneServer } from '../../core/keystone/keystone-server.ts';
import { afterTest, closeAll } from '../../core/http/surroundings.ts';

/** A Keystone whose regions One and Two have images at one address, and Three at another. */
async function keystone(): Promise<KeystoneServer> {
  const at = (region: string, url: string): object => ({ interface: 'public', region, url });
  const server = await serveKeystone({
    catalog: (url) => [
      { type: 'image', endpoints: [at('One', `${url}/a`), at('Two', `${url}/a/v2`), at('Three', `${url}/b`)] },
    ],
  });
  afterTest(() => server.close());
  return server;
}

/** A workspace with this `clouds.yaml`. */
async function directory(clouds: object, options: Partial<EngineOptions> = {}): Promise<CloudDirectory> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-clouds-'));
  afterTest(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'clouds.yaml'), JSON.stringify({ clouds }));
  const made = new CloudDirectory(
    {
      environment: {},
      workspaceFolders: [folder],
      extraCloudsFiles: [],
      allowedEnvironment: [],
      userAgent: 'test',
      log: silentLog,
      ...options,
    },
    { userAgent: 'test', log: silentLog, askLogin: undefined, signedOut: undefined, proxyEnvironment: undefined },
  );
  afterTest(() => made.dispose());
  return made;
}

async function regionsOf(made: CloudDirectory, name: string): Promise<readonly string[]> {
  const { cloud } = await made.choose({ name, chosenBy: 'the test' });
  return (await made.places(cloud, undefined)).map(({ region }) => region);
}

afterEach(closeAll);

describe('the places of a cloud', () => {
  const auth = { username: 'ann', password: 'hush', project_name: 'demo' };

  it('are the regions of the catalog, or those that the configuration lists; one for each endpoint', async () => {
    const { url } = await keystone();
    const made = await directory({
      all: { auth: { ...auth, auth_url: url } },
      some: { auth: { ...auth, auth_url: url }, regions: ['Two', 'One', 'Three'] },
      one: { auth: { ...auth, auth_url: url }, regions: ['Two'] },
    });
    assert.deepEqual(await regionsOf(made, 'all'), ['One', 'Three']);
    assert.deepEqual(await regionsOf(made, 'some'), ['Two', 'Three']);
    assert.deepEqual(await regionsOf(made, 'one'), ['Two']);
  });

  it('have those, too, whose endpoint can not be found out', async () => {
    const { url } = await keystone();
    const made = await directory({
      c: { auth: { ...auth, auth_url: url }, regions: ['One', 'Nowhere', 'Two', 'Elsewhere'] },
    });
    assert.deepEqual(await regionsOf(made, 'c'), ['One', 'Nowhere', 'Elsewhere']);
  });

  it('each have the login that the region has', async () => {
    const [here, there] = [await keystone(), await keystone()];
    const made = await directory({
      c: {
        auth: { ...auth, auth_url: here.url },
        regions: ['One', { name: 'Three', values: { auth: { auth_url: there.url, username: 'bob' } } }],
      },
    });
    assert.deepEqual(await regionsOf(made, 'c'), ['One', 'Three']);
    assert.match(JSON.stringify(here.logins), /"ann"/);
    assert.match(JSON.stringify(there.logins), /"bob"/);
    assert.deepEqual([here.logins.length, there.logins.length], [1, 1]);
  });

  it('are one where the endpoint and the login are, the first that is named', async () => {
    const { url } = await keystone();
    const made = await directory({
      c: {
        auth: { ...auth, auth_url: url },
        regions: ['One', 'Two', { name: 'Alone', values: { image_region_name: 'Two', auth: { username: 'bob' } } }],
      },
    });
    const { cloud } = await made.choose(undefined);
    const at = (region: string): Place => ({ cloud: 'c', region, origin: cloud.origin });
    const one = await made.onePlaceOf(['Two', 'One', 'Three', 'Alone', 'Nowhere'].map(at), undefined);
    assert.deepEqual(one(at('Two')), at('Two'));
    assert.deepEqual(one(at('One')), at('Two'));
    assert.deepEqual(one(at('Three')), at('Three'));
    assert.deepEqual(one(at('Alone')), at('Alone'));
    const failure = one(at('Nowhere'));
    assert.ok(failure instanceof Failure);
    assert.equal(failure.code, 'no-image-service');
  });

  it('ask nobody where a cloud has one', async () => {
    const { url, logins } = await keystone();
    const made = await directory({ c: { auth: { ...auth, auth_url: url } } });
    const { cloud } = await made.choose(undefined);
    const place = { cloud: 'c', region: 'One', origin: cloud.origin };
    assert.deepEqual((await made.onePlaceOf([place, place], undefined))(place), place);
    assert.deepEqual(logins, []);
  });
});

describe('the cloud that a setting chooses', () => {
  const text = JSON.stringify({ name: 'a', container_format: 'bare', disk_format: 'raw', region: 'One' });
  const clouds = { here: { auth: {} }, there: { auth: {} } };

  async function problemsOf(definition: string, OS_CLOUD: string | undefined, isSetting: boolean): Promise<string[]> {
    const preferredCloud = { name: 'here', chosenBy: 'the setting', isSetting };
    const made = await directory(clouds, { environment: { OS_CLOUD }, preferredCloud });
    const [parsed] = parseDefinitions(definition, '/nowhere/a.image.jsonc').definitions;
    assert.ok(parsed);
    const places = await made.placesOf(parsed, undefined);
    return places.flatMap((place) => place.problems.map(({ code, line }) => `${code} in line ${line}`));
  }

  it('is warned of where OS_CLOUD is another one, and nothing else chooses', async () => {
    assert.deepEqual(await problemsOf(text, 'there', true), ['cloud-not-as-environment in line 1']);
    assert.deepEqual(await problemsOf(text, 'here', true), []);
    assert.deepEqual(await problemsOf(text, undefined, true), []);
    assert.deepEqual(await problemsOf(text, 'there', false), []);
    assert.deepEqual(await problemsOf(text.replace('{', '{"cloud":"here",'), 'there', true), []);
  });
});

describe('the user’s secure.yaml in a workspace', () => {
  const auth = { username: 'ann', project_name: 'demo' };

  async function started(confirmSecure?: EngineOptions['confirmSecure']): Promise<{
    readonly made: CloudDirectory;
    readonly logins: readonly unknown[];
  }> {
    const { url, logins } = await keystone();
    const home = await mkdtemp(join(tmpdir(), 'glance-clouds-'));
    afterTest(() => rm(home, { recursive: true }));
    const secure = join(home, 'secure.yaml');
    await writeFile(secure, JSON.stringify({ clouds: { c: { auth: { password: 'hush' } } } }));
    const regions = ['One', { name: 'Three', values: { verify: false } }];
    const made = await directory(
      { c: { auth: { ...auth, auth_url: url }, regions } },
      { environment: { OS_CLIENT_SECURE_FILE: secure }, ...(confirmSecure === undefined ? {} : { confirmSecure }) },
    );
    return { made, logins };
  }

  it('is not sent where nobody agrees', async () => {
    for (const confirm of [undefined, () => Promise.resolve(false)]) {
      const { made, logins } = await started(confirm);
      const { cloud } = await made.choose({ name: 'c', chosenBy: 'the test' });
      assert.equal(made.needsNoConsent(cloud), false);
      await assert.rejects(made.accessTo(cloud), { code: 'secure-not-confirmed' });
      assert.equal(logins.length, 0);
    }
  });

  it('is asked about once for each address, and again where that was declined', async () => {
    const asked: unknown[] = [];
    let answer = false;
    const { made, logins } = await started((name, consent) => {
      asked.push([name, consent.ownCertificates]);
      return Promise.resolve(answer);
    });
    const { cloud } = await made.choose({ name: 'c', chosenBy: 'the test' });
    const both = await Promise.allSettled([made.accessTo(cloud), made.accessTo(cloud)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(asked, [['c', false]]);
    answer = true;
    assert.deepEqual(await regionsOf(made, 'c'), ['One', 'Three']);
    assert.deepEqual(asked, [
      ['c', false],
      ['c', false],
      ['c', true],
    ]);
    await made.accessTo(cloud);
    assert.equal(asked.length, 3);
    assert.ok(logins.length > 0);
  });
});
