import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { Subject } from '../observable.ts';
import { definitionId } from './plans.ts';
import { regionId } from '../clouds/node-id.ts';

/** An apply from its first look at the file until its last result. */
export interface RunningApply {
  readonly definitions: readonly Definition[];
  /** Fires when all of this apply is cancelled. */
  readonly signal: AbortSignal;
  /** Fires when this definition's part, or all of it, is cancelled. */
  signalFor(definition: Definition): AbortSignal;
  /** Fires when this plan is cancelled by itself. */
  signalOf(plan: PlannedPlace): AbortSignal;
  /** Cancels everything that this apply still does. */
  cancel(): void;
  /** To be called once, when it is over. */
  end(): void;
}

/** One definition in one region. */
export type PlannedPlace = Pick<Plan, 'definition' | 'place'>;

/** What of an apply is one definition's. */
interface Part {
  readonly whole: AbortController;
  /** By region. */
  readonly places: Map<string, AbortController>;
}

interface Entry {
  readonly apply: RunningApply;
  readonly parts: ReadonlyMap<string, Part>;
}

/** The applies at work in this window: no definition is applied twice at once. */
export class RunningApplies {
  readonly #running = new Set<Entry>();
  readonly #changed = new Subject<boolean>();

  /** Whether any apply runs. */
  readonly onDidChange = this.#changed.observe;

  /** Throws `Failure` with code `apply-running` if one of these definitions is being applied. */
  begin(definitions: readonly Definition[]): RunningApply {
    const taken = definitions.find((definition) => this.#entryOf(definition) !== undefined);
    if (taken !== undefined) {
      throw new Failure('apply-running', `${JSON.stringify(taken.arguments.name)} is being applied already.`, {
        next: 'Wait until that apply has ended, or cancel it.',
      });
    }
    const all = new AbortController();
    const parts = new Map(
      definitions.map((definition): [string, Part] => [
        definitionId(definition),
        { whole: new AbortController(), places: new Map() },
      ]),
    );
    const apply: RunningApply = {
      definitions,
      signal: all.signal,
      signalFor: (definition) => {
        const part = parts.get(definitionId(definition));
        return part === undefined ? all.signal : AbortSignal.any([all.signal, part.whole.signal]);
      },
      signalOf: ({ definition, place }) => {
        const places = parts.get(definitionId(definition))?.places;
        const own = places?.get(regionId(place)) ?? new AbortController();
        places?.set(regionId(place), own);
        return own.signal;
      },
      cancel: () => all.abort(),
      end: () => {
        if (this.#running.delete(entry)) this.#changed.next(this.#running.size > 0);
      },
    };
    const entry: Entry = { apply, parts };
    this.#running.add(entry);
    this.#changed.next(true);
    return apply;
  }

  get running(): readonly RunningApply[] {
    return [...this.#running].map(({ apply }) => apply);
  }

  /**
   * Cancels the apply of one definition in one region; its other regions, and other definitions of the same apply, go on. With the
   * last region goes what they share, such as a download. Returns whether there was one.
   */
  cancel({ definition, place }: PlannedPlace): boolean {
    const part = this.#entryOf(definition)?.parts.get(definitionId(definition));
    const own = part?.places.get(regionId(place));
    if (part === undefined || own === undefined) return false;
    own.abort();
    if ([...part.places.values()].every(({ signal }) => signal.aborted)) part.whole.abort();
    return true;
  }

  dispose(): void {
    for (const { apply } of this.#running) apply.cancel();
    this.#changed.dispose();
  }

  #entryOf(definition: Definition): Entry | undefined {
    const id = definitionId(definition);
    return [...this.#running].find(({ parts }) => parts.has(id));
  }
}
