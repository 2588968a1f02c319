import assert from 'node:assert/strict';
import { planImage } from '../../../../src/core/reconcile/planning/plan.ts';
import { NO_MEMBERS } from '../../../../src/core/reconcile/planning/sharing/members.ts';
import { definition, place, World } from './world.ts';

const path = '/images/ubuntu.qcow2';

function world(): World {
  const made = new World();
  made.files.write(path, Buffer.from('bytes'));
  return made;
}

describe('ignored properties', () => {
  it('are neither compared nor written nor listed as left alone', async () => {
    const one = world();
    const wanted = definition({ properties: { os_distro: 'ubuntu' }, ignore: ['hw_*'] });
    const { live } = await one.planAndApply(wanted);
    assert.ok(live);
    one.glance().images.set(live.id, { ...live, properties: { ...live.properties, hw_model: 'x', other: 'y' } });
    const plan = await one.planOne(wanted);
    assert.equal(plan.action, 'none');
    assert.deepEqual(plan.unmanaged, ['other']);
  });

  it('stay on the image when the definition, which wrote them, comes to ignore them', async () => {
    const one = world();
    const { imageId = '' } = await one.planAndApply(definition({ properties: { hw_model: 'x' } }));
    const ignoring = definition({ ignore: ['hw_model'] });
    const result = await one.planAndApply(ignoring);
    assert.deepEqual([result.plan.action, result.status], ['adopt', 'done']);
    assert.equal(one.glance().images.get(imageId)?.properties.hw_model, 'x');
    assert.equal((await one.planOne(ignoring)).action, 'none');
    const neither = await one.planOne(definition());
    assert.deepEqual([neither.action, neither.unmanaged], ['none', ['hw_model']], 'it is no longer ours');
  });
});

describe('a new name without a key', () => {
  it('offers to rename the image of ours with the same bytes', async () => {
    const one = world();
    const { imageId } = await one.planAndApply(definition());
    const plan = await one.planOne(definition({ name: 'Ubuntu LTS' }));
    assert.equal(plan.action, 'create');
    const offer = plan.problems.find(({ code }) => code === 'rename-instead');
    assert.equal(offer?.severity, 'information');
    assert.deepEqual(offer.fixes, [{ kind: 'set-argument', argument: 'key', value: 'Ubuntu' }]);
    const renamed = await one.planAndApply(definition({ name: 'Ubuntu LTS', key: 'Ubuntu' }));
    assert.deepEqual([renamed.plan.action, renamed.imageId], ['update', imageId]);
  });

  it('offers nothing where another definition at hand means that image, or its bytes differ', async () => {
    const one = world();
    await one.planAndApply(definition());
    const both = await one.plan([definition(), definition({ name: 'Ubuntu LTS' })]);
    assert.deepEqual(
      both.map(({ problems }) => problems),
      [[], []],
    );
    one.files.write(path, Buffer.from('other'));
    await one.planOne(definition({ name: 'warms the digests', image_id: 'none' }));
    assert.deepEqual((await one.planOne(definition({ name: 'Ubuntu LTS' }))).problems, []);
  });
});

describe('a login without a project', () => {
  const input = {
    id: 'p',
    place: place('RegionOne'),
    cloudChosenBy: 'the test',
    project: undefined,
    source: { kind: 'none' } as const,
    adopt: true,
    recoverStuck: true,
    now: new Date(0),
    refusesMarks: false,
    runState: () => 'dead' as const,
    stores: { kind: 'unasked' as const },
    members: NO_MEMBERS,
    imports: { kind: 'unasked' as const },
  };

  it('means an image by its id only', () => {
    const formats = { disk_format: 'qcow2', container_format: 'bare' };
    const live = new World().glance().add({ name: 'Ubuntu', status: 'active', owner: 'whoever', ...formats });
    const byName = planImage({ ...input, definition: definition(), candidates: [live] });
    assert.deepEqual([byName.action, byName.problems.map(({ code }) => code)], ['blocked', ['project-required']]);
    const byId = planImage({ ...input, definition: definition({ image_id: live.id }), candidates: [live] });
    assert.equal(byId.imageId, live.id);
    assert.notEqual(byId.action, 'blocked');
  });

  it('makes nothing that would be nobody’s, named by its id or not', () => {
    for (const given of [{}, { image_id: '6f1d2ae4-0b3d-4d3c-9a53-5a0f6b0f3c11' }]) {
      const plan = planImage({ ...input, ownerless: true, definition: definition(given), candidates: [] });
      assert.equal(plan.action, 'blocked');
      assert.match(plan.problems.map(({ message }) => message).join(' '), /no project.*without an owner/);
    }
  });
});
