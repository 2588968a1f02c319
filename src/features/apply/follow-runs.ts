import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';
import { isInWorkspace } from '../../platform/files/uris.ts';
import type { FoundRun } from '../../transfers/hosts.ts';
import { definitionId } from '../../state/definitions/plans.ts';
import type { Subscription } from '../../state/observable.ts';
import type { RunningApply } from '../../state/definitions/applies.ts';
import type { ApplierDeps } from './applier.ts';
import { confirmedAgain } from './confirmation.ts';
import { outcomeInWords } from './result-words.ts';
import { showResult } from './show-result.ts';

/** Shows what the transfer host does for other windows and terminals, or for an earlier window, as if it were this window's. */
export function followRuns(deps: ApplierDeps): Subscription {
  return deps.hosted.watch({
    found: (run) => void follow(run, deps),
    left: (runs) => deps.transfers.left(runs.flatMap(({ plans }) => plans)),
    confirmAgain: confirmedAgain,
  });
}

async function follow(found: FoundRun, deps: ApplierDeps): Promise<void> {
  const { transfers, plans: store } = deps;
  const earlier = { told: false };
  try {
    const run = await found.follow((plans) => {
      earlier.told = transfers.haveEnded(plans);
      if (earlier.told) return () => undefined;
      store.remember(plans);
      transfers.begin(plans);
      return (event) => {
        transfers.record(event);
        if (event.type !== 'result') return;
        store.noteResult(event.result);
        void showResult(event.result, deps);
      };
    });
    if (earlier.told) return;
    const apply = begin(run.plans, deps);
    apply?.signal.addEventListener('abort', () => run.cancel(), { once: true });
    for (const plan of run.plans)
      apply?.signalOf(plan).addEventListener('abort', () => run.cancel(plan.id), { once: true });
    const results = await run.results.finally(() => apply?.end());
    tell(results, deps);
  } catch (error) {
    // It ended meanwhile.
    deps.log.info(`A run of another window can't be followed: ${String(error)}`);
  }
}

/** `undefined` where this window applies one of them itself. */
function begin(plans: readonly Plan[], { applies }: ApplierDeps): RunningApply | undefined {
  try {
    return applies.begin(definitionsOf(plans));
  } catch (error) {
    if (Failure.is(error, 'apply-running')) return undefined;
    throw error;
  }
}

/** Only the windows that have the definitions tell how it ended. */
function tell(results: readonly ApplyResult[], { notifications }: ApplierDeps): void {
  const ours = results.filter(({ plan }) => isInWorkspace(plan.definition.file));
  if (ours.length === 0) return;
  const { severity, message } = outcomeInWords(ours, []);
  if (severity === 'error') notifications.error(message, []);
  else if (severity === 'warning') notifications.warn(message, []);
  else notifications.inform(message);
}

function definitionsOf(plans: readonly Plan[]): readonly Definition[] {
  return [...new Map(plans.map(({ definition }) => [definitionId(definition), definition])).values()];
}
