import assert from 'node:assert/strict';
import { gatherCloudFacts } from '../../../src/core/cloud-facts.ts';
import { silentLog } from '../silent-log.ts';
import { glance } from './glance/glance-server.ts';
import { closeAll } from './http/surroundings.ts';
import { json } from './http/test-server.ts';

const SCHEMA = { properties: { disk_format: { enum: ['raw'] }, container_format: { enum: ['bare'] } } };

afterEach(closeAll);

describe('what a region says of itself', () => {
  /** With one part answered so, and all others as they should be. */
  async function gathered(broken: RegExp, status: number, body: string) {
    const { client: images } = await glance(({ path }, response) => {
      if (broken.test(path)) response.writeHead(status).end(body);
      else if (path.includes('/namespaces?')) json(response, 200, { namespaces: [{ namespace: 'N' }] });
      else if (path.includes('/namespaces/')) json(response, 200, { namespace: 'N', properties: { os: {} } });
      else json(response, 200, path.includes('/stores') ? { stores: [] } : SCHEMA);
    });
    const warned: string[] = [];
    const facts = await gatherCloudFacts(
      {
        place: { cloud: 'demo', region: 'RegionOne', origin: '/clouds.yaml' },
        images,
        regions: () => Promise.resolve(['RegionOne']),
        projects: () => Promise.resolve([]),
      },
      { ...silentLog, warn: (line) => void warned.push(line) },
      undefined,
    );
    return { disk: facts.formats?.disk, properties: facts.properties.map(({ name }) => name), warned: warned.length };
  }

  const faults: readonly (readonly [status: number, body: string])[] = [
    [500, 'broken'],
    [404, '<html>not found</html>'],
    [200, '<script>alert(1)</script>'],
    [200, ' '.repeat(33 * 1024 * 1024)],
  ];
  for (const [status, body] of faults) {
    const what = `${status} and ${body.length} characters`;

    it(`lacks the formats alone where the schema is ${what}`, async () => {
      const { disk, properties } = await gathered(/schemas/, status, body);
      assert.deepEqual([disk ?? [], properties], [[], ['os']]);
    });

    it(`lacks the properties alone where the metadata definitions are ${what}`, async () => {
      const { disk, properties } = await gathered(/metadefs/, status, body);
      assert.deepEqual([disk, properties], [['raw'], []]);
    });
  }

  it('is in the log where a part of it fails', async () => {
    assert.equal((await gathered(/schemas/, 500, 'broken')).warned, 1);
    assert.equal((await gathered(/metadefs/, 500, 'broken')).warned, 1);
  });
});
