import type { Definition, DefinitionArguments } from '../core/definition/definition.ts';
import type { Place } from '../core/place.ts';
import type { TextRange } from '../core/problem.ts';
import type { Change, PlanValue } from '../core/reconcile/types.ts';
import type { PlanRecord } from './plans.ts';

/** A live value that differs from the definition, as the last plan saw it. */
export interface LiveValue {
  readonly place: Place;
  /** `undefined`: the live image has no such property. */
  readonly live: PlanValue;
  /** When the live image was changed last, as Glance writes it. */
  readonly updatedAt: string | null;
  readonly forcesReplacement: boolean;
}

/** An argument or property whose live value differs, with that value in each region where it does. */
export interface Drift {
  /** As in a change: `min_disk_gb`, `properties/os_distro`. */
  readonly path: string;
  /** What the definition says; `undefined` where it says nothing (any more) and an apply would take the live value away. */
  readonly wanted: PlanValue;
  /** Where that stands, or the nearest place where it does not. */
  readonly range: TextRange;
  readonly values: readonly LiveValue[];
}

/**
 * Where live images differ from a definition, by the last plans. What was edited since is left out line by line, so that the rest
 * stays while one after the other is settled. Asks nobody.
 */
export function driftOf(definition: Definition, records: readonly PlanRecord[]): readonly Drift[] {
  const drifts = new Map<string, Drift>();
  for (const record of records) {
    const { plan } = record;
    if (plan.live === undefined || !differs(record)) continue;
    const { live, place } = plan;
    for (const change of plan.changes) {
      const { path, before, forcesReplacement } = change;
      const now = argumentAt(definition.arguments, path);
      if (path === 'data' || !isAsPlanned(change, argumentAt(plan.definition.arguments, path), now)) continue;
      const value = { place, live: before, updatedAt: live.updated_at, forcesReplacement };
      const known = drifts.get(path);
      const range = known?.range ?? rangeOf(definition, path);
      drifts.set(path, { path, wanted: now ?? undefined, range, values: [...(known?.values ?? []), value] });
    }
  }
  return [...drifts.values()];
}

/** Whether a plan found differences that nobody has settled since. */
function differs({ plan, result }: PlanRecord): boolean {
  if (plan.action !== 'update' && plan.action !== 'replace' && plan.action !== 'upload') return false;
  return result === undefined || ['failed', 'blocked', 'declined', 'cancelled'].includes(result.status);
}

function isAsPlanned(change: Change, planned: PlanValue, now: PlanValue): boolean {
  return JSON.stringify(planned) === JSON.stringify(now) && JSON.stringify(now) !== JSON.stringify(change.before);
}

function argumentAt(definition: DefinitionArguments, path: string): PlanValue {
  const { properties = {}, ...others } = definition;
  const [container, name]: [object, string] = path.startsWith('properties/')
    ? [properties, path.slice('properties/'.length)]
    : [others, path];
  const value: unknown = Object.hasOwn(container, name) ? Reflect.get(container, name) : undefined;
  return isPlanValue(value) ? value : undefined;
}

function isPlanValue(value: unknown): value is PlanValue {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
}

function rangeOf({ places, range }: Definition, path: string): TextRange {
  const near = path.startsWith('properties/') ? places.get('properties')?.key : undefined;
  return places.get(path)?.value ?? near ?? places.get('name')?.value ?? range;
}
