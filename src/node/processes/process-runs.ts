import { randomBytes } from 'node:crypto';
import { ProcessNames } from './process-names.ts';
import type { Runs, RunState } from '../../core/reconcile/ownership/staged.ts';

/** Names of apply runs, `PROCESS.RANDOM`. A run whose process has ended is dead. */
export class ProcessRuns implements Runs {
  readonly #names: ProcessNames;
  readonly #active = new Set<string>();

  constructor(names = new ProcessNames()) {
    this.#names = names;
  }

  begin(): string {
    const run = `${this.#names.own()}.${randomBytes(6).toString('hex')}`;
    this.#active.add(run);
    return run;
  }

  end(run: string): void {
    this.#active.delete(run);
  }

  state(run: string): RunState {
    const state = this.#names.state(run.slice(0, Math.max(0, run.lastIndexOf('.'))));
    // This process knows its own active runs.
    return state === 'own' && !this.#active.has(run) ? 'dead' : state;
  }
}
