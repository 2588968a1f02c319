import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { MARK_PREFIX, readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { logIn, type Session } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';

const bytes = randomBytes(200_000);

/** Marks as this tool would write them on the image with this id. */
function marksFor(id: string, key: string): Record<string, string> {
  return { [`${MARK_PREFIX}self`]: id, [`${MARK_PREFIX}key`]: key, [`${MARK_PREFIX}owns`]: '["name"]' };
}

describe('which live image a definition means', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;
  let demo: Session;
  let guest: Session;

  before(async () => {
    cloud = await cloudUnderTest();
    demo = await logIn('cloud');
    guest = await logIn('otherCloud');
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('identity');
    await workplace.file('image.raw', bytes);
  });

  afterEach(async () => {
    await demo.cleanUp();
    await guest.cleanUp();
    await workplace.close([name]);
  });

  function wanted(extra: object = {}): object {
    return { name, container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw', ...extra };
  }

  async function planned(extra: object = {}, adopt = false): Promise<Plan> {
    const [plan] = await workplace.engine.plan(await workplace.define(wanted(extra)), { adopt });
    assert.ok(plan);
    return plan;
  }

  function codes(plan: Plan): readonly string[] {
    return plan.problems.map(({ code }) => code);
  }

  it('is never one of another project, whatever its name and marks', async () => {
    const forged = randomUUID();
    await guest.createActive(bytes, { id: forged, name, visibility: 'community', ...marksFor(forged, name) });
    const before = await guest.show(forged);
    assert.equal((await planned()).action, 'create');
    const pinned = await planned({ image_id: forged });
    assert.deepEqual([pinned.action, codes(pinned)], ['blocked', ['foreign-image']]);
    const [made] = await workplace.apply(await workplace.define(wanted()));
    assert.equal(made?.status, 'done', JSON.stringify(made?.error));
    assert.notEqual(made.imageId, forged);
    assert.deepEqual(await guest.show(forged), before);
  });

  it('is never a snapshot of its name, and marks that Nova copied do not count', async () => {
    const marks = marksFor(randomUUID(), name);
    await demo.createActive(bytes, { name, image_type: 'snapshot', ...marks });
    assert.equal((await planned()).action, 'create');
  });

  it('is not taken for ours by marks that are another image’s, or broken', async () => {
    const copied = await demo.createActive(bytes, { name, ...marksFor(randomUUID(), name) });
    const plan = await planned();
    assert.deepEqual([plan.action, codes(plan), plan.live?.id], ['blocked', ['unmarked-image'], copied]);
    const broken = { op: 'add', path: `/${MARK_PREFIX}state`, value: '{"phase":' };
    const self = { op: 'add', path: `/${MARK_PREFIX}self`, value: copied };
    assert.equal((await demo.patch(copied, [self, broken])).status, 200);
    const marked = await planned();
    assert.deepEqual([marked.action, marked.live?.id], ['adopt', copied], 'what does not parse does not count');
  });

  it('is asked for where several could be meant, and settled by image_id', async () => {
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids) await demo.createActive(bytes, { id, name, ...marksFor(id, name) });
    const plan = await planned();
    assert.deepEqual([plan.action, codes(plan)], ['blocked', ['ambiguous-image']]);
    const offered = (plan.problems[0]?.fixes ?? []).flatMap((fix) => ('value' in fix ? [fix.value] : []));
    assert.deepEqual(offered.sort(), [...ids].sort());
    for (const id of ids) assert.match(plan.problems[0]?.message ?? '', new RegExp(id));
    const [first = ''] = ids;
    const settled = await planned({ key: `${name} own key`, image_id: first });
    assert.deepEqual([settled.action, settled.live?.id], ['adopt', first]);
  });

  it('is an image of its name by consent alone, and then without sending bytes that are there already', async () => {
    const id = await demo.createActive(bytes, { name, os_distro: 'theirs' });
    assert.deepEqual(codes(await planned()), ['unmarked-image']);
    const byConsent = await planned({}, true);
    assert.deepEqual([byConsent.action, byConsent.live?.id, byConsent.bytesToSend], ['adopt', id, 0]);
    const definitions = await workplace.define(wanted({ image_id: id, properties: { os_version: '1' } }));
    const [plan] = await workplace.engine.plan(definitions);
    assert.deepEqual([plan?.action, plan?.bytes, plan?.unmanaged], ['update', 'same', ['os_distro']]);
    const [result] = await workplace.apply(definitions);
    assert.deepEqual([result?.status, result?.bytesSent, result?.imageId], ['done', 0, id]);
    assert.deepEqual(result?.verified, { size: true, md5: true, multihash: true });
    assert.ok(result.live && readMarks(result.live)?.sent !== undefined, 'equal bytes are remembered as sent');
    await workplace.file('image.raw', randomBytes(1000));
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'replace');
  });

  it('is another image where the id that it names was deleted: Glance never gives one again', async () => {
    const id = randomUUID();
    const definitions = await workplace.define(wanted({ image_id: id }));
    const [first] = await workplace.apply(definitions);
    assert.equal(first?.imageId, id);
    await workplace.engine.deleteImage(first.plan.place, id);
    const [second] = await workplace.apply(definitions);
    assert.equal(second?.status, 'done', JSON.stringify(second?.error));
    assert.notEqual(second.imageId, id);
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
  });

  it('is one, however many applies are at it', async () => {
    const definitions = await workplace.define(wanted());
    const other = await Workplace.open(cloud);
    try {
      await other.file('image.raw', bytes);
      const plans = await workplace.engine.plan(definitions);
      const ends = await Promise.all([workplace.engine.apply(plans), other.engine.apply(plans)]);
      const statuses = ends.map(([result]) => result?.error?.message ?? result?.status);
      assert.ok(statuses.includes('done'), statuses.join());
      const region = plans[0]?.place.region ?? '';
      assert.equal((await workplace.named(name, region)).length, 1, statuses.join());
      assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
    } finally {
      await other.close([]);
    }
  });

  it('keeps what others write on it, and loses what null says', async () => {
    const odd = { 'a/b~1c~0': 'one', '100%': 'two', größe: 'three', 'owner_specified.mine': 'four' };
    const definitions = await workplace.define(wanted({ properties: odd }));
    const [made] = await workplace.apply(definitions);
    const id = made?.imageId ?? '';
    const theirs = { 'owner_specified.openstack.sha256': 'abc', os_distro: 'horizon', img_config_drive: 'optional' };
    const operations = Object.entries(theirs).map(([path, value]) => ({ op: 'add', path: `/${path}`, value }));
    assert.equal((await demo.patch(id, operations)).status, 200);
    const [between] = await workplace.engine.plan(definitions);
    assert.deepEqual([between?.action, between?.unmanaged], ['none', Object.keys(theirs).sort()]);
    const [changed] = await workplace.apply(await workplace.define(wanted({ properties: { os_distro: null } })));
    assert.equal(changed?.status, 'done', JSON.stringify(changed?.error));
    const { properties } = changed.live ?? assert.fail();
    for (const gone of [...Object.keys(odd), 'os_distro']) assert.equal(properties[gone], undefined, gone);
    assert.equal(properties.img_config_drive, 'optional');
    assert.equal(properties['owner_specified.openstack.sha256'], 'abc');
  });

  it('leaves nothing where its marks exceed the quota of properties, which the definition was warned of', async () => {
    const many = Object.fromEntries(Array.from({ length: 125 }, (_, index) => [`property_${String(index)}`, 'x']));
    const definitions = await workplace.define(wanted({ properties: many }));
    const [plan] = await workplace.engine.plan(definitions);
    assert.ok(plan);
    assert.deepEqual([plan.action, codes(plan)], ['create', []]);
    const [result] = await workplace.engine.apply([plan]);
    assert.deepEqual([result?.status, result?.error?.status], ['failed', 413]);
    assert.match(result?.error?.next ?? '', /image_id/);
    assert.deepEqual(await workplace.named(name, plan.place.region), []);
  });

  it('is kept, hidden, where it is protected and to be deleted once replaced', async () => {
    const definitions = await workplace.define(wanted({ protected: true, on_replace: 'delete' }));
    const [first] = await workplace.apply(definitions);
    await workplace.file('image.raw', randomBytes(1000));
    const [second] = await workplace.apply(definitions);
    assert.deepEqual(
      [second?.status, second?.warnings?.map(({ code }) => code)],
      ['done', ['predecessor-kept']],
      JSON.stringify(second?.error),
    );
    const all = await workplace.named(name, second?.plan.place.region ?? '');
    assert.equal(all.find(({ id }) => id === first?.imageId)?.os_hidden, true);
    for (const { id } of all) demo.remember(id);
  });

  it('is looked at again before it is written, and asked about where the plan got worse', async () => {
    const definitions = await workplace.define(wanted({ min_ram_mb: 64 }));
    const [made] = await workplace.apply(definitions);
    const id = made?.imageId ?? '';
    const plans = await workplace.engine.plan(await workplace.define(wanted({ min_ram_mb: 128 })));
    assert.equal(plans[0]?.action, 'update');
    assert.equal((await demo.patch(id, [{ op: 'replace', path: '/min_ram', value: 1 }])).status, 200);
    await workplace.file('image.raw', randomBytes(1000));
    const [declined] = await workplace.engine.apply(plans);
    assert.deepEqual([declined?.status, declined?.error?.code], ['declined', 'plan-stale']);
    const asked: string[] = [];
    const [agreed] = await workplace.engine.apply(plans, {
      confirmAgain: (now) => {
        asked.push(...now.map(({ action }) => action));
        return Promise.resolve(true);
      },
    });
    assert.deepEqual([asked, agreed?.status], [['replace'], 'done'], JSON.stringify(agreed?.error));
  });
});
