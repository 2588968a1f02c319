import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Definition } from '../../../../../../src/core/definition/definition.ts';
import { Failure } from '../../../../../../src/core/failure.ts';
import { describeReplaced, planConsequences } from '../../../../../../src/core/reconcile/words/describe.ts';
import { definition, World } from '../../world.ts';
import type { ApplyResult } from '../../../../../../src/core/reconcile/model/result.ts';

const path = '/images/ubuntu.qcow2';

class Sharing {
  readonly world = new World();
  readonly wanted: Definition;
  #build = 0;

  constructor(wanted: Definition = definition({ visibility: 'shared', members: ['a', 'b'] })) {
    this.wanted = wanted;
    this.world.consumers.set('consumer-a', 'a');
  }

  /** Applies the next build. */
  async build(): Promise<ApplyResult> {
    this.#build += 1;
    this.world.files.write(path, Buffer.from(`build ${String(this.#build)}`));
    return this.world.planAndApply(this.wanted);
  }

  async accept(id: string | undefined, project: string): Promise<void> {
    await this.world
      .glance()
      .sharing.as(project)
      .setStatus(id ?? '', project, 'accepted');
  }

  get visible(): readonly string[] {
    return this.world
      .glance()
      .visible('Ubuntu')
      .map(({ id }) => id)
      .sort();
  }
}

describe('a replaced image that members use', () => {
  it('stays visible until they accepted the new one, and everything says so', async () => {
    const one = new Sharing();
    const first = await one.build();
    await one.accept(first.imageId, 'a');
    const second = await one.build();
    assert.equal(second.status, 'done', JSON.stringify(second.error));
    assert.deepEqual(one.visible, [first.imageId, second.imageId].sort());
    assert.match(second.warnings?.[0]?.message ?? '', /stays visible until the project a accepts/);
    assert.match(describeReplaced(second) ?? '', /stays visible/);
    assert.match(planConsequences(second.plan).join('\n'), /until then the old one stays visible/);
    const plan = await one.world.planOne(one.wanted);
    assert.equal(plan.action, 'none');
    assert.equal(plan.problems[0]?.code, 'predecessor-awaits-members');
    await one.accept(second.imageId, 'a');
    assert.equal((await one.world.planOne(one.wanted)).action, 'adopt');
    assert.equal((await one.world.planAndApply(one.wanted)).status, 'done');
    assert.deepEqual(one.visible, [second.imageId]);
    assert.equal((await one.world.planOne(one.wanted)).action, 'none');
  });

  it('waits for nobody who never accepted it, nor for who rejected the new one', async () => {
    const one = new Sharing();
    await one.build();
    const second = await one.build();
    assert.deepEqual(one.visible, [second.imageId]);
    await one.accept(second.imageId, 'a');
    const third = await one.build();
    await one.world
      .glance()
      .sharing.as('a')
      .setStatus(third.imageId ?? '', 'a', 'rejected');
    await one.world.planAndApply(one.wanted);
    assert.deepEqual(one.visible, [third.imageId]);
  });

  it('is hidden at once where the definition accepts for them, or does not hide at all', async () => {
    const accepting = new Sharing(
      definition({ visibility: 'shared', members: [{ project: 'a', accept_with: 'consumer-a' }] }),
    );
    await accepting.build();
    const second = await accepting.build();
    assert.deepEqual(second.warnings, []);
    assert.deepEqual(accepting.visible, [second.imageId]);
    const keeping = new Sharing(definition({ visibility: 'shared', members: ['a'], on_replace: 'keep' }));
    const kept = await keeping.build();
    await keeping.accept(kept.imageId, 'a');
    assert.deepEqual((await keeping.build()).warnings, []);
  });

  it('still waits after an update in place', async () => {
    const one = new Sharing();
    const first = await one.build();
    await one.accept(first.imageId, 'a');
    const second = await one.build();
    const changed = { ...one.wanted, arguments: { ...one.wanted.arguments, min_disk_gb: 3 } };
    assert.equal((await one.world.planAndApply(changed)).status, 'done');
    assert.equal((await one.world.planOne(changed)).action, 'none');
    assert.deepEqual(one.visible, [first.imageId, second.imageId].sort());
  });

  it('waits through further replacements, and all leave together', async () => {
    const one = new Sharing();
    const first = await one.build();
    await one.accept(first.imageId, 'a');
    const second = await one.build();
    const third = await one.build();
    assert.deepEqual(one.visible, [first.imageId, second.imageId, third.imageId].sort());
    assert.equal((await one.world.planOne(one.wanted)).action, 'none');
    await one.accept(third.imageId, 'a');
    assert.equal((await one.world.planAndApply(one.wanted)).status, 'done');
    assert.deepEqual(one.visible, [third.imageId]);
    assert.equal((await one.world.planOne(one.wanted)).action, 'none');
  });

  it('comes back by a rollback while it waits', async () => {
    const one = new Sharing();
    const first = await one.build();
    await one.accept(first.imageId, 'a');
    await one.build();
    const result = await one.world.rollBack(await one.world.planRollback(one.wanted));
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.deepEqual(one.visible, [first.imageId]);
  });

  it('leaves one image that serves, whoever accepts when, and wherever an apply is cut', async () => {
    const step = fc.record({
      accepts: fc.uniqueArray(fc.constantFrom('a', 'b')),
      cutAt: fc.integer({ min: 0, max: 80 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const one = new Sharing();
        let last = await one.build();
        for (const { accepts, cutAt } of steps) {
          for (const project of accepts) await one.accept(last.imageId, project);
          let left = cutAt;
          one.world.glance().before = () => {
            left -= 1;
            if (left < 0) throw new Failure('unexpected', 'The process is gone.');
          };
          await one.build();
          one.world.glance().before = () => undefined;
          last = await one.world.planAndApply(one.wanted);
          assert.equal(last.error, undefined);
          assert.equal((await one.world.planOne(one.wanted)).action, 'none');
          assert.ok(one.visible.includes(last.imageId ?? ''));
        }
        for (const project of ['a', 'b']) await one.accept(last.imageId, project);
        await one.world.planAndApply(one.wanted);
        assert.deepEqual(one.visible, [last.imageId]);
      }),
      { numRuns: 100 },
    );
  });
});
