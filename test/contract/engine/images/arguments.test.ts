import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { closeAll } from '../../../unit/core/http/surroundings.ts';
import { Origin } from '../../../unit/core/source/url/origin.ts';
import { logIn } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { isLook, WebSource } from '../../web-source.ts';
import { Workplace } from '../workplace.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const PASSWORD = 'GLANCE_IMAGES_MIRROR_PASSWORD';
const bytes = randomBytes(90_000);

/** Arguments that an image can have changed in place: what it has without them, another value, and where Glance keeps them. */
const IN_PLACE: readonly (readonly [
  title: string,
  argument: string,
  attribute: keyof LiveImage,
  first: unknown,
  second: unknown,
])[] = [
  ['min_disk_gb is 0, is updated in place, and goes back when its line goes', 'min_disk_gb', 'min_disk', 0, 3],
  ['min_ram_mb is 0, is updated in place, and goes back when its line goes', 'min_ram_mb', 'min_ram', 0, 256],
  [
    'visibility is private, is updated in place, and goes back when its line goes',
    'visibility',
    'visibility',
    'private',
    'community',
  ],
  ['protected is false, is updated in place, and goes back when its line goes', 'protected', 'protected', false, true],
  ['hidden is false, is updated in place, and goes back when its line goes', 'hidden', 'os_hidden', false, true],
  ['tags are none, are updated in place, and go back when their line goes', 'tags', 'tags', [], ['ci', 'lts']],
];

describe('the arguments of a definition, on a cloud', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  let environment: Record<string, string> = {};

  beforeEach(async () => {
    environment = { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile, [PASSWORD]: 'hunter2' };
    workplace = await Workplace.open(cloud, { environment });
    name = workplace.uniqueName('argument');
    await workplace.file('image.raw', bytes);
  });

  afterEach(async () => {
    await workplace.close([name, `${name} renamed`]);
    await closeAll();
  });

  /** An argument that is `undefined` is not written. */
  function wanted(extra: object = {}): object {
    const formats = { container_format: 'bare', disk_format: 'raw' };
    return { name, ...formats, local_file_path: 'image.raw', region: cloud.regions[0], ...extra };
  }

  async function planned(extra: object = {}): Promise<Plan> {
    const [plan] = await workplace.engine.plan(await workplace.define(wanted(extra)));
    assert.ok(plan);
    return plan;
  }

  async function applied(extra: object = {}): Promise<ApplyResult> {
    const [result] = await workplace.apply(await workplace.define(wanted(extra)));
    assert.ok(result);
    assert.ok(result.status === 'done' || result.status === 'unchanged', JSON.stringify(result.error));
    return result;
  }

  /** The image of the definition, in sight or not. */
  async function live(of: string = name, region: string = cloud.regions[0]): Promise<LiveImage> {
    const [only, ...others] = await workplace.named(of, region);
    assert.ok(only);
    assert.deepEqual(others, []);
    return only;
  }

  for (const [title, argument, attribute, first, second] of IN_PLACE) {
    it(title, async () => {
      const { imageId } = await applied();
      assert.deepEqual((await live())[attribute], first);
      const plan = await planned({ [argument]: second });
      assert.deepEqual([plan.action, plan.changes.map(({ path }) => path)], ['update', [argument]]);
      await applied({ [argument]: second });
      const changed = await live();
      assert.equal(changed.id, imageId);
      assert.deepEqual(sorted(changed[attribute]), second);
      assert.equal((await planned({ [argument]: second })).action, 'none');
      await applied();
      assert.deepEqual((await live())[attribute], first);
    });
  }

  it('name is updated in place where a key stays, and is another image where it is the identity', async () => {
    const { imageId } = await applied({ key: `${name} key` });
    assert.equal((await applied({ key: `${name} key`, name: `${name} renamed` })).imageId, imageId);
    assert.equal((await live(`${name} renamed`)).id, imageId);
    assert.equal((await planned()).action, 'create', 'the name is the identity where there is no key');
  });

  for (const [title, format, other] of [
    ['container_format replaces an image that has data, and is updated while it is queued', 'container_format', 'ovf'],
    ['disk_format replaces an image that has data, and is updated while it is queued', 'disk_format', 'ploop'],
  ] as const) {
    it(title, async () => {
      const first = await applied();
      const plan = await planned({ [format]: other });
      assert.equal(plan.action, 'replace');
      assert.ok(plan.changes.some(({ path, forcesReplacement }) => path === format && forcesReplacement));
      const second = await applied({ [format]: other, on_replace: 'delete' });
      assert.equal(second.replacedImageId, first.imageId);
      assert.equal((await live())[format], other);
      const queued = `${name} renamed`;
      const id = await (await logIn('cloud')).create({ name: queued });
      const filled = await applied({ name: queued, image_id: id, [format]: other });
      assert.deepEqual([filled.imageId, (await live(queued))[format]], [id, other]);
    });
  }

  it('local_file_path is relative to the definition; another path of the same bytes changes nothing, other bytes replace', async () => {
    const first = await applied();
    await workplace.file('same.raw', bytes);
    await workplace.file('other.raw', randomBytes(80_000));
    assert.equal((await planned({ local_file_path: './same.raw' })).action, 'none');
    assert.equal((await applied({ local_file_path: 'other.raw' })).replacedImageId, first.imageId);
  });

  it('image_source_username and image_source_password go to the origin, and change nothing by themselves', async () => {
    const origin = await Origin.start(bytes);
    let right = `Basic ${Buffer.from('reader:hunter2').toString('base64')}`;
    origin.intercept = (seen, response) => {
      if (seen.headers.authorization === right) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      return true;
    };
    const source = { local_file_path: undefined, image_source_url: origin.url, image_source_username: 'reader' };
    const refused = await planned(source);
    assert.deepEqual([refused.action, refused.problems[0]?.code], ['blocked', 'source-denied']);
    const secret = { ...source, image_source_password: `\${env:${PASSWORD}}` };
    const unbound = await planned(secret);
    assert.deepEqual([unbound.action, unbound.problems[0]?.code], ['blocked', 'secret-not-bound']);
    environment[`${PASSWORD}_ORIGIN`] = new URL(origin.url).origin;
    const { imageId } = await applied(secret);
    const { properties } = await live();
    assert.ok(!JSON.stringify(properties).includes('hunter2'));
    right = `Basic ${Buffer.from('writer:hunter2').toString('base64')}`;
    const plan = await planned({ ...secret, image_source_username: 'writer' });
    assert.deepEqual([plan.action, plan.imageId], ['none', imageId]);
  });

  it('image_cache_path is where downloads are kept, and changes nothing by itself', async () => {
    const origin = await Origin.start(bytes);
    const source = { local_file_path: undefined, image_source_url: origin.url };
    await applied({ ...source, image_cache_path: 'one' });
    const { sources } = await workplace.engine.cache(join(workplace.folder, 'one'));
    assert.deepEqual(
      sources.map(({ size }) => size),
      [bytes.length],
    );
    assert.equal((await planned({ ...source, image_cache_path: 'two' })).action, 'none');
  });

  it('inspect keeps what is no disk from being sent, and lets it be sent where it is false', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:2d6c\nsize 2361393152\n';
    await workplace.file('image.raw', Buffer.from(pointer));
    const refused = await planned();
    assert.deepEqual([refused.action, refused.problems[0]?.code], ['blocked', 'source-not-a-disk']);
    const plan = await planned({ inspect: false });
    assert.deepEqual(
      plan.problems.map(({ severity, code }) => [severity, code]),
      [['warning', 'source-not-a-disk']],
    );
    assert.equal((await applied({ inspect: false })).status, 'done');
    assert.equal((await planned({ inspect: true })).action, 'none');
  });

  it('verify_checksum false compares no bytes, neither in a plan nor after the upload', async () => {
    await applied();
    await workplace.file('image.raw', randomBytes(80_000));
    assert.equal((await planned({ verify_checksum: false })).action, 'none');
    assert.equal((await planned({ verify_checksum: true })).action, 'replace');
    assert.equal((await planned()).action, 'replace', 'true is the default');
  });

  it('properties are updated in place, removed by null and with their line; others’ stay', async () => {
    const { imageId } = await applied({ properties: { os_distro: 'ubuntu', hw_vif_multiqueue_enabled: true, one: 1 } });
    assert.deepEqual(own(await live()), { os_distro: 'ubuntu', hw_vif_multiqueue_enabled: 'true', one: '1' });
    const demo = await logIn('cloud');
    await demo.patch(imageId ?? '', [
      { op: 'add', path: '/theirs', value: 'x' },
      { op: 'add', path: '/unwanted', value: 'x' },
    ]);
    await applied({ properties: { os_distro: 'debian', unwanted: null } });
    assert.deepEqual(own(await live()), { os_distro: 'debian', theirs: 'x' });
  });

  it('region and regions are places, each with an image of its own', async () => {
    const [one, two] = cloud.regions;
    const first = await applied();
    assert.equal((await planned({ region: two })).action, 'create');
    const both = await workplace.define(wanted({ region: undefined, regions: [one, two] }));
    const plans = await workplace.engine.plan(both);
    assert.deepEqual(
      plans.map(({ place, action }) => [place.region, action]),
      [
        [one, 'none'],
        [two, 'create'],
      ],
    );
    await workplace.engine.apply(plans);
    assert.notEqual((await live(name, two)).id, first.imageId);
    assert.equal((await planned({ region: undefined })).place.region, one, 'the first of the cloud');
  });

  it('cloud is another place, an entry of clouds.yaml', async () => {
    await applied();
    const plan = await planned({ cloud: cloud.otherCloud });
    assert.deepEqual(
      [plan.action, plan.place.cloud, plan.cloudChosenBy],
      ['create', cloud.otherCloud, '"cloud" in the definition'],
    );
    const [made] = await workplace.engine.apply([plan]);
    assert.equal(made?.status, 'done', JSON.stringify(made?.error));
    await workplace.engine.deleteImage(plan.place, made.imageId ?? '');
    assert.equal((await planned({ cloud: cloud.cloud })).action, 'none');
  });

  it('key is the identity, whatever the name: another key is another image', async () => {
    await applied({ key: `${name} one` });
    assert.equal((await planned({ key: `${name} one`, name: `${name} renamed` })).action, 'update');
    assert.equal((await planned({ key: `${name} two` })).action, 'create');
  });

  it('image_id is the id of a new image, and means that very image', async () => {
    const id = randomUUID();
    assert.equal((await applied({ image_id: id })).imageId, id);
    assert.equal((await planned({ image_id: id.toUpperCase() })).action, 'none');
    assert.equal((await planned({ image_id: randomUUID() })).action, 'create');
  });

  it('ignore keeps properties from being compared and written', async () => {
    const { imageId } = await applied({ properties: { os_distro: 'ubuntu', hw_disk_bus: 'virtio' } });
    const ignoring = { properties: { os_distro: 'ubuntu' }, ignore: ['hw_*'] };
    await applied(ignoring);
    assert.equal((await live()).properties.hw_disk_bus, 'virtio', 'what left the definition is ignored, too');
    await (await logIn('cloud')).patch(imageId ?? '', [{ op: 'add', path: '/hw_disk_bus', value: 'scsi' }]);
    assert.equal((await planned(ignoring)).action, 'none');
  });

  it('timeouts end an apply that takes too long, and change nothing by themselves', async () => {
    await applied();
    assert.equal((await planned({ timeouts: { create: '1h', stall: '1m' } })).action, 'none');
    const source = await WebSource.start(cloud, bytes);
    try {
      // Whoever fetches waits for ever.
      source.intercept = (request) => !isLook(request);
      const slow = { local_file_path: undefined, image_source_url: source.url, web_download: true };
      const other = { ...slow, name: `${name} renamed`, timeouts: { create: '1s' } };
      const [result] = await workplace.apply(await workplace.define(wanted(other)));
      assert.deepEqual([result?.status, result?.error?.code], ['failed', 'create-timeout']);
      assert.match(result?.error?.message ?? '', /took longer than 1s/);
    } finally {
      await source.stop();
    }
  });
});

/** Glance keeps tags in no order. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as string[])].sort() : value;
}

/** Without this tool's marks. */
function own({ properties }: LiveImage): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).filter(([each]) => !each.startsWith('glance_images.')));
}
