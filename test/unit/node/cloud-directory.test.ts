import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/core/log.ts';
import { CloudDirectory } from '../../../src/node/cloud-directory.ts';
import { serveKeystone, type KeystoneServer } from '../core/keystone/keystone-server.ts';
import { afterTest, closeAll } from '../core/http/surroundings.ts';

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
async function directory(clouds: object): Promise<CloudDirectory> {
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
});
