import { membersOf, type Definition, type DefinitionArguments } from '../../core/definition/definition.ts';
import type { Place } from '../../core/place.ts';
import type { TextRange } from '../../core/problem.ts';
import type { Change, PlanValue } from '../../core/reconcile/model/plan.ts';
import type { PlanRecord } from './plans.ts';

const MEMBERS = 'members/';
const STORES = 'stores/';

/** A live value that differs from the definition, by the last plan. */
export interface LiveValue {
  readonly place: Place;
  /** `undefined`: the live image has no such property. */
  readonly live: PlanValue;
  /** `updated_at` of the live image. */
  readonly updatedAt: string | null;
  readonly forcesReplacement: boolean;
}

/** An argument or property that differs, with the live value of each region where it does. */
export interface Drift {
  /** Its path, as in a change: `min_disk_gb`, `properties/os_distro`. */
  readonly path: string;
  /** The definition's value; `undefined` if it has none and an apply would remove the live value. */
  readonly wanted: PlanValue;
  /** The position of that value, or the nearest position if there is none. */
  readonly range: TextRange;
  readonly values: readonly LiveValue[];
}

/**
 * The differences between live images and a definition, by the last plans. Edited lines are left out, so that the rest
 * stays while the user resolves one after the other. Asks no cloud.
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
      // After a partial apply, only members and stores can still differ.
      if (record.result?.status === 'partial' && canBeWritten(path)) continue;
      if (path === 'data' || !isAsPlanned(change, argumentAt(plan.definition.arguments, path), now)) continue;
      const value = { place, live: before, updatedAt: live.updated_at, forcesReplacement };
      const known = drifts.get(path);
      const range = known?.range ?? rangeOf(definition, path);
      drifts.set(path, { path, wanted: now ?? undefined, range, values: [...(known?.values ?? []), value] });
    }
  }
  return [...drifts.values()];
}

/** Whether a plan found differences that are still unresolved. */
function differs({ plan, result, since }: PlanRecord): boolean {
  if (since !== undefined) return false;
  if (plan.action !== 'update' && plan.action !== 'replace' && plan.action !== 'upload') return false;
  return result === undefined || ['failed', 'partial', 'blocked', 'declined', 'cancelled'].includes(result.status);
}

function isAsPlanned(change: Change, planned: PlanValue, now: PlanValue): boolean {
  return JSON.stringify(planned) === JSON.stringify(now) && JSON.stringify(now) !== JSON.stringify(change.before);
}

/** Whether a definition can hold the live value of a change. For members and stores it can only list them. */
export function canBeWritten(path: string): boolean {
  return !path.startsWith(MEMBERS) && !path.startsWith(STORES);
}

function argumentAt(definition: DefinitionArguments, path: string): PlanValue {
  if (path.startsWith(MEMBERS)) {
    const member = membersOf(definition).find(({ project }) => path === `${MEMBERS}${project}`);
    if (member === undefined) return undefined;
    return member.accept_with === undefined ? 'pending' : 'accepted';
  }
  if (path.startsWith(STORES)) {
    const { stores } = definition;
    return stores === 'all' || stores?.includes(path.slice(STORES.length)) === true ? 'data' : undefined;
  }
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

function rangeOf(definition: Definition, path: string): TextRange {
  const { places, range } = definition;
  const [list = ''] = path.split('/');
  if (!canBeWritten(path)) {
    const index = itemsOf(definition.arguments, list).indexOf(path.slice(list.length + 1));
    const whole = places.get(list);
    return places.get(`${list}/${index}`)?.value ?? whole?.key ?? places.get('name')?.value ?? range;
  }
  const near = path.startsWith('properties/') ? places.get('properties')?.key : undefined;
  return places.get(path)?.value ?? near ?? places.get('name')?.value ?? range;
}

/** Projects or stores, in the order of the definition's list. */
function itemsOf(definition: DefinitionArguments, list: string): readonly string[] {
  if (list === 'members') return membersOf(definition).map(({ project }) => project);
  return definition.stores === undefined || definition.stores === 'all' ? [] : definition.stores;
}
