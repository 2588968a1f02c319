import { randomBytes } from 'node:crypto';
import { ProcessNames } from './process-names.ts';
import type { Runs, RunState } from '../../core/reconcile/ownership/staged.ts';

/** The runs of this process that have not ended, whichever engine began them: one may meet the image of another's. */
const ACTIVE = new Set<string>();

/** Names of apply runs, `PROCESS.RANDOM`. A run whose process has ended is dead. */
export class ProcessRuns implements Runs {
  readonly #names: ProcessNames;

  constructor(names = new ProcessNames()) {
    this.#names = names;
  }

  begin(): string {
    const run = `${this.#names.own()}.${randomBytes(6).toString('hex')}`;
    ACTIVE.add(run);
    return run;
  }

  end(run: string): void {
    ACTIVE.delete(run);
  }

  state(run: string): RunState {
    const state = this.#names.state(run.slice(0, Math.max(0, run.lastIndexOf('.'))));
    // This process knows its own active runs.
    return state === 'own' && !ACTIVE.has(run) ? 'dead' : state;
  }
}
