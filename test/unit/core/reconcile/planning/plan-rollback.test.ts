import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../../../src/core/failure.ts';
import { readMarks } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { definition, World } from '../world.ts';

const path = '/images/ubuntu.qcow2';

/** Replaces an image as often as there are texts after the first; returns the ids, oldest first. */
async function chain(world: World, ...texts: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const text of texts) {
    world.files.write(path, Buffer.from(text));
    const { imageId, status } = await world.planAndApply(definition());
    assert.equal(status, 'done');
    ids.push(imageId ?? '');
  }
  return ids;
}

describe('rollback', () => {
  it('makes the replaced image serve again and hides the newer one', async () => {
    const world = new World();
    const [old = '', young = ''] = await chain(world, 'one', 'two');
    const rollback = await world.planRollback(definition());
    assert.deepEqual([rollback.previous?.id, rollback.current?.id, rollback.problems], [old, young, []]);
    const result = await world.rollBack(rollback);
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.deepEqual(
      world
        .glance()
        .visible('Ubuntu')
        .map(({ id }) => id),
      [old],
    );
    const back = world.glance().images.get(old);
    assert.ok(back);
    assert.deepEqual([readMarks(back)?.replacedBy, readMarks(back)?.state], [undefined, undefined]);
    assert.equal((await world.planOne(definition())).imageId, old);
  });

  it('goes back as far as there are images, and no further', async () => {
    const world = new World();
    const ids = await chain(world, 'one', 'two', 'three');
    for (const expected of [ids[1], ids[0]]) {
      const result = await world.rollBack(await world.planRollback(definition()));
      assert.equal(result.live?.id, expected);
    }
    assert.deepEqual(
      (await world.planRollback(definition())).problems.map(({ code }) => code),
      ['nothing-to-roll-back'],
    );
  });

  it('can be followed by another replacement', async () => {
    const world = new World();
    await chain(world, 'one', 'two');
    await world.rollBack(await world.planRollback(definition()));
    const [forward] = await chain(world, 'three');
    assert.deepEqual(
      world
        .glance()
        .visible('Ubuntu')
        .map(({ id }) => id),
      [forward],
    );
  });

  it('reactivates an image that was deactivated', async () => {
    const world = new World();
    const [old = ''] = await chain(world, 'one', 'two');
    const image = world.glance().images.get(old);
    assert.ok(image);
    world.glance().images.set(old, { ...image, status: 'deactivated' });
    assert.equal((await world.rollBack(await world.planRollback(definition()))).status, 'done');
    assert.equal(world.glance().images.get(old)?.status, 'active');
  });

  it('refuses an image whose data is not what was verified', async () => {
    const world = new World();
    const [old = ''] = await chain(world, 'one', 'two');
    const image = world.glance().images.get(old);
    assert.ok(image);
    world.glance().images.set(old, { ...image, os_hash_value: 'other' });
    const rollback = await world.planRollback(definition());
    assert.equal(rollback.problems[0]?.code, 'rollback-unverified');
    assert.equal((await world.rollBack(rollback)).status, 'blocked');
  });

  it('changes nothing where the images moved since it was shown', async () => {
    const world = new World();
    const [, young = ''] = await chain(world, 'one', 'two');
    const rollback = await world.planRollback(definition());
    const image = world.glance().images.get(young);
    assert.ok(image);
    world.glance().images.set(young, { ...image, min_ram: 1 });
    const result = await world.rollBack(rollback);
    assert.deepEqual([result.status, result.error?.code], ['failed', 'plan-stale']);
    assert.equal(world.glance().visible('Ubuntu')[0]?.id, young);
  });

  it('leaves an image that serves after a cut at any step, and the next apply finishes what was begun', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), async (cutAt) => {
        const world = new World();
        await chain(world, 'one', 'two');
        const rollback = await world.planRollback(definition());
        let left = cutAt;
        world.glance().before = () => {
          left -= 1;
          if (left < 0) throw new Failure('unexpected', 'The process is gone.');
        };
        await world.rollBack(rollback);
        world.glance().before = () => undefined;
        assert.ok(world.glance().visible('Ubuntu').length >= 1);
        const after = definition({ verify_checksum: false });
        const [result] = await world.apply(await world.plan(after));
        assert.equal(result?.error, undefined);
        assert.equal(world.glance().visible('Ubuntu').length, 1);
        assert.equal((await world.planOne(after)).action, 'none');
      }),
      { numRuns: 40 },
    );
  });
});
