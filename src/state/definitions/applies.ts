import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { Subject } from '../observable.ts';
import { definitionId } from './plans.ts';
import { regionId } from '../clouds/node-id.ts';

/** A running apply, from reading the file to the last result. */
export interface RunningApply {
  readonly definitions: readonly Definition[];
  /** Fires when all of this apply is cancelled. */
  readonly signal: AbortSignal;
  /** Fires when this plan alone is cancelled. */
  signalOf(plan: PlannedPlace): AbortSignal;
  /** Cancels the whole apply. */
  cancel(): void;
  /** Call once, when the apply is over. */
  end(): void;
}

/** One definition in one region. */
export type PlannedPlace = Pick<Plan, 'definition' | 'place'>;

interface Entry {
  readonly apply: RunningApply;
  /** By definition, then by region. */
  readonly places: ReadonlyMap<string, Map<string, AbortController>>;
}

/** The applies that run in this window. No definition is applied twice at once. */
export class RunningApplies {
  readonly #running = new Set<Entry>();
  readonly #changed = new Subject<boolean>();

  /** Whether any apply runs. */
  readonly onDidChange = this.#changed.observe;

  /** Throws `Failure` with code `apply-running` if one of these definitions is being applied. */
  begin(definitions: readonly Definition[]): RunningApply {
    const taken = definitions.find((definition) => this.isRunning(definition));
    if (taken !== undefined) {
      throw new Failure('apply-running', `${JSON.stringify(taken.arguments.name)} is already being applied.`, {
        next: 'Wait for that apply to finish, or cancel it.',
      });
    }
    const all = new AbortController();
    const places = new Map(
      definitions.map((definition) => [definitionId(definition), new Map<string, AbortController>()]),
    );
    const apply: RunningApply = {
      definitions,
      signal: all.signal,
      signalOf: ({ definition, place }) => {
        const regions = places.get(definitionId(definition));
        const own = regions?.get(regionId(place)) ?? new AbortController();
        regions?.set(regionId(place), own);
        return own.signal;
      },
      cancel: () => all.abort(),
      end: () => {
        if (this.#running.delete(entry)) this.#changed.next(this.#running.size > 0);
      },
    };
    const entry: Entry = { apply, places };
    this.#running.add(entry);
    this.#changed.next(true);
    return apply;
  }

  get running(): readonly RunningApply[] {
    return [...this.#running].map(({ apply }) => apply);
  }

  /** Cancels one definition in one region; the rest of that apply goes on. Returns whether it was running. */
  cancel({ definition, place }: PlannedPlace): boolean {
    const own = this.#entryOf(definition)?.places.get(definitionId(definition))?.get(regionId(place));
    own?.abort();
    return own !== undefined;
  }

  /** Whether a definition is being applied. */
  isRunning(definition: Definition): boolean {
    return this.#entryOf(definition) !== undefined;
  }

  /** Cancels a definition, by its `definitionId`, in all regions that its apply has begun; other definitions go on. */
  cancelDefinition(id: string): void {
    for (const { places } of this.#running) {
      for (const own of places.get(id)?.values() ?? []) own.abort();
    }
  }

  dispose(): void {
    for (const { apply } of this.#running) apply.cancel();
    this.#changed.dispose();
  }

  #entryOf(definition: Definition): Entry | undefined {
    const id = definitionId(definition);
    return [...this.#running].find(({ places }) => places.has(id));
  }
}
