import { toFailure } from '../../core/failure.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import type { Subscription } from '../../state/observable.ts';
import type { ApplierDeps } from './applier.ts';

/** Applies that run, in this window or another. */
export interface RunningFeature {
  readonly disposables: readonly Subscription[];
  /** Cancels the apply of this plan; its other regions go on. Returns whether it was running. */
  readonly cancel: (planId: string) => boolean;
}

/** Shows the applies of the transfer host, and whether any apply runs. What shows them is loaded when there is one. */
export function registerRunning(deps: ApplierDeps): RunningFeature {
  const { applies, plans, transfers, hosted, log } = deps;
  return {
    disposables: [
      applies.onDidChange((running) => setContextKey('glanceImages.applying', running)),
      hosted.watch({
        found: (run) =>
          void import('./follow-run.ts').then(
            ({ followRun }) => followRun(run, deps),
            (error: unknown) => log.failure(toFailure(error)),
          ),
        left: (runs) => transfers.left(runs.flatMap((run) => run.plans)),
        confirmAgain: async (shown) => (await import('./confirmation.ts')).confirmedAgain(shown),
      }),
      { dispose: () => applies.dispose() },
    ],
    cancel: (planId) => {
      const record = plans.find(planId);
      return record !== undefined && applies.cancel(record.plan);
    },
  };
}
