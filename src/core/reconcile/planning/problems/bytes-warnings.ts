import type { ErrorCode } from '../../../error-codes.ts';
import type { Problem } from '../../../problem.ts';
import { type Plan, SENDS } from '../../model/plan.ts';
import { FLAW_CODES } from './flaw-problems.ts';

/** Problems that an inspection of the bytes finds. */
const OF_BYTES: ReadonlySet<ErrorCode> = new Set([
  ...FLAW_CODES,
  'source-not-a-disk',
  'source-compressed',
  'source-archive',
  'format-mismatch',
  'format-ambiguous',
  'vhd-fixed',
  'iso-hybrid',
  'min-disk-too-small',
]);

/** What a plan that sends bytes warns of in them. */
export function bytesWarnings({ action, problems }: Pick<Plan, 'action' | 'problems'>): readonly Problem[] {
  if (!SENDS.has(action)) return [];
  return problems.filter(({ severity, code }) => severity === 'warning' && OF_BYTES.has(code));
}

/** Whether a plan made again warns of something in its bytes that the agreed one did not show: a source from elsewhere is inspected once it is here. */
export function warnsAnew(agreed: Plan, now: Plan): boolean {
  const said = new Set(agreed.problems.map(({ code }) => code));
  return bytesWarnings(now).some(({ code }) => !said.has(code));
}
