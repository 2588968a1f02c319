import { timeoutsOf } from '../../definition/definition.ts';
import { Failure } from '../../failure.ts';
import { describePlace } from '../../place.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplyContext } from './context.ts';

/** `timeouts.create` of one plan: what an apply in one region may take in all, as in Terraform. */
export class TimeLimit {
  /** Fires when the apply is cancelled or its time is over. */
  readonly signal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #cancel: () => void;
  #passed: Failure | undefined;

  constructor(plan: Plan, context: ApplyContext) {
    const { create } = timeoutsOf(plan.definition);
    const cancelled = context.signalFor(plan);
    this.signal = AbortSignal.any([this.#abort.signal, ...(cancelled === undefined ? [] : [cancelled])]);
    this.#cancel = context.after(create, () => {
      this.#passed = tooLong(plan, create);
      this.#abort.abort(this.#passed);
    });
  }

  /** The failure of an apply whose time is over. */
  get passed(): Failure | undefined {
    return this.#passed;
  }

  /** The apply has ended in time. */
  end(): void {
    this.#cancel();
  }
}

function tooLong(plan: Plan, milliseconds: number): Failure {
  const written = plan.definition.arguments.timeouts?.create ?? `${milliseconds / 3_600_000}h`;
  const message = `The apply of "${plan.definition.arguments.name}" in ${describePlace(plan.place)} took longer than ${written}.`;
  return new Failure('create-timeout', message, {
    region: plan.place.region,
    next: 'Raise "timeouts": { "create": … } in the definition, and apply again.',
  });
}
