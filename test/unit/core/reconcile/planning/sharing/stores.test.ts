import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../../../../src/core/failure.ts';
import { storesOf } from '../../../../../../src/core/glance/stores.ts';
import { planConsequences } from '../../../../../../src/core/reconcile/words/describe.ts';
import { definition, World } from '../../world.ts';

const path = '/images/ubuntu.qcow2';

function world(): World {
  const made = new World();
  made.files.write(path, Buffer.from('bytes'));
  return made;
}

function stored(one: World): readonly string[] {
  const [live] = one.glance().visible('Ubuntu');
  assert.ok(live);
  return [...storesOf(live)].sort();
}

function copies(one: World): number {
  return one.glance().calls.filter(({ method }) => method === 'copy').length;
}

describe('stores', () => {
  it('get a copy of a new image before it is visible, and tell its progress', async () => {
    const one = world();
    one.glance().before = ({ method }) => {
      if (method === 'copy') assert.deepEqual(one.glance().visible('Ubuntu'), []);
    };
    const wanted = definition({ stores: ['fast', 'slow'] });
    const result = await one.planAndApply(wanted);
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.deepEqual(stored(one), ['fast', 'slow']);
    assert.deepEqual(
      one.events.flatMap((event) => (event.type === 'copies' ? event.copies : [])),
      [{ store: 'slow', state: 'done' }],
    );
    assert.equal((await one.planOne(wanted)).action, 'none');
  });

  it('that are not the default are uploaded to, without a right to copy', async () => {
    const one = world();
    one.glance().stores.mayCopy = false;
    const wanted = definition({ stores: ['slow'] });
    assert.equal((await one.planAndApply(wanted)).status, 'done');
    assert.deepEqual(stored(one), ['slow']);
    assert.equal(copies(one), 0);
    assert.equal((await one.planOne(wanted)).action, 'none');
  });

  it('are all those that take data, with "all"', async () => {
    const one = world();
    one.glance().stores.known = [
      ...(one.glance().stores.known ?? []),
      { id: 'web', description: null, isDefault: false, readOnly: true },
    ];
    assert.equal((await one.planAndApply(definition({ stores: 'all' }))).status, 'done');
    assert.deepEqual(stored(one), ['fast', 'slow']);
  });

  it('that left the list lose their copy, which the plan says can’t be undone', async () => {
    const one = world();
    await one.planAndApply(definition({ stores: 'all' }));
    const plan = await one.planOne(definition({ stores: ['slow'] }));
    assert.equal(plan.action, 'update');
    assert.deepEqual(
      plan.changes.map(({ path: at, after, why }) => [at, after, why]),
      [['stores/fast', undefined, 'deleted from this store']],
    );
    assert.match(planConsequences(plan).join('\n'), /deleted from the store fast, which can't be undone/);
    assert.equal((await one.apply([plan]))[0]?.status, 'done');
    assert.deepEqual(stored(one), ['slow']);
    assert.equal((await one.planOne(definition({ stores: ['slow'] }))).action, 'none');
  });

  it('keep their copies where the whole argument left the definition', async () => {
    const one = world();
    await one.planAndApply(definition({ stores: 'all' }));
    assert.equal((await one.planAndApply(definition())).status, 'done');
    assert.deepEqual(stored(one), ['fast', 'slow']);
    assert.equal((await one.planOne(definition())).action, 'none');
  });

  it('leave the image published and the result partial where the right is missing, and say which and why', async () => {
    const one = world();
    one.glance().stores.mayCopy = false;
    const result = await one.planAndApply(definition({ stores: 'all' }));
    assert.equal(result.status, 'partial');
    assert.deepEqual(result.verified, { size: true, md5: true, multihash: true });
    assert.equal(result.error?.status, 403);
    assert.equal(result.error.argument, 'stores');
    assert.match(result.error.message, /not authorized.*is not in the store slow/);
    assert.deepEqual(stored(one), ['fast']);
    assert.equal((await one.planOne(definition({ stores: 'all' }))).action, 'update');
  });

  it('that break leave the others their copy, and nothing is deleted meanwhile', async () => {
    const one = world();
    await one.planAndApply(definition({ stores: ['fast'] }));
    one.glance().stores.broken.add('slow');
    const result = await one.planAndApply(definition({ stores: ['slow'] }));
    assert.equal(result.status, 'partial');
    assert.equal(result.error?.code, 'copy-failed');
    assert.deepEqual(stored(one), ['fast']);
    one.glance().stores.broken.clear();
    assert.equal((await one.planAndApply(definition({ stores: ['slow'] }))).status, 'done');
    assert.deepEqual(stored(one), ['slow']);
  });

  it('of a replaced image stay, the new one gets its own', async () => {
    const one = world();
    const first = await one.planAndApply(definition({ stores: 'all' }));
    one.files.write(path, Buffer.from('other bytes'));
    const plan = await one.planOne(definition({ stores: ['slow'] }));
    assert.equal(plan.action, 'replace');
    assert.deepEqual(
      plan.changes.map(({ path: at }) => at),
      ['data'],
    );
    assert.equal((await one.apply([plan]))[0]?.status, 'done');
    assert.deepEqual(stored(one), ['slow']);
    const old = one.glance().images.get(first.imageId ?? '');
    assert.deepEqual(old === undefined ? [] : storesOf(old), ['fast', 'slow']);
  });

  it('that a region does not have are a problem, with what it has', async () => {
    const one = world();
    const plan = await one.planOne(definition({ stores: ['fsat'] }));
    assert.equal(plan.action, 'blocked');
    assert.equal(plan.problems[0]?.code, 'unknown-store');
    assert.match(plan.problems[0].message, /it has fast, slow\. Did you mean "fast"\?/);
  });

  it('have no names on a cloud with one of them: a list is a problem, "all" is fine', async () => {
    const one = world();
    one.glance().stores.known = undefined;
    assert.equal((await one.planOne(definition({ stores: ['fast'] }))).problems[0]?.code, 'single-store-cloud');
    assert.equal((await one.planAndApply(definition({ stores: 'all' }))).status, 'done');
    assert.equal((await one.planOne(definition({ stores: 'all' }))).action, 'none');
  });

  it('moved meanwhile are asked about again before anything is deleted', async () => {
    const one = world();
    await one.planAndApply(definition({ stores: ['fast'] }));
    const plans = await one.plan(definition({ stores: ['fast'], min_disk_gb: 1 }));
    const [live] = one.glance().visible('Ubuntu');
    await one.glance().imports.start(live?.id ?? '', { method: { name: 'copy-image' }, stores: ['slow'] });
    assert.equal((await one.apply(plans))[0]?.status, 'declined');
    assert.deepEqual(stored(one), ['fast', 'slow']);
  });

  it('and members are gone on with after a cut at any step, in place and on a new image', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 40 }), async (exists, replaces, cutAt) => {
        const one = world();
        if (exists) await one.planAndApply(definition({ visibility: 'shared', members: ['a'], stores: ['fast'] }));
        if (replaces) one.files.write(path, Buffer.from('other bytes'));
        const wanted = definition({ visibility: 'shared', members: ['b', 'c'], stores: ['slow'] });
        const plans = await one.plan(wanted);
        let left = cutAt;
        one.glance().before = () => {
          left -= 1;
          if (left < 0) throw new Failure('unexpected', 'The process is gone.');
        };
        await one.apply(plans);
        one.glance().before = () => undefined;
        assert.ok(!exists || stored(one).length > 0, 'the data is gone');
        const again = await one.planAndApply(wanted);
        assert.equal(again.error, undefined);
        assert.deepEqual(stored(one), ['slow']);
        assert.deepEqual(
          [
            ...(one
              .glance()
              .sharing.all.get(again.imageId ?? '')
              ?.keys() ?? []),
          ].sort(),
          ['b', 'c'],
        );
        assert.equal((await one.planOne(wanted)).action, 'none');
      }),
      { numRuns: 150 },
    );
  });

  it('come to what the definition says, step by step', async () => {
    const choice = fc.constantFrom<('all' | readonly string[] | undefined)[]>(
      'all',
      ['fast'],
      ['slow'],
      ['slow', 'fast'],
      undefined,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 5 }), async (steps) => {
        const one = world();
        for (const stores of steps) {
          const wanted = definition(stores === undefined ? {} : { stores });
          assert.equal((await one.planAndApply(wanted)).error, undefined);
          assert.equal((await one.planOne(wanted)).action, 'none');
          if (stores !== undefined)
            assert.deepEqual(stored(one), stores === 'all' ? ['fast', 'slow'] : [...stores].sort());
        }
      }),
      { numRuns: 100 },
    );
  });
});
