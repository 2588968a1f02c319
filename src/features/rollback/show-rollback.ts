import type { RollbackResult } from '../../core/reconcile/planning/plan-rollback.ts';
import { readAgain, type ReadAgainOptions } from '../../platform/engine/read-again.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';

/** What showing a rollback needs. */
export interface ShowRollbackOptions extends ReadAgainOptions {
  readonly plans: PlansStore;
}

/** Has the view, the badges and the lenses show both images of a rollback as they are now. */
export async function showRollback({ rollback, status }: RollbackResult, options: ShowRollbackOptions): Promise<void> {
  const { place, current, previous } = rollback;
  if (status === 'done') options.plans.noteRollback(rollback);
  const images = [current, previous].filter((image) => image !== undefined);
  await Promise.all(images.map(({ id }) => readAgain(place, id, options)));
}
