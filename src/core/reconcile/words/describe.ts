import { definitionKey, type OnReplace } from '../../definition/definition.ts';
import { describePlace, type Place } from '../../place.ts';
import type { Problem, Severity } from '../../problem.ts';
import { describeBytes } from '../../byte-count.ts';
import { problemAt } from '../../definition/problem-at.ts';
import { describeDistribution } from '../planning/sharing/distribution.ts';
import { takenOver, onReplaceOf } from '../planning/successor.ts';
import { movedBy } from '../sources/bytes.ts';
import { type Change, type Plan, type PlanValue, SENDS } from '../model/plan.ts';
import type { ApplyError, ApplyResult, DigestPair } from '../model/result.ts';
import type { RemoteFacts } from '../../source/source-facts.ts';
import { abbreviated } from '../../quote.ts';

/** An action as a word before a name. */
export const ACTION_WORDS: Readonly<Record<Plan['action'], string>> = {
  none: 'no changes',
  adopt: 'adopt',
  create: 'create',
  upload: 'upload',
  update: 'update',
  replace: 'replace',
  blocked: 'blocked',
};

const STATUSES: Readonly<Record<ApplyResult['status'], string>> = {
  done: 'done',
  unchanged: 'no changes',
  unverified: 'done, NOT VERIFIED',
  partial: 'done IN PART',
  failed: 'failed',
  blocked: 'blocked',
  declined: 'not applied',
  cancelled: 'cancelled',
};

/** What becomes of a replaced image, after its id. */
const REPLACED: Readonly<Record<OnReplace, string>> = {
  hide: 'is hidden but kept',
  delete: 'is deleted',
  deactivate: 'is hidden and deactivated',
  keep: 'is kept as it is',
};

/** A plan's first line: action, name, place, image. */
export function planHeadline(plan: Plan): string {
  return `${ACTION_WORDS[plan.action]}: ${subject(plan)}${imageNote(plan.imageId)}`;
}

/** `"Ubuntu 24.04" in mycloud/RegionOne`; without the place where none could be found out. */
export function subject({ definition, place }: Pick<Plan, 'definition' | 'place'>): string {
  return nameInPlace(definition.arguments.name, place);
}

/** Likewise, for an image without a definition. */
export function nameInPlace(name: string | null, place: Place): string {
  const shown = name === null || name === '' ? '(no name)' : `"${name}"`;
  const where = describePlace(place);
  return where === '' ? shown : `${shown} in ${where}`;
}

/** Where the cloud comes from, for every plan says which one is meant and why. */
export function planOrigin(plan: Plan): string {
  if (plan.cloudChosenBy === '') return 'no cloud could be chosen';
  return `cloud ${plan.place.cloud} from ${plan.place.origin}, chosen by ${plan.cloudChosenBy}`;
}

/** One change: `~ min_disk_gb: 10 → 20`. */
export function describeChange(change: Change): string {
  const { path, before, after } = change;
  const why = change.why === 'differs' || change.why === 'new image' ? '' : ` (${change.why})`;
  const end = `${why}${change.forcesReplacement ? ', forces replacement' : ''}`;
  if (before === undefined) return `+ ${path}: ${describeValue(path, after)}${end}`;
  if (after === undefined) return `- ${path}: ${describeValue(path, before)}${end}`;
  return `~ ${path}: ${describeValue(path, before)} → ${describeValue(path, after)}${end}`;
}

/** What becomes of the old image, and what an apply will send. */
export function planConsequences(plan: Plan): readonly string[] {
  const lines: string[] = [];
  if (plan.action === 'adopt') lines.push('the image is marked as managed; nothing else changes');
  if (plan.action === 'replace') lines.push(describePredecessor(plan));
  lines.push(...describeDistribution(plan));
  lines.push(...describeMove(plan));
  if (plan.remote !== undefined && SENDS.has(plan.action)) lines.push(describeFetch(plan, plan.remote));
  else if (plan.bytesToSend > 0)
    lines.push(`${describeBytes(plan.bytesToSend)} to send from ${plan.source?.path ?? 'the source'}`);
  lines.push(...describeUnmanaged(plan));
  return lines;
}

function describeMove(plan: Plan): readonly string[] {
  const name = plan.remote?.name ?? 'the source';
  const by = movedBy(plan);
  if (by === undefined) return [];
  if (by === 'checksum' || plan.bytes === 'different')
    return [`upstream changed: ${name} is no longer what this image was made from`];
  return [
    `upstream may have changed: ${name} has a different ETag since this image was created, but maybe the same bytes`,
  ];
}

/** What becomes of the values that the definition does not speak of; empty where there are none. */
function describeUnmanaged(plan: Plan): readonly string[] {
  const kept = takenOver(plan);
  if (kept.length > 0) return [`the new image takes over, because the definition does not set it: ${kept.join(', ')}`];
  return plan.successor === undefined && plan.unmanaged.length > 0 ? [`left alone: ${plan.unmanaged.join(', ')}`] : [];
}

/** What comes before the bytes are sent, and what is done only if they differ. */
function describeFetch(plan: Plan, { name, size, kind }: RemoteFacts): string {
  if (kind === 'cloud') {
    const all = size === undefined ? '' : ` (${describeBytes(size)})`;
    const unless = plan.bytes === 'unknown' ? '; the image is replaced only if its hash then differs' : '';
    return `Glance fetches ${name}${all} itself; no data passes through this machine${unless}`;
  }
  const what = size === undefined ? 'its bytes are' : `${describeBytes(size)} are`;
  const only =
    plan.bytes === 'unknown' ? '; the data is replaced only if the bytes differ (plan --fetch finds out)' : '';
  return `${name} is downloaded first, then ${what} sent${only}`;
}

/** What becomes of the image that a plan replaces. */
export function describePredecessor({ definition, live }: Plan): string {
  return `once the new image is verified, the image ${live?.id ?? ''} ${REPLACED[onReplaceOf(definition)]}`;
}

/** The definition's identity where it is not simply its name. */
export function planKeyNote(plan: Plan): string | undefined {
  const key = definitionKey(plan.definition);
  return key === plan.definition.arguments.name ? undefined : `key ${key}`;
}

/** A problem of a plan as it stands alone, away from the plan's headline: with its place, for a definition can have several. */
export function placedProblem(plan: Plan, problem: Problem): Problem {
  if (plan.cloudChosenBy === '') return problem;
  return { ...problem, message: `${describePlace(plan.place)}: ${problem.message}` };
}

/** `2 to create, 1 to replace, 3 unchanged`. */
export function planSummary(plans: readonly Plan[]): string {
  const parts = counted(
    plans.map(({ action }) => action),
    {
      create: 'to create',
      upload: 'to upload',
      update: 'to update',
      replace: 'to replace',
      adopt: 'to adopt',
      none: 'unchanged',
      blocked: 'blocked',
    },
  );
  return parts === '' ? 'no definitions' : parts;
}

/** A result's first line. */
export function resultHeadline(result: ApplyResult): string {
  return `${STATUSES[result.status]}: ${subject(result.plan)}${imageNote(result.imageId)}`;
}

/** `2 done, 1 failed`. */
export function resultSummary(results: readonly ApplyResult[]): string {
  const parts = counted(
    results.map(({ status }) => status),
    {
      done: 'done',
      unverified: 'done, not verified',
      partial: 'done in part',
      unchanged: 'unchanged',
      failed: 'failed',
      blocked: 'blocked',
      declined: 'not applied',
      cancelled: 'cancelled',
    },
  );
  return parts === '' ? 'no definitions' : parts;
}

/** What became of the image that was replaced, where one was. */
export function describeReplaced({ plan, replacedImageId, warnings = [] }: ApplyResult): string | undefined {
  if (replacedImageId === undefined) return undefined;
  const waits = warnings.some(({ code }) => code === 'predecessor-awaits-members');
  if (waits) return `replaces the image ${replacedImageId}, which stays visible until its members accept the new one`;
  const kept = warnings.some(({ code }) => code === 'predecessor-kept');
  return `replaces the image ${replacedImageId}, which ${REPLACED[kept ? 'hide' : onReplaceOf(plan.definition)]}`;
}

/** What became of comparing a digest. @param proven whether another digest proves the bytes */
export function digestVerdict({ here, cloud }: DigestPair, proven: boolean): string {
  if (here === null && cloud !== null && proven) return 'reported by the cloud for proven bytes';
  if (here === null || cloud === null) return 'not verified';
  return here.toLowerCase() === cloud.toLowerCase() ? 'match' : 'MISMATCH';
}

/** What is not as it should be though the image serves, at its definition. */
export function resultWarnings({ plan, warnings = [] }: ApplyResult): readonly Problem[] {
  return warnings.map((warning) => errorProblem(plan, 'warning', warning));
}

/** Why a plan was not carried out, at its definition: with place, HTTP status, request id and what to do next. */
export function resultProblem({ plan, status, error }: ApplyResult): Problem | undefined {
  if (error === undefined) return undefined;
  return errorProblem(plan, status === 'cancelled' ? 'warning' : 'error', error);
}

/** An error as a problem at the definition that it is about. */
export function errorProblem(plan: Pick<Plan, 'definition' | 'place'>, severity: Severity, error: ApplyError): Problem {
  const facts = [error.status === undefined ? undefined : `HTTP ${error.status}`, error.requestId].filter(
    (fact) => fact !== undefined,
  );
  const where = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  const next = error.next === undefined ? '' : ` ${error.next}`;
  return problemAt(
    plan.definition,
    severity,
    error.code,
    `${subject(plan)}: ${error.message}${where}${next}`,
    error.argument,
  );
}

function imageNote(id: string | undefined): string {
  return id === undefined ? '' : `, image ${id}`;
}

/** How often each word occurs, in the order of `names`; what does not occur is left out. */
function counted<Word extends string>(words: readonly Word[], names: Readonly<Record<Word, string>>): string {
  return Object.entries<string>(names)
    .map(([word, name]) => [words.filter((each) => each === word).length, name] as const)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(', ');
}

/** As JSON, so that strangers' text can't pass for ours; the data is described in words of ours already. */
function describeValue(path: string, value: PlanValue): string {
  if (value === undefined) return 'nothing';
  return abbreviated(path === 'data' && typeof value === 'string' ? value : JSON.stringify(value));
}
