import type { Plan } from '../../core/reconcile/model/plan.ts';
import { inOneLine } from '../../platform/prompts/one-line.ts';
import { differs } from '../../state/definitions/drift.ts';

/** What a check for drift found. */
export interface DriftFound {
  readonly severity: 'information' | 'warning';
  readonly message: string;
}

/** What plans say of drift, in one line: `2 of 12 images differ from their definitions (1 not created).` */
export function driftInWords(plans: readonly Plan[]): DriftFound {
  const drifted = plans.filter((plan) => differs({ plan }));
  const blocked = plans.filter(({ action }) => action === 'blocked');
  const missing = plans.filter(({ action }) => action === 'create');
  const rest = [
    ...(missing.length > 0 ? [`${missing.length} not created`] : []),
    ...(blocked.length > 0 ? [`${blocked.length} not checked: ${reasonOf(blocked)}`] : []),
  ].join(', ');
  const images = plans.length === 1 ? '1 image' : `${plans.length} images`;
  const differing = drifted.length === 1 ? 'differs from its definition' : 'differ from their definitions';
  const what = drifted.length === 0 ? `No drift in ${images}` : `${drifted.length} of ${images} ${differing}`;
  const message = rest === '' ? `${what}.` : `${what} (${rest}).`;
  return { severity: drifted.length + blocked.length + missing.length > 0 ? 'warning' : 'information', message };
}

function reasonOf(blocked: readonly Plan[]): string {
  const problem = blocked.flatMap(({ problems }) => problems).find(({ severity }) => severity === 'error');
  return inOneLine(problem?.message ?? 'blocked').replace(/\.$/, '');
}
