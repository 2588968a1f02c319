import { sourceOf } from '../../core/definition/source.ts';
import { Failure } from '../../core/failure.ts';
import { describePlace } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { definitionId } from '../../state/definitions/plans.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';

/** The notification at the end of an apply. */
export interface Outcome {
  readonly severity: 'information' | 'warning' | 'error';
  readonly message: string;
}

/** The words if no plan has anything to do. */
export function nothingDiffers(plans: readonly Plan[]): string {
  const names = new Set(plans.map((plan) => plan.definition.arguments.name));
  const [only] = names;
  if (names.size === 1 && only !== undefined)
    return `No changes: "${only}" in ${places(plans)} matches its definition.`;
  return `No changes: all ${names.size} images match their definitions.`;
}

/** Why nothing can be applied. */
export function blockedInWords(blocked: readonly Plan[]): string {
  const lines = blocked.map((plan) => {
    const problem = plan.problems.find(({ severity }) => severity === 'error') ?? plan.problems[0];
    return `"${plan.definition.arguments.name}" in ${describePlace(plan.place)} is blocked: ${problem?.message ?? ''}`;
  });
  return summed(lines);
}

/** The outcome of an apply. `blocked`: the plans that were left out. */
export function outcomeInWords(results: readonly ApplyResult[], blocked: readonly Plan[]): Outcome {
  const of = (...statuses: readonly ApplyResult['status'][]): readonly ApplyResult[] =>
    results.filter(({ status }) => statuses.includes(status));
  const failed = of('failed', 'blocked');
  const verified = of('done').filter(isVerified);
  const done = of('done', 'unchanged').filter((result) => !verified.includes(result));
  const unverified = of('unverified');
  const partial = of('partial');
  const stopped = of('cancelled', 'declined');
  const warned = results.flatMap(({ warnings = [] }) => warnings.map(({ message }) => message));
  const parts = [
    failed.length > 0 ? summed(failed.map(failureInWords)) : undefined,
    blocked.length > 0 ? blockedInWords(blocked) : undefined,
    unverified.length > 0 ? `Applied, but not verified: ${named(unverified)}.` : undefined,
    partial.length > 0 ? summed(partial.map(partInWords)) : undefined,
    stopped.length > 0 ? stoppedInWords(stopped) : undefined,
    warned.length > 0 ? summed(warned) : undefined,
    verified.length > 0 ? `Applied and verified: ${named(verified)}.` : undefined,
    done.length > 0 ? `Applied: ${named(done)}.` : undefined,
  ].filter((part) => part !== undefined);
  const severity =
    failed.length + blocked.length > 0
      ? 'error'
      : unverified.length + partial.length + stopped.length + warned.length > 0
        ? 'warning'
        : 'information';
  return { severity, message: parts.join(' ') };
}

/** Bytes that Glance fetched itself can be verified as well. */
function isVerified({ bytesSent, plan, verified }: ApplyResult): boolean {
  const fetched = sourceOf(plan.definition).kind === 'cloud' && (verified.multihash === true || verified.md5 === true);
  return bytesSent > 0 || fetched;
}

/** The failure of a result, for the same display and log as other failures. */
export function failureOf({ plan, error }: ApplyResult): Failure {
  if (error === undefined) return new Failure('unexpected', 'The apply ended without a reason.');
  const { code, message, ...details } = error;
  return new Failure(code, message, { ...details, region: plan.place.region });
}

/** Adds the name only if the message lacks it: most failures name the image. */
function failureInWords(result: ApplyResult): string {
  const { name } = result.plan.definition.arguments;
  const words = failureOf(result).explain();
  return words.includes(`"${name}"`) ? words : `"${name}" failed: ${words}`;
}

/** The image serves; the message says what is missing. */
function partInWords(result: ApplyResult): string {
  return `"${result.plan.definition.arguments.name}" is applied in part: ${failureOf(result).explain()}`;
}

/** The cancelled images, with what is left where. */
function stoppedInWords(results: readonly ApplyResult[]): string {
  const left = results
    .map(({ error }) => error?.message.replace(/^Cancelled\.\s*/, '') ?? '')
    .filter((words) => words !== '');
  return [`Cancelled: ${named(results)}.`, ...new Set(left)].join(' ');
}

/** Up to three images with their places. */
function named(results: readonly ApplyResult[]): string {
  const byName = Map.groupBy(results, ({ plan }) => definitionId(plan.definition));
  const images = [...byName.values()].map((group) => {
    const [first] = group;
    return `"${first?.plan.definition.arguments.name ?? ''}" (${places(group.map(({ plan }) => plan))})`;
  });
  const shown = images.slice(0, 3).join(', ');
  const rest = images.length - 3;
  return rest <= 0 ? shown : `${shown} and ${rest} more`;
}

function places(plans: readonly Plan[]): string {
  return plans.map((plan) => describePlace(plan.place)).join(', ');
}

/** The first line, and how many follow: a notification holds three lines. */
function summed(lines: readonly string[]): string {
  const [first = '', ...others] = lines;
  return others.length === 0 ? first : `${first} (${others.length} more in the log)`;
}
