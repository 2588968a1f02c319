import assert from 'node:assert/strict';
import { Failure } from '../../../../src/core/failure.ts';
import { definition, World } from './world.ts';

const path = '/images/ubuntu.qcow2';
const HOUR = 3_600_000;

/** A world in which an apply was cut while it sent bytes, and could not even take its image away. */
async function cutWhileSending(): Promise<World> {
  const world = new World();
  world.files.write(path, Buffer.alloc(3_000_000, 'x'));
  world.glance().before = ({ method }) => {
    if (['write', 'patch', 'delete'].includes(method)) throw new Failure('unexpected', 'The process is gone.');
  };
  await world.planAndApply(definition());
  world.glance().before = () => undefined;
  assert.equal(world.glance().images.size, 1);
  return world;
}

/** Leaves the staged image as Glance does when it is killed itself. */
function stuckIn(world: World, status: string): string {
  const [image] = world.glance().images.values();
  assert.ok(image);
  world.glance().images.set(image.id, { ...image, status });
  return image.id;
}

function codes(plan: { readonly problems: readonly { readonly code: string }[] }): readonly string[] {
  return plan.problems.map(({ code }) => code);
}

describe('an image that an apply left', () => {
  it('is gone on with at once where the run was this machine’s and is dead', async () => {
    const world = await cutWhileSending();
    const [id] = world.glance().images.keys();
    const result = await world.planAndApply(definition());
    assert.equal(result.status, 'done');
    assert.equal(result.imageId, id);
  });

  it('is left and named where somebody protected it and its bytes are of no use', async () => {
    const world = await cutWhileSending();
    const id = stuckIn(world, 'active');
    const left = world.glance().images.get(id);
    assert.ok(left);
    world.glance().images.set(id, { ...left, protected: true, size: 5 });
    const result = await world.planAndApply(definition());
    assert.equal(result.status, 'done', result.error?.message);
    assert.notEqual(result.imageId, id);
    assert.ok(world.glance().images.has(id));
    assert.match(result.warnings?.[0]?.message ?? '', new RegExp(`${id}.*protected`));
    assert.equal((await world.planOne(definition())).action, 'none');
  });

  it('is named where somebody protected it, also by an apply that fails', async () => {
    const world = await cutWhileSending();
    const id = stuckIn(world, 'active');
    const left = world.glance().images.get(id);
    assert.ok(left);
    world.glance().images.set(id, { ...left, protected: true, size: 5 });
    world.glance().before = ({ method }) => {
      if (method === 'write') throw new Failure('quota-exceeded', 'Full.', { status: 413 });
    };
    const result = await world.planAndApply(definition());
    assert.equal(result.error?.code, 'quota-exceeded');
    assert.match(result.warnings?.[0]?.message ?? '', new RegExp(`${id}.*protected`));
  });

  it('is never taken from a run that is alive, whatever is consented to', async () => {
    const world = await cutWhileSending();
    world.runs.alive.add('run-1');
    world.recoverStuck = true;
    world.now = new Date(world.now.getTime() + 1000 * HOUR);
    assert.deepEqual(codes(await world.planOne(definition())), ['apply-in-progress']);
  });

  it('waits for another machine until its time has passed, then for consent', async () => {
    const world = await cutWhileSending();
    world.runs.elsewhere.add('run-1');
    const started = world.now.getTime();
    world.now = new Date(started + 6 * HOUR - 1);
    world.recoverStuck = true;
    const early = await world.planOne(definition());
    assert.deepEqual(codes(early), ['apply-in-progress']);
    assert.match(early.problems[0]?.message ?? '', /recover it after 2026-01-01T06:00:00\.000Z/);
    world.now = new Date(started + 6 * HOUR);
    world.recoverStuck = false;
    assert.deepEqual(codes(await world.planOne(definition())), ['apply-stuck']);
    world.recoverStuck = true;
    assert.equal((await world.planAndApply(definition())).status, 'done');
    assert.equal(world.glance().images.size, 1);
  });

  it('waits as long as the definition says', async () => {
    const world = await cutWhileSending();
    world.runs.elsewhere.add('run-1');
    world.now = new Date(world.now.getTime() + HOUR);
    assert.deepEqual(codes(await world.planOne(definition({ timeouts: { create: '1h' } }))), ['apply-stuck']);
  });

  for (const status of ['saving', 'uploading', 'importing']) {
    it(`is not deleted unasked while Glance holds it in ${status}`, async () => {
      const world = await cutWhileSending();
      const id = stuckIn(world, status);
      const plan = await world.planOne(definition());
      assert.deepEqual(codes(plan), ['apply-stuck']);
      assert.match(plan.problems[0]?.message ?? '', /--recover-stuck/);
      world.recoverStuck = true;
      const recovering = await world.planOne(definition());
      assert.deepEqual([recovering.action, codes(recovering)], ['create', ['recovers-stuck-image']]);
      const [result] = await world.apply([recovering]);
      assert.equal(result?.status, 'done', JSON.stringify(result?.error));
      assert.notEqual(result.imageId, id);
      assert.deepEqual([...world.glance().images.keys()], [result.imageId]);
    });
  }
});

describe('an image that an apply gave up and could not replace', () => {
  it('is said to be deleted', async () => {
    const world = await cutWhileSending();
    const id = stuckIn(world, 'saving');
    world.recoverStuck = true;
    world.glance().before = ({ method }) => {
      if (method === 'create' && !world.glance().images.has(id))
        throw new Failure('quota-exceeded', 'Full.', { status: 413 });
    };
    const result = await world.planAndApply(definition());
    assert.equal(result.error?.code, 'quota-exceeded');
    assert.deepEqual(result.left, { kind: 'deleted', id });
  });
});

describe('an image that an apply filled and did not publish', () => {
  it('is made anew at once where the source has other bytes of the same size by now', async () => {
    const world = new World();
    world.files.write(path, Buffer.from('bytes A'));
    world.glance().before = ({ method }) => {
      if (method === 'patch' || method === 'delete') throw new Failure('unexpected', 'The process is gone.');
    };
    await world.planAndApply(definition());
    world.glance().before = () => undefined;
    assert.deepEqual(
      [...world.glance().images.values()].map(({ status }) => status),
      ['active'],
    );
    world.files.write(path, Buffer.from('bytes B'));
    const result = await world.planAndApply(definition());
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.equal(result.bytesSent, 7);
    assert.equal(world.glance().images.size, 1);
    assert.equal((await world.planOne(definition())).action, 'none');
  });

  it('is kept where the next apply is cancelled before it has compared it', async () => {
    const world = new World();
    world.files.write(path, Buffer.from('bytes'));
    world.glance().before = ({ method }) => {
      if (method === 'patch' || method === 'delete') throw new Failure('unexpected', 'The process is gone.');
    };
    await world.planAndApply(definition());
    const abort = new AbortController();
    world.glance().before = ({ method }) => {
      if (method === 'patch') abort.abort();
      if (abort.signal.aborted) throw new Failure('cancelled', 'Cancelled.');
    };
    const [cancelled] = await world.apply(await world.plan(definition()), { signal: abort.signal });
    assert.equal(cancelled?.status, 'cancelled');
    world.glance().before = () => undefined;
    const result = await world.planAndApply(definition());
    assert.deepEqual([result.status, result.bytesSent], ['done', 0]);
  });
});

describe('timeouts', () => {
  it('end an apply that takes too long in all, and say so', async () => {
    const world = new World();
    world.files.write(path, Buffer.alloc(3_000_000, 'x'));
    world.glance().before = ({ method }) => {
      if (method === 'write') world.timers.get(90_000)?.();
    };
    const result = await world.planAndApply(definition({ timeouts: { create: '90s' } }));
    assert.equal(result.status, 'failed');
    assert.equal(result.error?.code, 'create-timeout');
    assert.match(result.error.message, /took longer than 90s\. The partial image .* was deleted/);
    assert.equal(world.glance().images.size, 0);
    assert.equal(world.timers.size, 0, 'a timer was left');
  });

  it('give the upload its stall, two minutes where nothing is said', async () => {
    for (const [timeouts, stall] of [
      [{}, 120_000],
      [{ stall: '5m' }, 300_000],
    ] as const) {
      const world = new World();
      world.files.write(path, Buffer.from('x'));
      await world.planAndApply(definition({ timeouts }));
      assert.deepEqual(world.glance().stallTimeouts, [stall]);
    }
  });
});

describe('a replacement that an apply staged and did not publish', () => {
  /** A world with an image, and a staged replacement for it. */
  async function cutWhileReplacing(): Promise<World> {
    const world = new World();
    world.files.write(path, Buffer.from('first'));
    await world.planAndApply(definition());
    world.files.write(path, Buffer.from('second'));
    world.glance().before = ({ method }) => {
      if (['write', 'patch', 'delete'].includes(method)) throw new Failure('unexpected', 'The process is gone.');
    };
    await world.planAndApply(definition());
    world.glance().before = () => undefined;
    assert.equal(world.glance().images.size, 2);
    return world;
  }

  it('stands in the plan: to go on with, or as what blocks it', async () => {
    const world = await cutWhileReplacing();
    const plan = await world.planOne(definition());
    assert.deepEqual([plan.action, codes(plan)], ['replace', ['resumes-staged-image']]);
    world.runs.elsewhere.add('run-2');
    const blocked = await world.planOne(definition());
    assert.deepEqual([blocked.action, codes(blocked)], ['blocked', ['apply-in-progress']]);
  });

  it('is pointed out where it is not needed any more', async () => {
    const world = await cutWhileReplacing();
    world.files.write(path, Buffer.from('first'));
    const plan = await world.planOne(definition());
    assert.deepEqual([plan.action, codes(plan)], ['none', ['staged-leftover']]);
  });
});
