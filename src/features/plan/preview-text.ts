import type { PlanSides } from '../../core/reconcile/words/compare-text.ts';
import { renderPlanSides } from '../../core/reconcile/words/compare-text.ts';
import type { PlanRecord } from '../../state/definitions/plans.ts';
import { isApplied, recordInWords } from '../../state/definitions/plan-state-words.ts';

/** Whether a plan is still to be applied: nothing has happened to its image since. */
export function isOpen({ result, since }: PlanRecord): boolean {
  return result === undefined && since === undefined;
}

/** The two sides of a preview. One whose plan no longer holds says so; after its apply, both sides are the same. */
export function previewSides(record: PlanRecord): PlanSides {
  const { left, right } = renderPlanSides(record.plan);
  if (isOpen(record)) return { left, right };
  const note = `// ${recordInWords(record).text}. This preview is out of date: preview the changes again.\n`;
  return { left: note + (isApplied(record) ? right : left), right: note + right };
}

/** What stands at the top of a plan of several definitions some of which no longer hold; `undefined` where all do. */
export function outOfDate(records: readonly PlanRecord[]): string | undefined {
  const count = records.filter((record) => !isOpen(record)).length;
  if (count === 0) return undefined;
  return `Out of date: ${count} of ${records.length} were applied or changed since. Preview the changes again.`;
}
