import pLimit from 'p-limit';
import { onceAllAborted, withAbort } from '../../abort.ts';
import { Failure } from '../../failure.ts';
import { addressOf, sourceKey } from '../../definition/source.ts';
import { type Plan, SENDS } from '../model/plan.ts';
import type { ApplyResult } from '../model/result.ts';
import type { ApplyContext, ApplyJob } from './context.ts';
import { applyInPlace } from './in-place.ts';
import { LOOK_COUNTS_FOR, lookAgain } from './look-again.ts';
import { failedResult } from './result.ts';
import { uploadGroup } from './transfer/uploads.ts';
import { downloadGroup } from './transfer/web-downloads.ts';

/**
 * Carries out plans and returns their results in the same order. Each plan is made again first. If the live image
 * moved, the new plan is carried out if it does no more than the agreed one; otherwise `confirmAgain` decides, one
 * question at a time. It is asked as well about new warnings of what is in the bytes. Plans that send the same file share one read of it. A source that has to be fetched is sent as
 * soon as it is here, without waiting for others.
 */
export async function applyPlans(
  plans: readonly Plan[],
  context: ApplyContext,
  confirmAgain: ((plans: readonly Plan[]) => Promise<boolean>) | undefined,
): Promise<readonly ApplyResult[]> {
  const run = context.runs.begin();
  try {
    const results = new Map<string, ApplyResult>();
    const asking = pLimit(1);
    const job: ApplyJob = {
      context,
      run,
      confirm: async (worse) => (await asking(async () => confirmAgain?.(worse))) === true,
      asks: confirmAgain !== undefined,
      report: (result) => {
        results.set(result.plan.id, result);
        context.emit({ type: 'result', plan: result.plan.id, result });
      },
    };
    const ready = plans.filter((plan) => !isFetchedFirst(plan));
    const fetched = bySource(plans.filter(isFetchedFirst));
    await Promise.all([carryOut(ready, narrowed(job, ready)), ...fetched.map((group) => inTurn(group, job, carryOut))]);
    return plans.map(
      (plan) =>
        results.get(plan.id) ??
        failedResult(plan, new Failure('unexpected', 'The apply ended without a result.'), undefined),
    );
  } finally {
    context.runs.end(run);
  }
}

/** Plans again, carries the plans out and reports their results. */
async function carryOut(plans: readonly Plan[], job: ApplyJob): Promise<void> {
  await lookAgain(plans, job, (current) => carryOutCurrent(current, job));
}

/** Carries out plans that were just made. */
async function carryOutCurrent(current: readonly Plan[], job: ApplyJob): Promise<void> {
  const { context, run, report } = job;
  const lookedAt = context.now().getTime();
  const upload = async (group: readonly Plan[], turn: ApplyJob): Promise<void> => {
    const isOld = context.now().getTime() - lookedAt > LOOK_COUNTS_FOR;
    const again = isOld ? group : await uploadGroup(group, turn);
    if (again.length > 0) await carryOut(again, turn);
  };
  await Promise.all([
    ...current
      .filter((plan) => !sends(plan))
      .map(async (plan) => report(await applyInPlace(plan, run, { ...context, signal: context.signalFor(plan) }))),
    ...byPath(current.filter((plan) => sends(plan) && !cloudFetches(plan))).map((group) => inTurn(group, job, upload)),
    ...byDefinition(current.filter((plan) => sends(plan) && cloudFetches(plan))).map((group) =>
      downloadGroup(group, current, job),
    ),
  ]);
}

/** The job with a signal that fires once all of these plans are cancelled: nobody needs their shared work then. */
function narrowed(job: ApplyJob, plans: readonly Plan[]): ApplyJob {
  const signal = onceAllAborted(plans.map((plan) => job.context.signalFor(plan)));
  return { ...job, context: { ...job.context, signal } };
}

/**
 * Runs work for plans that share a source once it is their turn. Reports a plan that is cancelled before that at once.
 */
async function inTurn(
  plans: readonly Plan[],
  job: ApplyJob,
  work: (plans: readonly Plan[], job: ApplyJob) => Promise<void>,
): Promise<void> {
  const { context, report } = narrowed(job, plans);
  const turn = Promise.withResolvers<undefined>();
  const waiting = plans.map(async (plan) => {
    try {
      await withAbort(turn.promise, context.signalFor(plan));
      return [plan];
    } catch (reason) {
      report(failedResult(plan, reason, { kind: 'nothing' }));
      return [];
    }
  });
  await context.inTurn(async () => {
    turn.resolve(undefined);
    const left = (await Promise.all(waiting)).flat();
    // These plans have their turn: nothing below waits for another one.
    if (left.length > 0) await work(left, { ...job, context: { ...context, inTurn: (next) => next() } });
  });
}

function sends({ action }: Plan): boolean {
  return SENDS.has(action);
}

/** Whether Glance fetches the bytes itself. */
function cloudFetches({ remote }: Plan): boolean {
  return remote?.kind === 'cloud';
}

/** Whether the bytes have to be downloaded or decompressed here before they can be sent. */
function isFetchedFirst(plan: Plan): boolean {
  return sends(plan) && plan.remote !== undefined && !cloudFetches(plan);
}

function bySource(plans: readonly Plan[]): readonly (readonly Plan[])[] {
  const source = ({ definition }: Plan): string => addressOf(definition)?.url ?? sourceKey(definition);
  return [...Map.groupBy(plans, source).values()];
}

function byDefinition(plans: readonly Plan[]): readonly (readonly Plan[])[] {
  return [...Map.groupBy(plans, ({ definition: { file, index } }) => JSON.stringify([file, index])).values()];
}

function byPath(plans: readonly Plan[]): readonly (readonly Plan[])[] {
  return [...Map.groupBy(plans, ({ source }) => source?.path ?? '').values()];
}
