import assert from 'node:assert/strict';
import type { DefinitionArguments, OnReplace } from '../../../../src/core/definition/definition.ts';
import { Failure } from '../../../../src/core/failure.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { describeReplaced, planConsequences } from '../../../../src/core/reconcile/words/describe.ts';
import { readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import { definition, World } from './world.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const path = '/images/ubuntu.qcow2';

/** Applies a definition, changes its file, and applies it again. */
async function replaced(
  extra: Partial<DefinitionArguments>,
  between: (world: World, old: LiveImage) => void = () => undefined,
): Promise<{ world: World; old: LiveImage | undefined; oldId: string; result: ApplyResult }> {
  const world = new World();
  world.files.write(path, Buffer.from('first'));
  const first = await world.planAndApply(definition(extra));
  assert.ok(first.live);
  between(world, first.live);
  world.files.write(path, Buffer.from('second'));
  const result = await world.planAndApply(definition(extra));
  return { world, old: world.glance().images.get(first.live.id), oldId: first.live.id, result };
}

describe('what becomes of a replaced image', () => {
  it('is hidden where the definition says nothing', async () => {
    const { old, result } = await replaced({});
    assert.equal(old?.os_hidden, true);
    assert.equal(old.status, 'active');
    assert.match(describeReplaced(result) ?? '', /is hidden but kept/);
  });

  it('is deleted, and the plan says so', async () => {
    const { world, old, oldId, result } = await replaced({ on_replace: 'delete' });
    assert.equal(old, undefined);
    assert.equal(result.status, 'done');
    assert.equal(result.replacedImageId, oldId);
    assert.match(planConsequences(result.plan).join('\n'), new RegExp(`${oldId} is deleted`));
    assert.equal((await world.planOne(definition({ on_replace: 'delete' }))).action, 'none');
  });

  it('is hidden and deactivated', async () => {
    const { old } = await replaced({ on_replace: 'deactivate' });
    assert.equal(old?.os_hidden, true);
    assert.equal(old.status, 'deactivated');
  });

  it('is kept as it is, and is not taken for the image of the definition again', async () => {
    const { world, old, result } = await replaced({ on_replace: 'keep' });
    assert.equal(old?.os_hidden, false);
    assert.ok(readMarks(old)?.replacedBy === result.imageId);
    assert.equal((await world.planOne(definition({ on_replace: 'keep' }))).action, 'none');
  });

  it('is not deleted while it is protected, which the plan says beforehand', async () => {
    const { world, old, result } = await replaced({ on_replace: 'delete', protected: true });
    assert.equal(old?.os_hidden, true);
    assert.equal(result.plan.problems.find(({ code }) => code === 'predecessor-protected')?.severity, 'warning');
    assert.equal(result.status, 'done');
    assert.equal(result.warnings?.[0]?.code, 'predecessor-kept');
    assert.match(describeReplaced(result) ?? '', /is hidden but kept/);
    assert.equal((await world.planOne(definition({ on_replace: 'delete', protected: true }))).action, 'none');
  });

  it('is unprotected and deleted where the definition says that it is not protected', async () => {
    const { old, result } = await replaced({ on_replace: 'delete', protected: false }, (world, image) =>
      world.glance().images.set(image.id, { ...image, protected: true }),
    );
    assert.equal(old, undefined);
    assert.deepEqual(result.warnings, []);
  });

  it('is hidden but kept while something uses it', async () => {
    const { old, result, world } = await replaced({ on_replace: 'delete' });
    assert.equal(old, undefined);
    world.files.write(path, Buffer.from('third'));
    world.glance().before = ({ method }) => {
      if (method === 'delete') throw new Failure('image-in-use', 'A server uses it.', { status: 409, requestId: 'r' });
    };
    const third = await world.planAndApply(definition({ on_replace: 'delete' }));
    assert.equal(third.status, 'done');
    assert.match(third.warnings?.[0]?.message ?? '', /could not be deleted: A server uses it/);
    assert.equal(third.warnings?.[0]?.requestId, 'r');
    assert.equal(world.glance().images.get(result.imageId ?? '')?.os_hidden, true);
    assert.equal((await world.planOne(definition({ on_replace: 'delete' }))).action, 'none');
  });

  for (const how of ['hide', 'delete', 'deactivate', 'keep'] as const satisfies readonly OnReplace[]) {
    it(`leaves one visible chain after three replacements in a row (${how})`, async () => {
      const world = new World();
      const ids: (string | undefined)[] = [];
      for (const bytes of ['one', 'two', 'three', 'four']) {
        world.files.write(path, Buffer.from(bytes));
        const result = await world.planAndApply(definition({ on_replace: how }));
        assert.equal(result.status, 'done', JSON.stringify(result.error));
        ids.push(result.imageId);
      }
      assert.equal(new Set(ids).size, 4);
      const visible = world.glance().visible('Ubuntu');
      assert.equal(visible.length, how === 'keep' ? 4 : 1);
      assert.equal((await world.planOne(definition({ on_replace: how }))).imageId, ids[3]);
    });
  }

  it('is what the definition said when the replacement began, even if the apply was cut and the definition changed', async () => {
    const world = new World();
    world.files.write(path, Buffer.from('first'));
    const first = await world.planAndApply(definition());
    world.files.write(path, Buffer.from('second'));
    world.glance().before = ({ method, id }) => {
      if (method === 'patch' && id === first.imageId) throw new Failure('unexpected', 'gone');
    };
    await world.planAndApply(definition({ on_replace: 'deactivate' }));
    world.glance().before = () => undefined;
    const again = await world.planAndApply(definition({ on_replace: 'delete' }));
    assert.equal(again.status, 'done');
    assert.equal(world.glance().images.get(first.imageId ?? '')?.status, 'deactivated');
  });
});
