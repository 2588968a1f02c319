import { Failure, isAbort, toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import { describeLeft, type Left } from '../model/left.ts';
import { readMarks, type StateMark } from '../ownership/marks.ts';
import type { Rollback, RollbackResult } from '../planning/plan-rollback.ts';
import type { ApplyContext, ApplyRegion } from './context.ts';
import { markOperations } from './operations.ts';
import { errorOf } from './result.ts';
import { CLEAN_UP_TIMEOUT } from './transfer/left-behind.ts';
import { retire } from './replace/retire.ts';
import { leftOfChanges, watched, type Write } from './writes.ts';
import { patchChecked } from './patch.ts';
import { desiredImage } from '../../definition/attributes.ts';

/** What a rollback is given. */
export interface RollbackDeps extends Pick<ApplyContext, 'region' | 'runs' | 'now' | 'log' | 'signal'> {
  /** Plans again. The rollback keeps its id. */
  replan(rollback: Rollback): Promise<Rollback>;
}

/**
 * Carries out rollbacks, regions side by side, and returns the results in the same order. Does not throw for one that
 * fails.
 */
export async function applyRollbacks(
  rollbacks: readonly Rollback[],
  context: RollbackDeps,
): Promise<readonly RollbackResult[]> {
  const run = context.runs.begin();
  try {
    return await Promise.all(rollbacks.map((rollback) => applyRollback(rollback, run, context)));
  } finally {
    context.runs.end(run);
  }
}

async function applyRollback(rollback: Rollback, run: string, context: RollbackDeps): Promise<RollbackResult> {
  const problem = rollback.problems.find(({ severity }) => severity === 'error');
  if (problem !== undefined)
    return { rollback, status: 'blocked', error: { code: problem.code, message: problem.message } };
  const writes: Write[] = [];
  try {
    const now = await context.replan(rollback);
    if (now.fingerprint !== rollback.fingerprint || now.current === undefined || now.previous === undefined) {
      throw new Failure('plan-stale', 'The images changed since the rollback was shown.', {
        region: rollback.place.region,
        next: 'Roll back again to review the changes.',
      });
    }
    const { images, project } = await context.region(rollback.place);
    const region = { images: watched(images, writes), project };
    const state = { run, started: context.now().toISOString(), phase: 'retiring' } as const;
    const restored = await restore(rollback, now.current, now.previous, state, region, context);
    // The previous image serves now. If this is interrupted, the next apply finishes it, as after a replacement.
    const { successor } = await retire(
      { definition: rollback.definition, region, state, context },
      restored,
      'at once',
    );
    return { rollback, status: 'done', requestId: successor.requestId, live: successor.value };
  } catch (reason) {
    const failure = toFailure(reason);
    const requestId = failure.requestId === undefined ? {} : { requestId: failure.requestId };
    const status = isAbort(reason) ? 'cancelled' : 'failed';
    const left = await leftOf(rollback, writes, context);
    return { rollback, status, left, error: errorOf(failure, describeLeft(left)), ...requestId };
  }
}

async function leftOf(rollback: Rollback, writes: readonly Write[], context: RollbackDeps): Promise<Left> {
  if (writes.length === 0) return { kind: 'nothing' };
  const { images } = await context.region(rollback.place);
  return leftOfChanges(rollback.previous?.id ?? '', writes, images, AbortSignal.timeout(CLEAN_UP_TIMEOUT));
}

/**
 * Makes the previous image serve again. It remembers that the other one is to be hidden and kept, whatever the
 * definition says.
 */
async function restore(
  { definition }: Rollback,
  current: LiveImage,
  previous: LiveImage,
  state: StateMark,
  region: ApplyRegion,
  context: RollbackDeps,
): Promise<LiveImage> {
  await giveWay(current, previous, region, context);
  if (previous.status === 'deactivated') await region.images.reactivate(previous.id, context.signal);
  const { replacedBy: _successor, ...marks } = readMarks(previous) ?? { key: '', owns: [] };
  const { os_hidden: hidden } = desiredImage(definition.arguments);
  const operations = [
    ...(previous.os_hidden === hidden ? [] : [{ op: 'replace', path: 'os_hidden', value: hidden } as const]),
    ...markOperations(previous, { ...marks, state: { ...state, replaces: current.id, on_replace: 'hide' } }),
  ];
  return (await patchChecked(previous.id, operations, region, context)).value;
}

/** Without this, each image would name the other as its predecessor while the replacement waits for members. */
async function giveWay(
  current: LiveImage,
  previous: LiveImage,
  region: ApplyRegion,
  context: RollbackDeps,
): Promise<void> {
  const remembered = readMarks(current);
  if (remembered?.state?.replaces !== previous.id) return;
  const { state: _state, ...marks } = remembered;
  await patchChecked(current.id, markOperations(current, { ...marks, replacedBy: previous.id }), region, context);
}
