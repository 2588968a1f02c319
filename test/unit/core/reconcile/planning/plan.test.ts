import assert from 'node:assert/strict';
import { markProperties } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { definition, without, World } from '../world.ts';

const bytes = Buffer.from('the bytes of an image');

function worldWithFile(): World {
  const world = new World();
  world.files.write('/images/ubuntu.qcow2', bytes);
  return world;
}

async function applied(extra: Parameters<typeof definition>[0] = {}): Promise<World> {
  const world = worldWithFile();
  const result = await world.planAndApply(definition(extra));
  assert.equal(result.status, 'done');
  return world;
}

describe('plan', () => {
  it('creates what is not there', async () => {
    const plan = await worldWithFile().planOne(definition());
    assert.equal(plan.action, 'create');
    assert.equal(plan.bytesToSend, bytes.length);
    assert.deepEqual(plan.problems, []);
  });

  it('finds nothing to do after an apply, and sends nothing to find out', async () => {
    const world = await applied({ properties: { os_distro: 'ubuntu' }, tags: ['lts'], hidden: true, protected: true });
    const opened = world.files.opened;
    const plan = await world.planOne(
      definition({ properties: { os_distro: 'ubuntu' }, tags: ['lts'], hidden: true, protected: true }),
    );
    assert.equal(plan.action, 'none');
    assert.equal(plan.bytes, 'same');
    assert.equal(world.files.opened, opened, 'the file was read again');
  });

  it('is blocked without a source for an image that does not exist', async () => {
    const plan = await new World().planOne(without(definition(), 'local_file_path'));
    assert.equal(plan.action, 'blocked');
    assert.equal(plan.problems[0]?.code, 'source-required');
  });

  it('names a source that is missing', async () => {
    const plan = await new World().planOne(definition());
    assert.deepEqual(
      plan.problems.map(({ code }) => code),
      ['source-missing'],
    );
    assert.equal(plan.action, 'blocked');
  });

  it('refuses an empty source', async () => {
    const world = new World();
    world.files.write('/images/ubuntu.qcow2', Buffer.alloc(0));
    assert.equal((await world.planOne(definition())).problems[0]?.code, 'source-empty');
  });

  it('takes back what left the definition, and leaves alone what others set', async () => {
    const world = await applied({ min_disk_gb: 10, properties: { ours: '1', kept: 'k' } });
    const [live] = world.glance().visible('Ubuntu');
    assert.ok(live);
    world.glance().add({ ...live, properties: { ...live.properties, theirs: '2' } });
    const plan = await world.planOne(definition({ properties: { kept: 'k' } }));
    assert.equal(plan.action, 'update');
    assert.deepEqual(
      plan.changes.map(({ path, before, after }) => [path, before, after]),
      [
        ['min_disk_gb', 10, 0],
        ['properties/ours', '1', undefined],
      ],
    );
    assert.deepEqual(plan.unmanaged, ['theirs']);
  });

  it('removes a property that is null, whoever wrote it', async () => {
    const world = await applied();
    const [live] = world.glance().visible('Ubuntu');
    assert.ok(live);
    world.glance().add({ ...live, properties: { ...live.properties, theirs: '2' } });
    const plan = await world.planOne(definition({ properties: { theirs: null, absent: null } }));
    assert.deepEqual(
      plan.changes.map(({ path, after }) => [path, after]),
      [['properties/theirs', undefined]],
    );
  });

  it('replaces for other bytes and for another format, and says which', async () => {
    const world = await applied();
    world.files.write('/images/ubuntu.qcow2', Buffer.from('other bytes, same image'));
    const plan = await world.planOne(definition({ disk_format: 'raw' }));
    assert.equal(plan.action, 'replace');
    assert.deepEqual(
      plan.changes.map(({ path, forcesReplacement }) => [path, forcesReplacement]),
      [
        ['disk_format', true],
        ['data', true],
      ],
    );
  });

  it('finds other bytes of the same size', async () => {
    const world = await applied();
    world.files.write('/images/ubuntu.qcow2', Buffer.from('THE BYTES OF AN IMAGE'));
    assert.equal((await world.planOne(definition())).action, 'replace');
  });

  it('does not compare bytes where verify_checksum is false', async () => {
    const world = await applied();
    world.files.write('/images/ubuntu.qcow2', Buffer.from('other'));
    assert.equal((await world.planOne(definition({ verify_checksum: false }))).action, 'none');
  });

  it('does not take a conversion by the cloud for drift', async () => {
    const world = worldWithFile();
    world.glance().store = () => ({
      size: 4096,
      checksum: 'c0',
      os_hash_algo: 'sha512',
      os_hash_value: 'beef',
      disk_format: 'raw',
    });
    const first = await world.apply(await world.plan(definition({ verify_checksum: false })));
    assert.equal(first[0]?.status, 'unverified');
    const plan = await world.planOne(definition());
    assert.equal(plan.action, 'none');
  });

  it('is blocked by an image of that name that it did not make, until told to adopt', async () => {
    const world = worldWithFile();
    const image = world
      .glance()
      .add({ name: 'Ubuntu', status: 'active', container_format: 'bare', disk_format: 'qcow2' });
    const blocked = await world.planOne(definition());
    assert.equal(blocked.action, 'blocked');
    assert.equal(blocked.problems[0]?.code, 'unmarked-image');
    assert.match(blocked.problems[0].message, new RegExp(image.id));
    assert.equal((await world.planOne(without(definition(), 'local_file_path'), true)).action, 'adopt');
  });

  it('never takes a snapshot for the image of its name', async () => {
    const world = worldWithFile();
    world.glance().add({ name: 'Ubuntu', status: 'active', properties: { image_type: 'snapshot' } });
    assert.equal((await world.planOne(definition(), true)).action, 'create');
  });

  it('ignores marks that Nova copied to another image', async () => {
    const world = await applied();
    const [ours] = world.glance().visible('Ubuntu');
    assert.ok(ours);
    world.glance().add({ ...ours, id: '11111111-2222-4333-8444-555555555555', name: 'copy' });
    assert.equal((await world.planOne(definition())).action, 'none');
  });

  it('never touches an image of another project, whatever its marks', async () => {
    const world = worldWithFile();
    const id = '11111111-2222-4333-8444-555555555555';
    world.glance().add({
      id,
      name: 'Ubuntu',
      owner: 'someone',
      status: 'active',
      properties: markProperties(id, { key: 'Ubuntu', owns: [] }),
    });
    assert.equal((await world.planOne(definition())).action, 'create');
    assert.equal((await world.planOne(definition({ image_id: id }))).problems[0]?.code, 'foreign-image');
  });

  it('takes an image_id as consent', async () => {
    const world = worldWithFile();
    const { id } = world
      .glance()
      .add({ name: 'other', status: 'active', container_format: 'bare', disk_format: 'qcow2' });
    const plan = await world.planOne(without(definition({ image_id: id }), 'local_file_path'));
    assert.equal(plan.action, 'update');
    assert.deepEqual(
      plan.changes.map(({ path }) => path),
      ['name'],
    );
  });

  it('names the ids where several could be meant', async () => {
    const world = worldWithFile();
    world.glance().add({ name: 'Ubuntu', status: 'active' });
    world.glance().add({ name: 'Ubuntu', status: 'active', os_hidden: true });
    const plan = await world.planOne(definition(), true);
    assert.equal(plan.problems[0]?.code, 'ambiguous-image');
  });

  it('follows a key through a rename', async () => {
    const world = await applied({ key: 'ubuntu' });
    const plan = await world.planOne(definition({ key: 'ubuntu', name: 'Ubuntu 24.04' }));
    assert.equal(plan.action, 'update');
    assert.deepEqual(
      plan.changes.map(({ path }) => path),
      ['name'],
    );
  });

  it('fills a queued image of ours instead of making another', async () => {
    const world = worldWithFile();
    const { id } = world.glance().add({ name: 'Ubuntu', container_format: 'bare', disk_format: 'raw' });
    const plan = await world.planOne(definition({ image_id: id }));
    assert.equal(plan.action, 'upload');
    const result = await world.planAndApply(definition({ image_id: id }));
    assert.equal(result.status, 'done');
    assert.equal(result.imageId, id);
    assert.equal(world.glance().images.get(id)?.disk_format, 'qcow2');
    assert.equal((await world.planOne(definition({ image_id: id }))).action, 'none');
  });

  it('leaves an image alone that somebody is sending to', async () => {
    const world = await applied();
    const [live] = world.glance().visible('Ubuntu');
    assert.ok(live);
    world.glance().add({ ...live, status: 'saving' });
    assert.equal((await world.planOne(definition())).problems[0]?.code, 'image-busy');
  });

  it('is a blocked plan, not a throw, where the region does not answer', async () => {
    const world = new World(['RegionOne', 'RegionTwo']);
    world.files.write('/images/ubuntu.qcow2', bytes);
    world.glance('RegionTwo').before = () => {
      throw new Error('down');
    };
    const plans = await world.plan(definition());
    assert.deepEqual(
      plans.map(({ action }) => action),
      ['create', 'blocked'],
    );
  });
});
