import { describePlace } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { describeChange } from '../../core/reconcile/words/describe.ts';
import { sizeInWords } from '../../core/byte-count.ts';

/** The most changes that are named. */
const NAMED_AT_MOST = 3;

/** Place, action and bytes of a plan, e.g. `cloud/RegionOne · create · 1 GiB to send`. */
export function planInBrief({ place, action, bytesToSend }: Plan): string {
  const bytes = bytesToSend === 0 ? [] : [`${sizeInWords(bytesToSend)} to send`];
  return [describePlace(place), action, ...bytes].join(' · ');
}

/** Why a plan does what it does, on one line. */
export function reasonOf({ action, problems, changes }: Plan): string {
  if (action === 'blocked') return problems.find(({ severity }) => severity === 'error')?.message ?? 'blocked';
  if (action === 'create') return 'does not exist yet';
  if (action === 'adopt') return 'matches; it is only marked as managed';
  const lines = changes.slice(0, NAMED_AT_MOST).map(describeChange);
  const rest = changes.length - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
