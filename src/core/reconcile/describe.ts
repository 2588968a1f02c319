import { definitionKey } from '../definition/definition.ts';
import { describePlace } from '../place.ts';
import type { ApplyResult, Change, DigestPair, Plan, PlanValue } from './types.ts';

/** What an action will do, in words that go before a name. */
const ACTIONS: Readonly<Record<Plan['action'], string>> = {
  none: 'nothing differs',
  adopt: 'adopt',
  create: 'create',
  upload: 'upload',
  update: 'update',
  replace: 'replace',
  blocked: 'blocked',
};

const STATUSES: Readonly<Record<ApplyResult['status'], string>> = {
  done: 'done',
  unchanged: 'nothing differs',
  unverified: 'done, NOT VERIFIED',
  failed: 'failed',
  blocked: 'blocked',
  declined: 'declined',
  cancelled: 'cancelled',
};

/** A plan's first line: action, name, place, image. */
export function planHeadline(plan: Plan): string {
  const image = plan.imageId === undefined ? '' : `, image ${plan.imageId}`;
  return `${ACTIONS[plan.action]}: "${plan.definition.arguments.name}" in ${describePlace(plan.place)}${image}`;
}

/** Where the cloud comes from, for every plan says which one is meant and why. */
export function planOrigin(plan: Plan): string {
  if (plan.cloudChosenBy === '') return 'no cloud could be chosen';
  return `cloud ${plan.place.cloud} from ${plan.place.origin}, chosen by ${plan.cloudChosenBy}`;
}

/** One change: `min_disk_gb: 10 → 20`. */
export function describeChange(change: Change): string {
  const why = change.why === 'differs' || change.why === 'new image' ? '' : ` (${change.why})`;
  const forces = change.forcesReplacement ? ', forces replacement' : '';
  if (change.before === undefined) return `+ ${change.path}: ${describeValue(change.after)}${forces}`;
  if (change.after === undefined) return `- ${change.path}: ${describeValue(change.before)}${why}${forces}`;
  return `~ ${change.path}: ${describeValue(change.before)} → ${describeValue(change.after)}${why}${forces}`;
}

/** What becomes of the old image, and what an apply will send. */
export function planConsequences(plan: Plan): readonly string[] {
  const lines: string[] = [];
  if (plan.action === 'adopt') lines.push('only what this tool remembers on the image is written');
  if (plan.action === 'replace')
    lines.push(`the image ${plan.live?.id ?? ''} is kept, hidden, once the new one is verified`);
  if (plan.bytesToSend > 0) lines.push(`${plan.bytesToSend} bytes are sent from ${plan.source?.path ?? 'the source'}`);
  if (plan.unmanaged.length > 0) lines.push(`left alone: ${plan.unmanaged.join(', ')}`);
  return lines;
}

/** A result's first line. */
export function resultHeadline(result: ApplyResult): string {
  const image = result.imageId === undefined ? '' : `, image ${result.imageId}`;
  return `${STATUSES[result.status]}: "${result.plan.definition.arguments.name}" in ${describePlace(result.plan.place)}${image}`;
}

/** What became of comparing a digest. */
export function digestVerdict({ here, cloud }: DigestPair): 'agree' | 'DIFFER' | 'not verified' {
  if (here === null || cloud === null) return 'not verified';
  return here.toLowerCase() === cloud.toLowerCase() ? 'agree' : 'DIFFER';
}

/** The error of a result as one paragraph, with place, HTTP status, request id and what to do next. */
export function resultError(result: ApplyResult): string | undefined {
  const { error } = result;
  if (error === undefined) return undefined;
  const facts = [
    `region ${result.plan.place.region}`,
    error.status === undefined ? undefined : `HTTP ${error.status}`,
    error.requestId,
    error.code,
  ].filter((fact) => fact !== undefined);
  return `${error.message} (${facts.join(', ')})${error.next === undefined ? '' : ` ${error.next}`}`;
}

/** `2 to create, 1 to replace, 3 unchanged`. */
export function planSummary(plans: readonly Plan[]): string {
  const count = (action: Plan['action']): number => plans.filter((plan) => plan.action === action).length;
  const parts = (['create', 'upload', 'update', 'replace', 'adopt'] as const)
    .filter((action) => count(action) > 0)
    .map((action) => `${count(action)} to ${action}`);
  const unchanged = count('none');
  const blocked = count('blocked');
  if (unchanged > 0) parts.push(`${unchanged} unchanged`);
  if (blocked > 0) parts.push(`${blocked} blocked`);
  return parts.length === 0 ? 'nothing to plan' : parts.join(', ');
}

/** The definition's identity where it is not simply its name. */
export function planKeyNote(plan: Plan): string | undefined {
  const key = definitionKey(plan.definition);
  return key === plan.definition.arguments.name ? undefined : `key ${key}`;
}

function describeValue(value: PlanValue): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
