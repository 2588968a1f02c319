import { timeoutsOf } from '../../definition/definition.ts';
import { Failure } from '../../failure.ts';
import { describePlace } from '../../place.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplyContext } from './context.ts';

/** The time limit of one plan in one region: `timeouts.create`, as in Terraform. */
export class TimeLimit {
  /** Fires when the apply is cancelled or its time is up. */
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

  /** The failure once the time is up. */
  get passed(): Failure | undefined {
    return this.#passed;
  }

  /** Ends the limit: the apply is over in time. */
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
