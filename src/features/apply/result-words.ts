import { sourceOf } from '../../core/definition/source.ts';
import { Failure } from '../../core/failure.ts';
import { describePlace } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { inOneLine } from '../../platform/prompts/one-line.ts';
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

/** Why a plan can't be applied. */
export function blockedInWords({ definition, place, problems }: Plan): string {
  const problem = problems.find(({ severity }) => severity === 'error') ?? problems[0];
  return `"${definition.arguments.name}" in ${describePlace(place)} is blocked: ${problem?.message ?? ''}`;
}

/** The outcome of an apply in one line: the gravest of it, and how many others. Cards and log have the rest. `blocked`: the plans that were left out. */
export function outcomeInWords(results: readonly ApplyResult[], blocked: readonly Plan[]): Outcome {
  const of = (...statuses: readonly ApplyResult['status'][]): readonly ApplyResult[] =>
    results.filter(({ status }) => statuses.includes(status));
  const verified = of('done').filter(isVerified);
  const applied = of('done', 'unchanged').filter((result) => !verified.includes(result));
  const warned = of('done').flatMap(({ warnings = [] }) => warnings);
  const groups: readonly Group[] = [
    { severity: 'error', count: 'failed', lines: of('failed', 'blocked').map(failureInWords) },
    { severity: 'error', count: 'blocked', lines: blocked.map(blockedInWords) },
    { severity: 'warning', count: 'applied in part', lines: of('partial').map(partInWords) },
    { severity: 'warning', count: 'not verified', ...together('Applied, but not verified', of('unverified')) },
    { severity: 'warning', count: 'cancelled', ...together('Cancelled', of('cancelled', 'declined'), stillFilling) },
    {
      severity: 'warning',
      count: warned.length === 1 ? 'warning' : 'warnings',
      lines: warned.map(({ message }) => message),
    },
    { severity: 'information', count: 'verified', ...together('Applied and verified', verified) },
    { severity: 'information', count: 'applied', ...together('Applied', applied) },
  ];
  const [gravest, ...others] = groups.filter(({ lines }) => lines.length > 0);
  if (gravest === undefined) return { severity: 'information', message: 'Nothing was applied.' };
  const more = gravest.lines.length - 1;
  const rest = [
    ...(more > 0 ? [`${more} more ${gravest.count}`] : []),
    ...others.map(({ lines, of: images = lines.length, count }) => `${images} ${count}`),
  ];
  const line = inOneLine(gravest.lines[0] ?? '');
  return { severity: gravest.severity, message: rest.length === 0 ? line : `${line} (${rest.join(', ')})` };
}

/** Results that ended alike. */
interface Group extends Pick<Outcome, 'severity'> {
  /** As in `2 failed`. */
  readonly count: string;
  /** One for each, or one for all. */
  readonly lines: readonly string[];
  /** How many results they are about, unless it is as many as lines. */
  readonly of?: number;
}

/** One line for all of them. */
function together(
  what: string,
  results: readonly ApplyResult[],
  note: (results: readonly ApplyResult[]) => string | undefined = () => undefined,
): Pick<Group, 'lines' | 'of'> {
  if (results.length === 0) return { lines: [] };
  return { lines: [note(results) ?? `${what}: ${named(results)}.`], of: results.length };
}

/** An import goes on though it was cancelled: what was said of it. */
function stillFilling(results: readonly ApplyResult[]): string | undefined {
  const words = results.find(({ left }) => left?.kind === 'filling')?.error?.message;
  return words?.replace(/^Cancelled\.\s*/, '');
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
function failureInWords({ plan, error }: ApplyResult): string {
  const place = describePlace(plan.place);
  const { name } = plan.definition.arguments;
  const message = error?.message ?? 'The apply ended without a reason.';
  return message.includes(`"${name}"`) ? `${place}: ${message}` : `"${name}" in ${place} failed: ${message}`;
}

/** The image serves; the message says what is missing. */
function partInWords({ plan, error }: ApplyResult): string {
  return `"${plan.definition.arguments.name}" in ${describePlace(plan.place)} is applied in part: ${error?.message ?? ''}`;
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
