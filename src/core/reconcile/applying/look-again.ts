import { withAbort } from '../../abort.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplyResult } from '../model/result.ts';
import { exceedsAgreed } from '../planning/exceeds-agreed.ts';
import type { ApplyContext, ApplyJob } from './context.ts';
import { blockedResult, failedResult, resultOf } from './result.ts';
import { bytesWarnings, warnsAnew } from '../planning/problems/flaw-problems.ts';

/** A plan as agreed to, and as it is now. */
interface Look {
  readonly before: Plan;
  readonly after: Plan;
}

/** ms for which a look just before a write is good. Whatever waits longer for its turn is looked at once more. */
export const LOOK_COUNTS_FOR = 60_000;

/** ms for which a look that found no image of a definition counts. Whoever makes one meanwhile takes the id that it would get. */
const NOTHING_COUNTS_FOR = 10_000;

/** ms that places wait for each other, so that they share a read and a question. */
const TOGETHER = 5_000;

/**
 * Plans again, with at most one look per place, and has the plans carried out. Those of a place that takes long to answer follow by
 * themselves: others do not wait for it. Reports plans that failed, are blocked, or do more than was agreed to.
 */
export async function lookAgain(
  plans: readonly Plan[],
  job: ApplyJob,
  carryOut: (plans: readonly Plan[]) => Promise<void>,
): Promise<void> {
  const blocked = plans.filter(({ action }) => action === 'blocked');
  for (const plan of blocked) job.report(blockedResult(plan));
  const places = Map.groupBy(
    plans.filter((plan) => !blocked.includes(plan)),
    ({ place }) => JSON.stringify(place),
  );
  const carryOutAgreed = async (looks: readonly Look[]): Promise<void> => {
    const agreed = await agreedPlans(looks, job);
    if (agreed.length > 0) await carryOut(agreed);
  };
  const together: Look[] = [];
  let isOver = false;
  const arriving = [...places.values()].map(async (group) => {
    const looks = await lookAt(group, job);
    if (isOver) await carryOutAgreed(looks);
    else together.push(...looks);
  });
  await within(TOGETHER, Promise.all(arriving), job.context);
  isOver = true;
  const inOrder = together.toSorted((one, other) => plans.indexOf(one.before) - plans.indexOf(other.before));
  await Promise.all([carryOutAgreed(inOrder), ...arriving]);
}

/** Resolves with the work, or after so many ms. */
async function within(milliseconds: number, work: Promise<unknown>, context: ApplyContext): Promise<void> {
  const waited = Promise.withResolvers<undefined>();
  const cancel = context.after(milliseconds, () => waited.resolve(undefined));
  try {
    await Promise.race([work, waited.promise]);
  } finally {
    cancel();
  }
}

/** The plans to carry out. Those that do more than was agreed to need another consent. */
async function agreedPlans(looks: readonly Look[], job: ApplyJob): Promise<readonly Plan[]> {
  const worse = looks.filter((look) => isWorse(look, job));
  const agreed = worse.length === 0 || (await job.confirm(worse.map(({ after }) => after)));
  return looks.flatMap((look) => {
    const isDeclined = !agreed && worse.includes(look);
    if (look.after.action !== 'blocked' && !isDeclined) return [look.after];
    job.report(isDeclined ? declinedResult(look) : blockedResult(look.after));
    return [];
  });
}

/** Whether somebody has to agree to a plan before it is carried out. */
function isWorse({ before, after }: Look, { asks }: Pick<ApplyJob, 'asks'>): boolean {
  return after.action !== 'blocked' && (exceedsAgreed(before, after) || (asks && warnsAnew(before, after)));
}

/** Plans one place again. A plan that is cancelled does not wait for the others. */
async function lookAt(plans: readonly Plan[], { context, report }: ApplyJob): Promise<readonly Look[]> {
  const [first] = plans;
  if (first === undefined) return [];
  const justLooked = plans.every((plan) => isNew(plan) && isRecent(plan, context));
  const again = context.replan(first.place, plans, context.signal, justLooked ? [] : undefined);
  const looks = await Promise.all(
    plans.map(async (before) => {
      try {
        const all = await withAbort(again, context.signalFor(before));
        const after = all.find(({ id }) => id === before.id) ?? before;
        if (after.fingerprint !== before.fingerprint || after.action !== before.action)
          context.emit({ type: 'replanned', plan: before.id, next: after });
        return [{ before, after }];
      } catch (reason) {
        report(failedResult(before, reason, { kind: 'nothing' }));
        return [];
      }
    }),
  );
  return looks.flat();
}

/** Whether the image of a plan is not there yet, and this machine sends its bytes. */
function isNew({ action, live, staged, remote }: Plan): boolean {
  return action === 'create' && live === undefined && staged === undefined && remote?.kind !== 'cloud';
}

function isRecent({ lookedAt }: Plan, context: ApplyContext): boolean {
  return lookedAt !== undefined && context.now().getTime() - lookedAt < NOTHING_COUNTS_FOR;
}

/** Plans again while the plan is carried out. */
export async function lookAgainAtOne(plan: Plan, context: Pick<ApplyContext, 'replan' | 'signal'>): Promise<Plan> {
  const [now] = await context.replan(plan.place, [plan], context.signal);
  return now ?? plan;
}

function declinedResult({ before, after }: Look): ApplyResult {
  const why = exceedsAgreed(before, after)
    ? 'The image or its source changed since the plan was made, and the new plan does more.'
    : `The plan did not show what was found in the bytes: ${bytesWarnings(after)
        .map(({ message }) => message)
        .join(' ')}`;
  return resultOf(after, 'declined', {
    error: {
      code: 'plan-stale',
      message: `${why} Nothing was changed.`,
      next: 'Plan again to review the changes.',
    },
  });
}
