import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';

const bytes = randomBytes(5 * 1024 * 1024 + 123);
const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');

describe('engine on a cloud', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('engine');
    await workplace.file('image.raw', bytes);
  });

  afterEach(async () => workplace.close([name, `${name} renamed`]));

  function wanted(extra: object = {}): object {
    return { name, container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw', ...extra };
  }

  it('creates in both regions from one file, verified, and then finds nothing to do', async () => {
    const definitions = await workplace.define(
      wanted({
        regions: cloud.regions,
        min_disk_gb: 1,
        min_ram_mb: 64,
        tags: ['a', 'b'],
        properties: { os_distro: 'ubuntu', count: 3 },
      }),
    );
    const results = await workplace.apply(definitions);
    assert.equal(results.length, 2);
    for (const result of results) {
      assert.equal(result.status, 'done', JSON.stringify(result.error));
      assert.deepEqual(result.verified, { size: true, md5: true, multihash: true });
      assert.equal(result.bytesSent, bytes.length);
      assert.match(result.requestId ?? '', /^req-/);
      const [live] = await workplace.named(name, result.plan.place.region);
      assert.equal(live?.status, 'active');
      assert.equal(live.checksum, digest('md5'));
      assert.equal(live.os_hash_value, digest('sha512'));
      assert.equal(live.visibility, 'private');
      assert.deepEqual([...live.tags].sort(), ['a', 'b']);
      assert.equal(live.properties.os_distro, 'ubuntu');
      assert.equal(live.properties.count, '3');
    }
    const again = await workplace.engine.plan(definitions);
    assert.deepEqual(
      again.map(({ action }) => action),
      ['none', 'none'],
    );
    const repeated = await workplace.engine.apply(again);
    assert.deepEqual(
      repeated.map(({ status }) => status),
      ['unchanged', 'unchanged'],
    );
    assert.deepEqual(repeated[0]?.verified, { size: true, md5: true, multihash: true });
  });

  it('updates in place what changed, takes back what was removed, and keeps the id', async () => {
    const [created] = await workplace.apply(
      await workplace.define(
        wanted({ key: name, min_disk_gb: 2, tags: ['x'], properties: { one: '1', 'a/b~c': 'odd', two: '2' } }),
      ),
    );
    assert.equal(created?.status, 'done', JSON.stringify(created?.error));
    const changed = await workplace.define(
      wanted({
        key: name,
        name: `${name} renamed`,
        protected: false,
        hidden: true,
        properties: { one: 'uno', 'a/b~c': 'odder' },
      }),
    );
    const [plan] = await workplace.engine.plan(changed);
    assert.equal(plan?.action, 'update');
    assert.deepEqual(plan.changes.map(({ path }) => path).sort(), [
      'hidden',
      'min_disk_gb',
      'name',
      'properties/a/b~c',
      'properties/one',
      'properties/two',
      'tags',
    ]);
    const [updated] = await workplace.apply(changed);
    assert.equal(updated?.status, 'done', JSON.stringify(updated?.error));
    assert.equal(updated.imageId, created.imageId);
    const [live] = await workplace.named(`${name} renamed`, plan.place.region);
    assert.equal(live?.os_hidden, true);
    assert.equal(live.min_disk, 0);
    assert.deepEqual(live.tags, []);
    assert.equal(live.properties['a/b~c'], 'odder');
    assert.equal(live.properties.two, undefined);
    assert.equal((await workplace.engine.plan(changed))[0]?.action, 'none');
  });

  it('replaces an image whose bytes changed and hides the old one', async () => {
    const definitions = await workplace.define(wanted());
    const [first] = await workplace.apply(definitions);
    await workplace.file('image.raw', randomBytes(70_000));
    const [plan] = await workplace.engine.plan(definitions);
    assert.equal(plan?.action, 'replace');
    const [second] = await workplace.apply(definitions);
    assert.equal(second?.status, 'done', JSON.stringify(second?.error));
    assert.equal(second.replacedImageId, first?.imageId);
    assert.notEqual(second.imageId, first?.imageId);
    const all = await workplace.named(name, plan.place.region);
    assert.deepEqual(
      all.map(({ id, os_hidden: hidden }) => [id, hidden]).sort(),
      [
        [first?.imageId, true],
        [second.imageId, false],
      ].sort(),
    );
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
  });

  for (const [how, left] of [
    ['hide', [true, 'active']],
    ['deactivate', [true, 'deactivated']],
    ['keep', [false, 'active']],
    ['delete', undefined],
  ] as const) {
    it(`leaves of a replaced image what "on_replace": "${how}" says`, async () => {
      const definitions = await workplace.define(wanted({ on_replace: how }));
      const [first] = await workplace.apply(definitions);
      await workplace.file('image.raw', randomBytes(70_000));
      const [second] = await workplace.apply(definitions);
      assert.equal(second?.status, 'done', JSON.stringify(second?.error));
      assert.deepEqual(second.warnings, []);
      const all = await workplace.named(name, second.plan.place.region);
      const old = all.find(({ id }) => id === first?.imageId);
      assert.deepEqual(old === undefined ? undefined : [old.os_hidden, old.status], left);
      assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
    });
  }

  it('rolls a replacement back, and then forward again', async () => {
    const definitions = await workplace.define(wanted({ on_replace: 'deactivate', regions: cloud.regions }));
    const firsts = await workplace.apply(definitions);
    await workplace.file('image.raw', randomBytes(70_000));
    const seconds = await workplace.apply(definitions);
    const results = await workplace.engine.applyRollbacks(await workplace.engine.planRollbacks(definitions));
    for (const [index, result] of results.entries()) {
      assert.equal(result.status, 'done', JSON.stringify(result.error));
      assert.equal(result.live?.id, firsts[index]?.imageId);
      const all = await workplace.named(name, result.rollback.place.region);
      const states = all.map((image) => [image.id, image.os_hidden, image.status]).sort();
      const expected = [
        [firsts[index]?.imageId, false, 'active'],
        [seconds[index]?.imageId, true, 'active'],
      ];
      assert.deepEqual(states, expected.sort());
    }
    const forward = await workplace.engine.plan(definitions);
    assert.deepEqual(
      forward.map(({ action }) => action),
      ['replace', 'replace'],
    );
  });

  it('imports an image as a definition that plans to none', async () => {
    const definitions = await workplace.define(
      wanted({ min_disk_gb: 1, tags: ['t'], properties: { os_distro: 'debian', 'hw/odd': 'x' } }),
    );
    const [created] = await workplace.apply(definitions);
    const place = created?.plan.place;
    assert.ok(place && created.imageId);
    const text = await workplace.engine.importImage(place, created.imageId);
    const parsed = parseDefinitions(text, `${workplace.folder}/imported.image.jsonc`);
    assert.deepEqual(parsed.problems, []);
    const [plan] = await workplace.engine.plan(parsed.definitions);
    assert.ok(plan);
    assert.equal(plan.action, 'none', text);
  });

  it('imports an image that it did not make as a definition that adopts it, and then finds nothing to do', async () => {
    const definitions = await workplace.define(wanted());
    const [created] = await workplace.apply(definitions);
    const place = created?.plan.place;
    assert.ok(place && created.imageId);
    const text = (await workplace.engine.importImage(place, created.imageId)).replace(/\n *"key":.*\n/, '\n');
    const imported = parseDefinitions(text, `${workplace.folder}/imported.image.jsonc`).definitions;
    const plans = await workplace.engine.plan(imported);
    assert.deepEqual(
      plans.map(({ action, changes }) => [action, changes]),
      [['adopt', []]],
    );
    assert.equal((await workplace.engine.apply(plans))[0]?.status, 'done');
    assert.equal((await workplace.engine.plan(imported))[0]?.action, 'none');
  });

  it('cancels an upload within the region, and leaves nothing', async () => {
    await workplace.file('image.raw', Buffer.alloc(200 * 1024 * 1024, 1));
    const abort = new AbortController();
    const definitions = await workplace.define(wanted());
    const plans = await workplace.engine.plan(definitions);
    const [result] = await workplace.engine.apply(plans, {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'progress') abort.abort();
      },
    });
    assert.equal(result?.status, 'cancelled');
    assert.match(result.error?.message ?? '', /deleted/);
    assert.deepEqual(await workplace.named(name, result.plan.place.region), []);
  });

  it('cancels the upload to one region alone; the other one gets its image', async () => {
    await workplace.file('image.raw', Buffer.alloc(100 * 1024 * 1024, 1));
    const plans = await workplace.engine.plan(await workplace.define(wanted({ regions: cloud.regions })));
    const [first, second] = plans;
    assert.ok(first && second);
    const abort = new AbortController();
    const [cancelled, done] = await workplace.engine.apply(plans, {
      signalOf: ({ id }) => (id === first.id ? abort.signal : undefined),
      onEvent: (event) => {
        if (event.type === 'progress' && event.plan === first.id) abort.abort();
      },
    });
    assert.equal(cancelled?.status, 'cancelled');
    assert.match(cancelled.error?.message ?? '', /deleted/);
    assert.equal(done?.status, 'done', JSON.stringify(done?.error));
    assert.equal(done.verified.multihash, true);
    assert.deepEqual(await workplace.named(name, first.place.region), []);
    assert.equal((await workplace.named(name, second.place.region)).length, 1);
    const again = await workplace.engine.plan(await workplace.define(wanted({ regions: cloud.regions })));
    assert.deepEqual(
      again.map(({ action }) => action),
      ['create', 'none'],
    );
  });

  it('is blocked, by id, by an image of its name that it did not make', async () => {
    const definitions = await workplace.define(wanted());
    const [created] = await workplace.apply(definitions);
    assert.ok(created?.imageId);
    const other = await workplace.define(wanted({ key: `${name} other` }));
    const [plan] = await workplace.engine.plan(other);
    assert.equal(plan?.action, 'create', 'an image with another key is no obstacle');
  });

  it('says what a region answers to a visibility that it refuses, before any byte is sent', async () => {
    const [result] = await workplace.apply(await workplace.define(wanted({ visibility: 'public' })));
    assert.equal(result?.status, 'failed');
    assert.equal(result.error?.status, 403);
    assert.equal(result.bytesSent, 0);
    assert.match(result.error.requestId ?? '', /^req-/);
    assert.deepEqual(await workplace.named(name, result.plan.place.region), []);
  });

  it('sends nothing of a source that is not what the definition says, and says why', async () => {
    const overlay = Buffer.alloc(1024);
    overlay.write('QFI\xfb\0\0\0\x03', 'latin1');
    overlay.writeBigUInt64BE(512n, 8);
    overlay.writeUInt32BE(11, 16);
    overlay.writeUInt32BE(16, 20);
    overlay.write('/etc/shadow', 512);
    await workplace.file('image.raw', overlay);
    const [result] = await workplace.apply(await workplace.define(wanted()));
    assert.equal(result?.status, 'blocked');
    const problem = result.plan.problems.find(({ code }) => code === 'source-backing-file');
    assert.match(problem?.message ?? '', /contains only the differences from another file: "\/etc\/shadow".*415/);
    assert.deepEqual(await workplace.named(name, result.plan.place.region), []);
  });
});
