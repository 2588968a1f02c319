import assert from 'node:assert/strict';
import type { Definition } from '../../../../../src/core/definition/definition.ts';
import type { Plan } from '../../../../../src/core/reconcile/model/plan.ts';
import type { ModelCall } from '../glance-model.ts';
import { until } from '../turns.ts';
import { definition, World } from '../world.ts';

/** Twelve definitions, each with its own file. */
function twelve(world: World): readonly Definition[] {
  return Array.from({ length: 12 }, (_, index) => {
    const path = `/images/${String(index)}.qcow2`;
    world.files.write(path, Buffer.from(path));
    return { ...definition({ name: `Image ${String(index)}`, local_file_path: path }), index };
  });
}

/** How often a method was called while `work` ran. */
async function counted(world: World, method: ModelCall['method'], work: () => Promise<unknown>): Promise<number> {
  world.glance().calls.length = 0;
  await work();
  return world.glance().calls.filter((call) => call.method === method).length;
}

describe('the second look of an apply', () => {
  it('lists the images of a region as often as their plan does', async () => {
    const world = new World();
    const definitions = twelve(world);
    await world.apply(await world.plan(definitions));
    const changed = definitions.map((each) => ({ ...each, arguments: { ...each.arguments, min_disk_gb: 3 } }));
    const planned = await counted(world, 'list', () => world.plan(changed));
    const updates = await world.plan(changed);
    assert.ok(updates.every(({ action }) => action === 'update'));
    assert.equal(await counted(world, 'list', () => world.apply(updates)), planned);
  });

  it('needs no listing for new images right after their plan, and one for an older plan', async () => {
    const world = new World();
    const definitions = twelve(world);
    const planned = await counted(world, 'list', () => world.plan(definitions));
    const [first, ...others] = await world.plan(definitions);
    assert.ok(first);
    assert.equal(await counted(world, 'list', () => world.apply([first])), 0);
    world.now = new Date(world.now.getTime() + 11_000);
    assert.equal(await counted(world, 'list', () => world.apply(others)), planned);
    assert.equal(world.glance().images.size, 12);
  });

  it('is made after all where another apply has made the image since its plan', async () => {
    const world = new World();
    world.files.write('/images/ubuntu.qcow2', Buffer.from('the bytes'));
    const plans = await world.plan(definition());
    const { imageId } = await world.planAndApply(definition());
    const [result] = await world.apply(plans);
    assert.deepEqual([result?.status, result?.imageId], ['unchanged', imageId]);
    assert.equal(world.glance().images.size, 1);
  });
});

describe('a region that does not answer the second look', () => {
  it('delays no other region, and follows by itself', async () => {
    const world = new World(['RegionOne', 'RegionTwo']);
    world.files.write('/images/ubuntu.qcow2', Buffer.from('bytes'));
    const plans = await world.plan(definition());
    world.now = new Date(world.now.getTime() + 3_600_000);
    const silence = Promise.withResolvers<undefined>();
    const silent = world.glance('RegionTwo');
    const list = silent.list.bind(silent);
    silent.list = async function* (query) {
      await silence.promise;
      yield* list(query);
    };
    const applied = world.apply(plans);
    await until(() => world.timers.has(5000));
    world.timers.get(5000)?.();
    await until(() => world.events.some(({ type }) => type === 'result'));
    assert.equal(world.glance('RegionOne').visible('Ubuntu').length, 1);
    assert.equal(world.glance('RegionTwo').images.size, 0);
    silence.resolve(undefined);
    assert.deepEqual(
      (await applied).map(({ status }) => status),
      ['done', 'done'],
    );
  });
});

describe('what is found in the bytes after their plan was agreed to', () => {
  const path = '/images/disk.raw';
  const wanted = definition({ disk_format: 'raw', local_file_path: path });
  let world: World;
  let plans: readonly Plan[];

  beforeEach(async () => {
    world = new World();
    world.inspections.read = true;
    world.files.write(path, Buffer.alloc(4096));
    plans = await world.plan(wanted);
    const disk = Buffer.alloc(4096);
    disk.write('QFI\xfb\0\0\0\x03', 'latin1');
    disk.writeUInt32BE(16, 20);
    world.files.write(path, disk);
  });

  it('is asked about where somebody can be asked', async () => {
    const asked: string[] = [];
    const confirmAgain = (again: readonly Plan[]): Promise<boolean> => {
      asked.push(...again.flatMap(({ problems }) => problems.map(({ code }) => code)));
      return Promise.resolve(false);
    };
    const [result] = await world.apply(plans, { confirmAgain });
    assert.deepEqual([result?.status, result?.bytesSent, asked], ['declined', 0, ['format-mismatch']]);
    assert.match(result?.error?.message ?? '', /did not show.*is a qcow2 disk by its content.*Nothing was changed\.$/);
  });

  it('stands in the result where nobody can', async () => {
    const [result] = await world.apply(plans);
    const codes = result?.warnings?.map(({ code }) => code);
    assert.deepEqual([result?.status, codes], ['done', ['format-mismatch']]);
  });

  it('is not asked about again, but stands in the result, where the plan showed it', async () => {
    const confirmAgain = (): Promise<boolean> => Promise.reject(new Error('Asked twice.'));
    const [result] = await world.apply(await world.plan(wanted), { confirmAgain });
    const codes = result?.warnings?.map(({ code }) => code);
    assert.deepEqual([result?.status, codes], ['done', ['format-mismatch']]);
  });
});

/** Has the sources of a world wait for their turn, and returns what lets them go on. */
function heldTurn(world: World): { readonly waiting: Promise<undefined>; readonly begin: () => void } {
  const turn = Promise.withResolvers<undefined>();
  const waiting = Promise.withResolvers<undefined>();
  world.inTurn = async (work) => {
    waiting.resolve(undefined);
    await turn.promise;
    return work();
  };
  return { waiting: waiting.promise, begin: () => turn.resolve(undefined) };
}

describe('an apply that waits for its turn', () => {
  const path = '/images/ubuntu.qcow2';
  let world: World;

  beforeEach(() => {
    world = new World(['RegionOne', 'RegionTwo']);
    world.files.write(path, Buffer.from('first'));
  });

  it('looks once more where the wait was long, and does no more than was agreed to', async () => {
    await world.apply(await world.plan(definition()));
    world.files.write(path, Buffer.from('second'));
    const { waiting, begin } = heldTurn(world);
    const applied = world.apply(await world.plan(definition()));
    await waiting;
    const [live] = world.glance().visible('Ubuntu');
    assert.ok(live);
    world.glance().images.set(live.id, { ...live, name: 'Renamed' });
    world.now = new Date(world.now.getTime() + 3_600_000);
    begin();
    const [moved, other] = await applied;
    assert.deepEqual([moved?.status, moved?.error?.code], ['declined', 'plan-stale']);
    assert.equal(other?.status, 'done');
  });

  it('ends at once where it is cancelled, and leaves the other region its turn', async () => {
    const { waiting, begin } = heldTurn(world);
    const plans = await world.plan(definition());
    const abort = new AbortController();
    const applied = world.apply(plans, { signalOf: ({ id }) => (id === plans[0]?.id ? abort.signal : undefined) });
    await waiting;
    abort.abort();
    await until(() => world.events.some(({ type }) => type === 'result'));
    assert.equal(world.files.opened, 0);
    begin();
    assert.deepEqual(
      (await applied).map(({ status }) => status),
      ['cancelled', 'done'],
    );
  });
});
