import { describePlace } from '../../core/place.ts';
import { upstreamMoved } from '../../core/reconcile/sources/bytes.ts';
import type { PlanRecord, PlanState } from './plans.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import type { ApplyStatus } from '../../core/reconcile/model/result.ts';
import { transferInWords } from '../transfers/transfer-words.ts';
import { currentTransfers, overallPercent } from '../transfers/overall-percent.ts';
import type { Action, Plan } from '../../core/reconcile/model/plan.ts';

/** What the state of a definition is called over it. */
export interface StateWords {
  readonly title: string;
  readonly tooltip: string;
}

/** The words for what the last plan said; none where nothing is known. */
export function planStateInWords(state: PlanState): StateWords | undefined {
  if (state.kind === 'planned') return inWords(state.records.map(placed));
  if (state.kind === 'unplanned') return undefined;
  return {
    title: withIcon('question', 'Changed since the last plan'),
    tooltip: 'Preview changes to compare again',
  };
}

/** How far the apply of a definition is, in all regions together; none while none runs. */
export function applyingInWords(transfers: readonly Transfer[]): StateWords | undefined {
  const running = transfers.filter(({ status }) => status === 'running');
  if (running.length === 0) return undefined;
  const percent = overallPercent(currentTransfers(transfers));
  return {
    title: withIcon('sync~spin', percent === undefined ? 'Applying' : `${percent}%`),
    tooltip: running.map((each) => `${describePlace(each)}: ${transferInWords(each)}`).join('\n'),
  };
}

function placed(record: PlanRecord): PlacedWords {
  const { place } = record.plan;
  return { where: describePlace(place), region: place.region, ...recordInWords(record) };
}

function inWords(words: readonly PlacedWords[]): StateWords {
  const [first] = words;
  const tooltip = words.map(({ where, text, detail = text }) => `${where}: ${detail}`).join('\n');
  if (first === undefined) return { title: '', tooltip };
  const same = words.every(({ text }) => text === first.text);
  const title = same
    ? words.length === 1
      ? withIcon(first.icon, first.text)
      : withIcon(first.icon, `${first.text} in ${words.length} regions`)
    : words.map(({ icon, text, region }) => withIcon(icon, `${region}: ${text}`)).join('\u00a0\u00a0 ');
  return { title, tooltip };
}

/** CodeLens swallows a plain space after an icon. */
export function withIcon(icon: string, text: string): string {
  return `$(${icon})\u00a0${text}`;
}

/** An icon and a short text. */
export interface Words {
  readonly icon: string;
  readonly text: string;
  /** The reason, for the tooltip. */
  readonly detail?: string;
}

interface PlacedWords extends Words {
  readonly where: string;
  readonly region: string;
}

/** The state of one plan: what the plan found, how its apply ended, or what happened since. */
export function recordInWords({ plan, result, since }: PlanRecord): Words {
  // An apply that failed says more than that it changed something.
  const failed = since === 'changed' && result !== undefined && !APPLIED.has(result.status);
  if (since !== undefined && !failed) return SINCE_WORDS[since];
  if (result !== undefined) return statusInWords(result.status);
  if (plan.action === 'replace' && upstreamMoved(plan)) {
    const text =
      plan.bytes === 'unknown' ? 'Upstream changed, replaced if the bytes differ' : 'Upstream changed, to be replaced';
    return { icon: 'arrow-circle-up', text };
  }
  if (plan.action === 'blocked') return blockedInWords(plan);
  return actionInWords(plan.action, plan.changes.length);
}

/** What is no error of the text is said here: nothing in the file shows it. */
function blockedInWords({ problems }: Plan): Words {
  const outside = problems.find((problem) => problem.severity === 'error' && problem.outside === true);
  if (outside === undefined) return { icon: 'error', text: 'Blocked' };
  const detail = outside.message;
  if (outside.code === 'signed-out') return { icon: 'account', text: 'Signed out', detail };
  if (outside.code === 'apply-in-progress') return { icon: 'sync', text: 'Another apply is running', detail };
  return { icon: 'error', text: 'Could not be planned', detail };
}

/** Statuses after which the image is as defined. */
const APPLIED: ReadonlySet<ApplyStatus> = new Set(['done', 'unchanged', 'unverified']);

/** Whether the image is as defined by the apply of this plan. */
export function isApplied({ result, since }: PlanRecord): boolean {
  return since === undefined && result !== undefined && APPLIED.has(result.status);
}

const SINCE_WORDS: Readonly<Record<NonNullable<PlanRecord['since']>, Words>> = {
  'rolled back': { icon: 'discard', text: 'Rolled back' },
  changed: { icon: 'question', text: 'Image changed since the last plan' },
  deleted: { icon: 'trash', text: 'Image deleted since the last plan' },
};

function actionInWords(action: Action, changes: number): Words {
  switch (action) {
    case 'none':
      return { icon: 'check', text: 'No changes' };
    case 'adopt':
      return { icon: 'check', text: 'Matches, not managed yet' };
    case 'create':
      return { icon: 'add', text: 'To be created' };
    case 'upload':
      return { icon: 'cloud-upload', text: 'To be uploaded' };
    case 'update':
      return { icon: 'edit', text: changes === 1 ? '1 change' : `${changes} changes` };
    case 'replace':
      return { icon: 'replace', text: 'To be replaced' };
    case 'blocked':
      return { icon: 'error', text: 'Blocked' };
  }
}

function statusInWords(status: ApplyStatus): Words {
  switch (status) {
    case 'done':
      return { icon: 'check', text: 'Applied' };
    case 'unchanged':
      return { icon: 'check', text: 'No changes' };
    case 'unverified':
      return { icon: 'warning', text: 'Applied, not verified' };
    case 'partial':
      return { icon: 'warning', text: 'Applied in part' };
    case 'failed':
      return { icon: 'error', text: 'Apply failed' };
    case 'blocked':
      return { icon: 'error', text: 'Blocked' };
    case 'declined':
      return { icon: 'circle-slash', text: 'Not applied' };
    case 'cancelled':
      return { icon: 'circle-slash', text: 'Cancelled' };
  }
}
