import assert from 'node:assert/strict';
import type { DefinitionArguments } from '../../../../src/core/definition/definition.ts';
import { Failure } from '../../../../src/core/failure.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';
import { MARK_PREFIX } from '../../../../src/core/reconcile/ownership/marks.ts';
import { planConsequences } from '../../../../src/core/reconcile/words/describe.ts';
import { definition, World } from './world.ts';

const path = '/images/ubuntu.qcow2';

/** A world with a chain of replacements, each of other bytes. Returns the ids of the images, the oldest first. */
async function chain(
  extra: Partial<DefinitionArguments>,
  count: number,
  world = new World(),
): Promise<{ readonly world: World; readonly ids: readonly string[]; readonly last: ApplyResult }> {
  const ids: string[] = [];
  let last: ApplyResult | undefined;
  for (let number = 0; number < count; number += 1) {
    world.files.write(path, Buffer.from(`bytes ${number}`));
    last = await world.planAndApply(definition(extra));
    assert.equal(last.status, 'done', JSON.stringify(last.error));
    ids.push(last.imageId ?? '');
  }
  return { world, ids, last: last ?? assert.fail() };
}

const there = (world: World): readonly string[] => [...world.glance().images.keys()];

describe('a number of replaced images to keep', () => {
  it('deletes only older ones, hides the others, and says so before', async () => {
    const keep = { keep: 2, on_replace: 'delete' } as const;
    const { world, ids, last } = await chain(keep, 5);
    assert.deepEqual(there(world), ids.slice(2));
    assert.deepEqual(
      ids.slice(2).map((id) => world.glance().images.get(id)?.os_hidden),
      [true, true, false],
    );
    assert.deepEqual(last.warnings, []);
    const [change] = last.plan.changes.filter((each) => each.path.startsWith('replaced/'));
    assert.deepEqual([change?.path, change?.after], [`replaced/${ids[1] ?? ''}`, undefined]);
    assert.match(
      planConsequences(last.plan).join('\n'),
      new RegExp(`2 replaced images are kept; .*${ids[1] ?? ''} is deleted`),
    );
    assert.equal((await world.planOne(definition(keep))).action, 'none');
  });

  it('deactivates older ones where the definition says so, and leaves them then', async () => {
    const keep = { keep: 1, on_replace: 'deactivate' } as const;
    const { world, ids } = await chain(keep, 4);
    assert.deepEqual(
      ids.map((id) => world.glance().images.get(id)?.status),
      ['deactivated', 'deactivated', 'active', 'active'],
    );
    assert.equal((await world.planOne(definition(keep))).action, 'none');
  });

  it('retires what is too much where it becomes smaller, without a replacement', async () => {
    const { world, ids } = await chain({ keep: 3, on_replace: 'delete' }, 4);
    const fewer = definition({ keep: 1, on_replace: 'delete' });
    const plan = await world.planOne(fewer);
    assert.equal(plan.action, 'update');
    assert.deepEqual(
      plan.changes.map(({ path: at }) => at),
      [`replaced/${ids[1] ?? ''}`, `replaced/${ids[0] ?? ''}`],
    );
    const [result] = await world.apply([plan]);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    assert.deepEqual(there(world), ids.slice(2));
    assert.equal((await world.planOne(fewer)).action, 'none');
  });

  it('can still be rolled back', async () => {
    const { world, ids } = await chain({ keep: 1, on_replace: 'delete' }, 3);
    const rollback = await world.planRollback(definition({ keep: 1, on_replace: 'delete' }));
    assert.equal(rollback.previous?.id, ids[1]);
    assert.equal((await world.rollBack(rollback)).status, 'done');
    assert.equal(world.glance().images.get(ids[1] ?? '')?.os_hidden, false);
  });

  const seen = (world: World, id: string, extra: object): void => {
    const image = world.glance().images.get(id) ?? assert.fail();
    world.glance().images.set(id, { ...image, ...extra });
  };
  for (const [what, extra] of [
    ['is another project’s', { owner: 'project-2' }],
    ['somebody shows again', { os_hidden: false }],
    ['has no marks', { properties: {} }],
    ['is a snapshot with copied marks', { properties: { [`${MARK_PREFIX}self`]: 'another' } }],
  ] as const) {
    it(`never retires an image that ${what}`, async () => {
      const { world, ids } = await chain({ keep: 3, on_replace: 'delete' }, 4);
      seen(world, ids[0] ?? '', extra);
      await world.planAndApply(definition({ keep: 1, on_replace: 'delete' }));
      assert.deepEqual(there(world), [ids[0], ids[2], ids[3]].slice(0, 3));
    });
  }

  it('keeps a protected one, and the plan says so', async () => {
    const { world, ids } = await chain({ keep: 2, on_replace: 'delete' }, 3);
    seen(world, ids[0] ?? '', { protected: true });
    const plan = await world.planOne(definition({ keep: 1, on_replace: 'delete' }));
    assert.deepEqual([plan.action, plan.changes], ['none', []]);
    assert.equal(plan.problems.find(({ code }) => code === 'predecessor-protected')?.severity, 'warning');
    await world.planAndApply(definition({ keep: 1, on_replace: 'delete', protected: false }));
    assert.deepEqual(there(world), ids.slice(1));
  });

  it('keeps one that is in use, with a warning, and it can be rolled back to', async () => {
    const { world, ids } = await chain({ keep: 2, on_replace: 'delete' }, 3);
    world.glance().before = ({ method }) => {
      if (method === 'delete') throw new Failure('image-in-use', 'A server uses it.', { status: 409, requestId: 'r' });
    };
    const result = await world.planAndApply(definition({ keep: 1, on_replace: 'delete' }));
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.match(result.warnings?.[0]?.message ?? '', /could not be deleted: A server uses it/);
    assert.equal(world.glance().images.get(ids[0] ?? '')?.properties[`${MARK_PREFIX}state`], undefined);
  });

  it('retires nothing that was not shown', async () => {
    const { world, ids } = await chain({ keep: 2, on_replace: 'delete' }, 3);
    const plan = await world.planOne(definition({ keep: 1, on_replace: 'delete' }));
    // Meanwhile another apply replaces the image: there are two now that are too many.
    await chain({ keep: 9, on_replace: 'delete' }, 1, world);
    await world.apply([plan], { confirmAgain: () => Promise.resolve(false) });
    assert.equal(there(world).length, 4, 'a plan for another image is asked about again');
    assert.ok(there(world).includes(ids[1] ?? ''));
  });

  it('retires nothing while the new image is not verified', async () => {
    const { world, ids } = await chain({ keep: 2, on_replace: 'delete' }, 3);
    world.glance().store = (bytes) => ({ size: bytes.length, checksum: null, os_hash_algo: null, os_hash_value: null });
    world.files.write(path, Buffer.from('unproven bytes'));
    const result = await world.planAndApply(definition({ keep: 1, on_replace: 'delete' }));
    assert.equal(result.status, 'unverified');
    assert.ok(result.warnings?.some(({ code }) => code === 'predecessor-kept'));
    for (const id of ids) assert.ok(there(world).includes(id));
  });
});
