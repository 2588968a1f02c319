import { definitionKey } from '../../core/definition/definition.ts';
import type { Definition } from '../../core/definition/definition.ts';
import type { Problem } from '../../core/problem.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { Subject } from '../observable.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';
import { regionId } from '../clouds/node-id.ts';

/** A plan of this window, and the result of its apply, if any. */
export interface PlanRecord {
  readonly plan: Plan;
  readonly result?: ApplyResult;
}

/** The state of a definition as known without asking a cloud. */
export type PlanState =
  | { readonly kind: 'unplanned' }
  /** The definition was changed since. */
  | { readonly kind: 'outdated' }
  | { readonly kind: 'planned'; readonly records: readonly PlanRecord[] };

/** The last plan of every definition and region, for CodeLens, diagnostics and previews. */
export class PlansStore {
  /** By file and key, then by region. */
  readonly #records = new Map<string, Map<string, PlanRecord>>();
  readonly #changed = new Subject<string>();

  /** The file whose plans changed. */
  readonly onDidChange = this.#changed.observe;

  /** Replaces all earlier plans of these definitions. */
  remember(plans: readonly Plan[]): void {
    for (const key of new Set(plans.map(planKey))) this.#records.delete(key);
    for (const plan of plans) {
      const regions = this.#records.get(planKey(plan)) ?? new Map<string, PlanRecord>();
      regions.set(regionId(plan.place), { plan });
      this.#records.set(planKey(plan), regions);
    }
    this.#tell(plans);
  }

  /** Stores the result of a plan that is still the last one. */
  noteResult(result: ApplyResult): void {
    const { plan } = result;
    const regions = this.#records.get(planKey(plan));
    if (regions?.has(regionId(plan.place)) === true) regions.set(regionId(plan.place), { plan, result });
    this.#tell([plan]);
  }

  /** The last plans of a definition, even if it changed since. */
  recordsOf(definition: Definition): readonly PlanRecord[] {
    return [...(this.#records.get(definitionId(definition))?.values() ?? [])];
  }

  /** The state of a definition. Reads no file and asks no cloud. */
  stateOf(definition: Definition): PlanState {
    const records = this.recordsOf(definition);
    if (records.length === 0) return { kind: 'unplanned' };
    const text = JSON.stringify(definition.arguments);
    const current = records.every(({ plan }) => JSON.stringify(plan.definition.arguments) === text);
    return current ? { kind: 'planned', records } : { kind: 'outdated' };
  }

  /** The problems of the last plan of an unchanged definition, at its current position in the file. */
  problemsOf(definition: Definition): readonly Problem[] {
    const state = this.stateOf(definition);
    if (state.kind !== 'planned') return [];
    return state.records.flatMap(({ plan, result }) =>
      result === undefined || result.status === 'blocked'
        ? plan.problems.map((problem) => moved(problem, plan, definition))
        : [],
    );
  }

  /** Every record, in no particular order. */
  all(): readonly PlanRecord[] {
    return [...this.#records.values()].flatMap((regions) => [...regions.values()]);
  }

  find(planId: string): PlanRecord | undefined {
    return this.all().find(({ plan }) => plan.id === planId);
  }

  /** Forgets the plans of a file. */
  forgetFile(file: string): void {
    for (const [key, regions] of this.#records) {
      if ([...regions.values()].some(({ plan }) => plan.definition.file === file)) this.#records.delete(key);
    }
    this.#changed.next(file);
  }

  dispose(): void {
    this.#records.clear();
    this.#changed.dispose();
  }

  #tell(plans: readonly Plan[]): void {
    for (const file of new Set(plans.map((plan) => plan.definition.file))) this.#changed.next(file);
  }
}

/** The identity of a definition within this window. */
export function definitionId(definition: Definition): string {
  return JSON.stringify([definition.file, definitionKey(definition)]);
}

function planKey(plan: Plan): string {
  return definitionId(plan.definition);
}

/** A plan's problem at the current position of its argument: text above the definition, or comments in it, may have changed. */
function moved(problem: Problem, plan: Plan, now: Definition): Problem {
  const { range } = problem;
  if (range === undefined) return { ...problem, range: now.places.get('name')?.value ?? now.range };
  for (const [argument, place] of plan.definition.places) {
    const part = place.value.offset === range.offset ? 'value' : place.key.offset === range.offset ? 'key' : undefined;
    const there = part === undefined ? undefined : now.places.get(argument)?.[part];
    if (there !== undefined) return { ...problem, range: there };
  }
  return { ...problem, range: now.range };
}
