import assert from 'node:assert/strict';
import { Failure } from '../../../../src/core/failure.ts';
import { silentLog } from '../../../unit/silent-log.ts';
import type { Engine } from '../../../../src/core/engine.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { createEngine } from '../../product.ts';

describe('what a cloud says of itself', () => {
  let cloud: CloudUnderTest;
  let engine: Engine;

  before(async () => {
    cloud = await cloudUnderTest();
    engine = createEngine({
      environment: { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile },
      workspaceFolders: [],
      extraCloudsFiles: [],
      allowedEnvironment: [],
      userAgent: 'contract',
      log: silentLog,
    });
  });

  after(() => engine.dispose());

  it('is its formats, stores and regions, for the region that a definition names', async () => {
    const [, second] = cloud.regions;
    const facts = await engine.cloudFacts(cloud.cloud, second, '/none/a.image.jsonc');
    assert.equal(facts.place.region, second);
    assert.deepEqual(facts.regions, cloud.regions);
    assert.ok(facts.formats?.disk.includes('qcow2') && facts.formats.container.includes('bare'));
    assert.deepEqual(
      facts.stores?.map(({ id, isDefault }) => [id, isDefault]),
      [
        ['fast', true],
        ['slow', false],
      ],
    );
  });

  it('is what its operator says of the properties of images, as they stand on them', async () => {
    const { properties } = await engine.cloudFacts(cloud.cloud, undefined, '/none/a.image.jsonc');
    const policy = properties.find(({ name }) => name === 'hw_cpu_policy');
    assert.deepEqual(
      [policy?.namespace, policy?.title, policy?.type, policy?.values],
      ['CPU Pinning', 'CPU Pinning policy', 'string', ['shared', 'dedicated']],
    );
    const free = properties.find(({ name }) => name === 'cinder_img_volume_type');
    assert.deepEqual([free?.namespace, free?.values], ['Cinder Volume Type', []]);
  });

  it('is the projects that a login may list: its own, or all for an administrator', async () => {
    const own = await engine.cloudFacts(cloud.cloud, undefined, '/none/a.image.jsonc');
    const all = await engine.cloudFacts(cloud.adminCloud, undefined, '/none/a.image.jsonc');
    assert.equal(own.projects.length, 1);
    const [project] = own.projects;
    assert.ok(project !== undefined && all.projects.some(({ id }) => id === project.id));
    assert.ok(all.projects.length > 1);
  });

  it('is not asked of a cloud that is not there', async () => {
    await assert.rejects(engine.cloudFacts('nowhere', undefined, '/none/a.image.jsonc'), (error) =>
      Failure.is(error, 'cloud-not-found'),
    );
  });
});
