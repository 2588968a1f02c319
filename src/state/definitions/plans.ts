import { definitionKey } from '../../core/definition/definition.ts';
import type { Definition } from '../../core/definition/definition.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Problem } from '../../core/problem.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { fingerprint } from '../../core/reconcile/planning/plan.ts';
import { Subject, type Subscription } from '../observable.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';
import { LiveImages, type ImageChanged } from '../clouds/live-images.ts';
import { regionId } from '../clouds/node-id.ts';

/** A plan of this window, and the result of its apply, if any. */
export interface PlanRecord {
  readonly plan: Plan;
  readonly result?: ApplyResult;
  /** What happened to the image since, so that plan and result hold no longer. */
  readonly since?: 'rolled back' | 'changed' | 'deleted';
}

/** The state of a definition as known without asking a cloud. */
export type PlanState =
  | { readonly kind: 'unplanned' }
  /** The definition was changed since. */
  | { readonly kind: 'outdated' }
  | { readonly kind: 'planned'; readonly records: readonly PlanRecord[] };

/** The last plan of every definition and region, for CodeLens, diagnostics and previews. */
export class PlansStore {
  readonly #images: LiveImages;
  readonly #following: Subscription;
  /** By file and key, then by region. */
  readonly #records = new Map<string, Map<string, PlanRecord>>();
  readonly #changed = new Subject<string>();

  /** The file whose plans changed. */
  readonly onDidChange = this.#changed.observe;

  constructor(images = new LiveImages()) {
    this.#images = images;
    this.#following = images.onDidChange((changed) => this.#follow(changed));
  }

  /** Replaces all earlier plans of these definitions. */
  remember(plans: readonly Plan[]): void {
    for (const key of new Set(plans.map(planKey))) this.#records.delete(key);
    for (const plan of plans) {
      const regions = this.#records.get(planKey(plan)) ?? new Map<string, PlanRecord>();
      regions.set(regionId(plan.place), { plan });
      this.#records.set(planKey(plan), regions);
      if (plan.live !== undefined) this.#images.note(plan.place, plan.live);
    }
    this.#tell(plans);
  }

  /** Stores the result of a plan that is still the last one. */
  noteResult(result: ApplyResult): void {
    const { plan, live } = result;
    const regions = this.#records.get(planKey(plan));
    if (regions?.has(regionId(plan.place)) === true) regions.set(regionId(plan.place), { plan, result });
    if (live !== undefined) this.#images.note(plan.place, live);
    this.#tell([plan]);
  }

  /** Stores that a definition's image was rolled back in one region. */
  noteRollback({ definition, place }: Pick<Plan, 'definition' | 'place'>): void {
    const regions = this.#records.get(definitionId(definition));
    const record = regions?.get(regionId(place));
    if (record === undefined) return;
    regions?.set(regionId(place), { ...record, since: 'rolled back' });
    this.#changed.next(definition.file);
  }

  /** The last plans of a definition, even if it changed since. */
  recordsOf(definition: Definition): readonly PlanRecord[] {
    return [...(this.#records.get(definitionId(definition))?.values() ?? [])].map((record) => this.#current(record));
  }

  /** The state of a definition. Reads no file and asks no cloud. */
  stateOf(definition: Definition): PlanState {
    const records = this.recordsOf(definition);
    if (records.length === 0) return { kind: 'unplanned' };
    const text = JSON.stringify(definition.arguments);
    const current = records.every(({ plan }) => JSON.stringify(plan.definition.arguments) === text);
    return current ? { kind: 'planned', records } : { kind: 'outdated' };
  }

  /** The errors of the text that the last plan of an unchanged definition found, at their current position in the file. */
  problemsOf(definition: Definition): readonly Problem[] {
    const state = this.stateOf(definition);
    if (state.kind !== 'planned') return [];
    return state.records.flatMap(({ plan, result, since }) =>
      since === undefined && (result === undefined || result.status === 'blocked')
        ? plan.problems.filter(({ outside }) => outside !== true).map((problem) => moved(problem, plan, definition))
        : [],
    );
  }

  /** Every record, in no particular order. */
  all(): readonly PlanRecord[] {
    return [...this.#records.values()].flatMap((regions) =>
      [...regions.values()].map((record) => this.#current(record)),
    );
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
    this.#following.dispose();
    this.#records.clear();
    this.#changed.dispose();
  }

  /** The record, and whether its image is still as it was. */
  #current(record: PlanRecord): PlanRecord {
    const { plan, since } = record;
    const then = imageOf(record);
    const now = then === undefined ? undefined : this.#images.of(plan.place, then.id);
    if (since !== undefined || then === undefined || now === undefined || now === then) return record;
    if (now === 'gone') return { ...record, since: 'deleted' };
    return fingerprint(now) === fingerprint(then) ? record : { ...record, since: 'changed' };
  }

  #follow({ place, id }: ImageChanged): void {
    const about = [...this.#records.values()].flatMap((regions) => {
      const record = regions.get(regionId(place));
      return record !== undefined && imageOf(record)?.id === id ? [record.plan] : [];
    });
    this.#tell(about);
  }

  #tell(plans: readonly Plan[]): void {
    for (const file of new Set(plans.map((plan) => plan.definition.file))) this.#changed.next(file);
  }
}

/** The image as the result or, before one, the plan has it. */
function imageOf({ plan, result }: PlanRecord): LiveImage | undefined {
  return result?.live ?? plan.live;
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
