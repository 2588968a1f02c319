import assert from 'node:assert/strict';
import fc from 'fast-check';
import type {
  Definition,
  DefinitionArguments,
  MemberArgument,
} from '../../../../../../src/core/definition/definition.ts';
import { Failure } from '../../../../../../src/core/failure.ts';
import { definition, World } from '../../world.ts';

const path = '/images/ubuntu.qcow2';

function world(): World {
  const made = new World();
  made.files.write(path, Buffer.from('bytes'));
  made.consumers.set('consumer-a', 'a').set('consumer-b', 'b');
  return made;
}

function shared(members: DefinitionArguments['members'], extra: Partial<DefinitionArguments> = {}): Definition {
  return definition({ visibility: 'shared', ...(members === undefined ? {} : { members }), ...extra });
}

const accepted = (project: string): MemberArgument => ({ project, accept_with: `consumer-${project}` });

describe('members', () => {
  it('are added when an image is made, and accepted where the definition says with what', async () => {
    const one = world();
    const wanted = shared(['b', accepted('a')]);
    const [plan] = await one.plan(wanted);
    const said = plan?.changes.filter((change) => change.path.startsWith('members/'));
    assert.deepEqual(
      said?.map(({ path: at, before, after, why }) => [at, before, after, why]),
      [
        ['members/b', undefined, 'pending', 'has to accept it'],
        ['members/a', undefined, 'accepted', 'accepted with consumer-a'],
      ],
    );
    const result = await one.planAndApply(wanted);
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.equal(one.glance().sharing.status(result.imageId, 'a'), 'accepted');
    assert.equal(one.glance().sharing.status(result.imageId, 'b'), 'pending');
    assert.equal((await one.planOne(wanted)).action, 'none');
  });

  it('come before the image is visible', async () => {
    const one = world();
    one.glance().before = ({ method }) => {
      if (method === 'add member') assert.deepEqual(one.glance().visible('Ubuntu'), []);
    };
    assert.equal((await one.planAndApply(shared(['a']))).status, 'done');
  });

  it('that left the definition are removed, those of others stay and are shown', async () => {
    const one = world();
    const first = await one.planAndApply(shared(['a', 'b']));
    await one.glance().members.add(first.imageId ?? '', 'c');
    const plan = await one.planOne(shared(['b']));
    assert.equal(plan.action, 'update');
    assert.deepEqual(
      plan.changes.map(({ path: at, after, why }) => [at, after, why]),
      [['members/a', undefined, 'left the definition']],
    );
    assert.deepEqual(plan.unmanaged, ['members/c']);
    assert.equal((await one.planAndApply(shared(['b']))).status, 'done');
    assert.equal(one.glance().sharing.status(first.imageId, 'a'), undefined);
    assert.equal(one.glance().sharing.status(first.imageId, 'c'), 'pending');
    assert.equal((await one.planOne(shared(['b']))).action, 'none');
  });

  it('are removed while the image is still shared, where it is shared no more', async () => {
    const one = world();
    const first = await one.planAndApply(shared(['a']));
    const result = await one.planAndApply(definition({ visibility: 'private' }));
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.equal(one.glance().sharing.status(first.imageId, 'a'), undefined);
    assert.equal((await one.planOne(definition({ visibility: 'private' }))).action, 'none');
  });

  it('are added to an image that becomes shared', async () => {
    const one = world();
    const first = await one.planAndApply(definition({ visibility: 'private' }));
    assert.equal((await one.planAndApply(shared(['a']))).status, 'done');
    assert.equal(one.glance().sharing.status(first.imageId, 'a'), 'pending');
    assert.equal((await one.planOne(shared(['a']))).action, 'none');
  });

  it('that rejected are accepted again only where the definition says so', async () => {
    const one = world();
    const first = await one.planAndApply(shared(['a']));
    await one
      .glance()
      .sharing.as('a')
      .setStatus(first.imageId ?? '', 'a', 'rejected');
    assert.equal((await one.planOne(shared(['a']))).action, 'none');
    const plan = await one.planOne(shared([accepted('a')]));
    assert.deepEqual(
      plan.changes.map(({ before, after }) => [before, after]),
      [['rejected', 'accepted']],
    );
  });

  it('move the fingerprint, though they move no time of change', async () => {
    const one = world();
    const first = await one.planAndApply(shared(['a']));
    const before = await one.planOne(shared(['a']));
    await one
      .glance()
      .sharing.as('a')
      .setStatus(first.imageId ?? '', 'a', 'accepted');
    assert.notEqual((await one.planOne(shared(['a']))).fingerprint, before.fingerprint);
  });

  it('cost a plan that has none no request', async () => {
    const one = world();
    await one.planAndApply(definition({ visibility: 'shared' }));
    one.glance().calls.length = 0;
    await one.planOne(definition({ visibility: 'shared' }));
    assert.deepEqual(
      one.glance().calls.filter(({ method }) => method === 'members' || method === 'stores'),
      [],
    );
  });

  it('cost no request to share where nothing changes about them', async () => {
    const one = world();
    await one.planAndApply(shared(['a']));
    one.events.length = 0;
    assert.equal((await one.planAndApply(shared(['a'], { min_disk_gb: 2 }))).status, 'done');
    assert.ok(!one.events.some((event) => event.type === 'phase' && event.phase === 'sharing'));
  });

  it('can’t be the owner, and want a cloud that there is', async () => {
    const one = world();
    const plan = await one.planOne(shared(['project-1', { project: 'a', accept_with: 'nowhere' }]));
    assert.equal(plan.action, 'blocked');
    assert.deepEqual(
      plan.problems.map(({ code }) => code),
      ['cloud-not-found', 'member-is-owner'],
    );
  });

  it('that can’t be listed block the plan, and say why', async () => {
    const one = world();
    await one.planAndApply(shared(['a']));
    one.glance().before = ({ method }) => {
      if (method === 'members') throw new Failure('forbidden', 'Policy does not allow.', { status: 403 });
    };
    const plan = await one.planOne(shared(['a']));
    assert.equal(plan.action, 'blocked');
    assert.match(plan.problems[0]?.message ?? '', /Policy does not allow/);
  });

  it('that the cloud refuses leave the image published, and the result partial', async () => {
    const one = world();
    one.glance().before = ({ method }) => {
      if (method === 'add member') throw new Failure('quota-exceeded', 'Too many members.', { status: 413 });
    };
    const result = await one.planAndApply(shared(['a', 'b']));
    assert.equal(result.status, 'partial');
    assert.equal(result.error?.code, 'quota-exceeded');
    assert.equal(result.error.argument, 'members');
    assert.equal(result.warnings?.length, 1);
    assert.equal(one.glance().visible('Ubuntu').length, 1);
    one.glance().before = () => undefined;
    assert.equal((await one.planAndApply(shared(['a', 'b']))).status, 'done');
    assert.equal((await one.planOne(shared(['a', 'b']))).action, 'none');
  });

  it('are not accepted with another project’s login, which the result names', async () => {
    const one = world();
    one.consumers.set('other', 'z');
    const result = await one.planAndApply(shared([{ project: 'a', accept_with: 'other' }]));
    assert.equal(result.status, 'partial');
    assert.equal(result.error?.code, 'accept-with-other-project');
    assert.match(result.error.message, /logs in to the project z/);
    assert.match(result.error.next ?? '', /accept_with/);
    assert.equal(one.glance().sharing.status(result.imageId, 'a'), 'pending');
  });

  it('come to what the definition says, whoever else shares, and nobody else’s are touched', async () => {
    const projects = ['a', 'b', 'c', 'd'];
    const list = fc.option(fc.uniqueArray(fc.constantFrom(...projects)), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.array(list, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.constantFrom('x', 'y')),
        async (steps, others) => {
          const one = world();
          let id: string | undefined;
          for (const step of steps) {
            const wanted = step === undefined ? definition({ visibility: 'private' }) : shared(step);
            const result = await one.planAndApply(wanted);
            assert.equal(result.error, undefined);
            id ??= result.imageId;
            assert.equal((await one.planOne(wanted)).action, 'none');
            if (step === undefined) continue;
            for (const other of others) await one.glance().members.add(id ?? '', other);
            const there = [
              ...(one
                .glance()
                .sharing.all.get(id ?? '')
                ?.keys() ?? []),
            ].sort();
            assert.deepEqual(there, [...new Set([...step, ...others])].sort());
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
