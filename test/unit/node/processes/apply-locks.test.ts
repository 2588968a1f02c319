import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../silent-log.ts';
import { resultOf } from '../../../../src/core/reconcile/applying/result.ts';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { applyLocked } from '../../../../src/node/processes/apply-locks.ts';
import { ProcessLocks } from '../../../../src/node/processes/process-locks.ts';
import { warnOnWriteError } from '../../../../src/node/records/write-errors.ts';
import { placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';
import type { ApplyEvent, ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const ignore = (): void => undefined;
const work = (plans: readonly Plan[]): Promise<readonly ApplyResult[]> =>
  Promise.resolve(plans.map((plan) => resultOf(plan, 'done')));

describe('locks of applies', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-locks-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('let one window apply a definition to a region, and tell the second one so', async () => {
    const [one, two] = [new ProcessLocks(folder, silentLog, ignore), new ProcessLocks(folder, silentLog, ignore)];
    const plan = planOf(definitionOf(), { action: 'create' });
    const other = planOf(definitionOf({ name: 'b' }), { action: 'create' });
    const elsewhere = planOf(definitionOf(), { action: 'create', place: placeNamed('RegionTwo') });
    const events: ApplyEvent[] = [];
    const started = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<undefined>();
    const first = applyLocked([plan], one, ignore, async (plans) => {
      started.resolve(undefined);
      await end.promise;
      return work(plans);
    });
    await started.promise;
    const again = planOf(definitionOf(), { action: 'create' });
    const second = await applyLocked([again, other, elsewhere], two, (event) => events.push(event), work);
    assert.deepEqual(
      second.map(({ status, error }) => [status, error?.code]),
      [
        ['failed', 'apply-running'],
        ['done', undefined],
        ['done', undefined],
      ],
    );
    // Both are of this very process, so that no other window or terminal is spoken of.
    assert.match(second[0]?.error?.message ?? '', /is already being applied: this apply was started twice/);
    assert.deepEqual(
      events.map(({ type, plan: id }) => [type, id]),
      [['result', again.id]],
    );
    end.resolve(undefined);
    assert.deepEqual(
      (await first).map(({ status }) => status),
      ['done'],
    );
    const third = await applyLocked([again], two, ignore, work);
    assert.deepEqual(
      third.map(({ status }) => status),
      ['done'],
    );
  });

  it('are let go of when the work throws', async () => {
    const locks = new ProcessLocks(folder, silentLog, ignore);
    const plan = planOf(definitionOf());
    await assert.rejects(
      applyLocked([plan], locks, ignore, () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal((await applyLocked([plan], locks, ignore, work)).length, 1);
  });

  it('keep nobody from applying where they can’t be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (text: string) => warnings.push(text) };
    const results = await applyLocked(
      [planOf(definitionOf())],
      new ProcessLocks(join(file, 'x'), log, warnOnWriteError(file, log)),
      ignore,
      work,
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['done'],
    );
    assert.equal(warnings.length, 1);
  });

  it('do not keep their own process out where they could be made and not be written', async () => {
    const target = JSON.stringify(['a']);
    const name = createHash('sha256').update(target).digest('hex').slice(0, 32);
    const troubles: unknown[] = [];
    const locks = new ProcessLocks(folder, silentLog, (error) => troubles.push(error));
    // A folder where the file with the process's id belongs; the lock beside it is made all the same.
    await mkdir(join(folder, name));
    assert.equal(typeof (await locks.take(target)), 'function');
    assert.equal(troubles.length, 1);
    await rmdir(join(folder, name));
    const release = await locks.take(target);
    assert.ok(typeof release === 'function', 'it takes itself for another window');
    await release();
  });

  it('are not waited for where the process that held one was killed', async () => {
    const locks = new ProcessLocks(folder, silentLog, ignore);
    const plan = planOf(definitionOf(), { action: 'create' });
    let held: readonly string[] = [];
    let holder = '';
    await applyLocked([plan], locks, ignore, async (plans) => {
      held = await readdir(folder);
      const [name] = held.filter((each) => !each.endsWith('.lock'));
      holder = await readFile(join(folder, name ?? ''), 'utf8');
      return work(plans);
    });
    assert.deepEqual(await readdir(folder), [], 'something of a lock was left');
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (const name of held) {
      if (name.endsWith('.lock')) await mkdir(join(folder, name));
      else await writeFile(join(folder, name), holder.replace(`.${process.pid}.`, `.${pid}.`));
    }
    assert.equal(held.length, 2);
    const [result] = await applyLocked([plan], locks, ignore, work);
    assert.equal(result?.status, 'done');
  });
});
