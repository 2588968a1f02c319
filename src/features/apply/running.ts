import { toFailure } from '../../core/failure.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import type { Subscription } from '../../state/observable.ts';
import type { ApplierDeps } from './applier.ts';
import type { InterruptedDeps } from './interrupted.ts';

/** Applies that run, in this window or another. */
export interface RunningFeature {
  readonly disposables: readonly Subscription[];
  /** Cancels the apply of this plan; its other regions go on. Returns whether it was running. */
  readonly cancel: (planId: string) => boolean;
  /** Without those that the user cancelled where their cards say how they ended. What can be deleted then is told all the same. */
  readonly untold: (results: readonly ApplyResult[]) => readonly ApplyResult[];
}

/** Shows the applies of the transfer host, and whether any apply runs. What shows them is loaded when there is one. */
export function registerRunning(
  deps: Omit<ApplierDeps, 'untold'> & Pick<InterruptedDeps, 'applyOnly'>,
): RunningFeature {
  const { applies, plans, transfers, hosted, log } = deps;
  // Ids of plans that were cancelled where their transfers are shown.
  const cancelledByCard = new Set<string>();
  const untold = (results: readonly ApplyResult[]): readonly ApplyResult[] =>
    results.filter(({ plan, status, left }) => {
      const cancelled = cancelledByCard.delete(plan.id);
      return !cancelled || (status !== 'cancelled' && status !== 'failed') || left?.kind === 'filling';
    });
  return {
    disposables: [
      applies.onDidChange((running) => setContextKey('glanceImages.applying', running)),
      hosted.watch({
        found: (run) =>
          void import('./follow-run.ts').then(
            ({ followRun }) => followRun(run, { ...deps, untold }),
            (error: unknown) => log.failure(toFailure(error)),
          ),
        left: async (runs) => {
          const left = runs.flatMap((run) => run.plans);
          transfers.left(left);
          if (left.length === 0) return [];
          return (await import('./interrupted.ts')).offerInterrupted(left, deps);
        },
        confirmAgain: async (shown) => (await import('./confirmation.ts')).confirmedAgain(shown),
      }),
      { dispose: () => applies.dispose() },
    ],
    cancel: (planId) => {
      const record = plans.find(planId);
      if (record === undefined || !applies.cancel(record.plan)) return false;
      cancelledByCard.add(planId);
      return true;
    },
    untold,
  };
}
