import assert from 'node:assert/strict';
import type { DefinitionArguments } from '../../../../../src/core/definition/definition.ts';
import { Failure } from '../../../../../src/core/failure.ts';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import { planConsequences } from '../../../../../src/core/reconcile/words/describe.ts';
import { isMark } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { definition, World } from '../world.ts';
import type { ApplyResult } from '../../../../../src/core/reconcile/model/result.ts';

const path = '/images/ubuntu.qcow2';

/** A world with an image of this definition that others changed, and whose source has new bytes. */
async function moved(
  written: Partial<DefinitionArguments>,
  theirs: Partial<LiveImage>,
): Promise<{ world: World; old: LiveImage }> {
  const world = new World();
  world.files.write(path, Buffer.from('first'));
  const { live } = await world.planAndApply(definition(written));
  assert.ok(live);
  const properties = { ...live.properties, ...theirs.properties };
  const old = { ...live, ...theirs, properties };
  world.glance().images.set(live.id, old);
  world.files.write(path, Buffer.from('second'));
  return { world, old };
}

async function replaced(
  written: Partial<DefinitionArguments>,
  theirs: Partial<LiveImage>,
): Promise<{ world: World; result: ApplyResult; live: LiveImage }> {
  const { world } = await moved(written, theirs);
  const result = await world.planAndApply(definition(written));
  assert.equal(result.plan.action, 'replace');
  assert.equal(result.error, undefined);
  assert.ok(result.live);
  assert.equal((await world.planOne(definition(written))).action, 'none');
  return { world, result, live: result.live };
}

function ordinary({ properties }: LiveImage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !isMark(name)));
}

describe('the image that takes the place of another', () => {
  it('keeps what others set and the definition says nothing of', async () => {
    const { live, result } = await replaced(
      { properties: { os_distro: 'ubuntu' } },
      { visibility: 'public', protected: true, min_ram: 512, tags: ['gold'], properties: { hw_model: 'x' } },
    );
    const { visibility, protected: isProtected, min_ram: ram, tags } = live;
    assert.deepEqual([visibility, isProtected, ram, tags], ['public', true, 512, ['gold']]);
    assert.deepEqual(ordinary(live), { hw_model: 'x', os_distro: 'ubuntu' });
    const words = planConsequences(result.plan).join('\n');
    assert.match(
      words,
      /takes over, .*: min_ram_mb 512, visibility "public", protected true, tags \["gold"\], hw_model/,
    );
    assert.doesNotMatch(words, /left alone/);
  });

  it('has what the definition says where it speaks, and the default of what left it', async () => {
    const { world } = await moved({ tags: ['lts'], min_ram_mb: 256 }, { visibility: 'community', tags: ['gold'] });
    const { live } = await world.planAndApply(definition({ visibility: 'private' }));
    assert.deepEqual([live?.visibility, live?.tags, live?.min_ram], ['private', [], 0]);
  });

  it('has no property that the definition says null of', async () => {
    const { live } = await replaced({ properties: { hw_model: null } }, { properties: { hw_model: 'x' } });
    assert.deepEqual(ordinary(live), {});
  });

  it('has nothing that speaks of the old bytes, and the plan says what is lost', async () => {
    const { live, result } = await replaced(
      {},
      { properties: { img_signature: 's', 'owner_specified.openstack.md5': 'm', image_type: 'snapshot', a: 'b' } },
    );
    assert.deepEqual(ordinary(live), { a: 'b' });
    const lost = result.plan.changes.filter(({ why }) => why === 'describes the replaced bytes');
    assert.deepEqual(
      lost.map(({ path: of }) => of),
      ['properties/image_type', 'properties/img_signature', 'properties/owner_specified.openstack.md5'],
    );
  });

  it('is warned of what the definition itself pins of the old bytes, and not of what it changed or leaves out', async () => {
    const properties = { 'owner_specified.openstack.md5': 'old', img_signature: 'old', image_type: null, a: 'b' };
    const { world } = await moved({ properties: { ...properties, image_type: 'x' } }, {});
    const plan = await world.planOne(definition({ properties: { ...properties, img_signature: 'new' } }));
    assert.equal(plan.action, 'replace');
    const stale = plan.problems.filter(({ code }) => code === 'property-of-old-bytes');
    assert.deepEqual(
      stale.map(({ severity, message }) => [severity, /^"[^"]*"/.exec(message)?.[0]]),
      [['warning', '"owner_specified.openstack.md5"']],
    );
  });

  it('is shared with the members that others added, and the old one stays visible until they accepted', async () => {
    const { world, old } = await moved({ visibility: 'shared' }, {});
    world.glance().sharing.all.set(old.id, new Map([['consumer', 'accepted']]));
    const plan = await world.planOne(definition({ visibility: 'shared' }));
    assert.match(planConsequences(plan).join('\n'), /takes over, .*: members\/consumer/);
    const [result] = await world.apply([plan]);
    assert.equal(result?.status, 'done');
    assert.deepEqual(
      result.warnings?.map(({ code }) => code),
      ['predecessor-awaits-members'],
    );
    assert.equal(world.glance().images.get(old.id)?.os_hidden, false);
    const { imageId = '' } = result;
    assert.deepEqual([...(world.glance().sharing.all.get(imageId) ?? [])], [['consumer', 'pending']]);
  });

  it('says what it takes over where the cloud refuses that to this login, and leaves the old one serving', async () => {
    const { world, old } = await moved({}, { visibility: 'public' });
    world.glance().before = ({ method }) => {
      if (method === 'create')
        throw new Failure('forbidden', 'Not allowed to publish.', { status: 403, requestId: 'r' });
    };
    const [result] = await world.apply([await world.planOne(definition())]);
    assert.equal(result?.status, 'failed');
    assert.equal(result.error?.requestId, 'r');
    assert.match(result.error.next ?? '', /takes over .*visibility "public".*set it in the definition/);
    assert.deepEqual(world.glance().images.get(old.id), old);
  });

  it('takes over what was changed after the plan, and asks again only where that does more', async () => {
    const { world, old } = await moved({}, { properties: { hw_model: 'x' } });
    const plan = await world.planOne(definition());
    world.glance().images.set(old.id, { ...old, properties: { ...old.properties, hw_model: 'y' } });
    const [result] = await world.apply([plan]);
    assert.equal(result?.status, 'done');
    assert.ok(result.live);
    assert.deepEqual(ordinary(result.live), { hw_model: 'y' });
  });
});
