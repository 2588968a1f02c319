import { definitionKey } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import { describePlace } from '../../core/place.ts';
import { failedResult } from '../../core/reconcile/applying/result.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Holder, ProcessLocks } from './process-locks.ts';
import type { ApplyEvent, ApplyResult } from '../../core/reconcile/model/result.ts';

/**
 * Applies the plans that no other window or terminal of this user is applying. The others fail with `apply-running` and send
 * nothing. Across machines, the marks on the image and its id, which both would choose alike, prevent it. Results come in
 * the order of the plans.
 */
export async function applyLocked(
  plans: readonly Plan[],
  locks: ProcessLocks,
  emit: (event: ApplyEvent) => void,
  work: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>,
): Promise<readonly ApplyResult[]> {
  const taken = await Promise.all(plans.map(async (plan) => ({ plan, lock: await locks.take(targetOf(plan)) })));
  try {
    const free = taken.filter(({ lock }) => typeof lock !== 'string').map(({ plan }) => plan);
    const busy = taken.flatMap(({ plan, lock }) => (typeof lock === 'string' ? [refused(plan, lock)] : []));
    for (const result of busy) emit({ type: 'result', plan: result.plan.id, result });
    const done = free.length === 0 ? [] : await work(free);
    const byDefinition = new Map([...busy, ...done].map((result) => [targetOf(result.plan), result]));
    return plans.flatMap((plan) => byDefinition.get(targetOf(plan)) ?? []);
  } finally {
    for (const { lock } of taken) if (typeof lock !== 'string') await lock();
  }
}

function targetOf({ definition, place }: Plan): string {
  return JSON.stringify([definition.file, definitionKey(definition), place.cloud, place.region]);
}

function refused(plan: Plan, holder: Holder): ApplyResult {
  const what = `${JSON.stringify(plan.definition.arguments.name)} in ${describePlace(plan.place)}`;
  const who =
    holder === 'own'
      ? 'is already being applied: this apply was started twice'
      : 'is being applied by another window or terminal';
  const failure = new Failure('apply-running', `${what} ${who}.`, {
    next: 'It was not sent again. Wait for that apply to finish, then apply again.',
  });
  return failedResult(plan, failure, { kind: 'nothing' });
}
