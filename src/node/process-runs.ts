import { createHash, randomBytes } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import process from 'node:process';
import type { Runs, RunState } from '../core/reconcile/run.ts';

/** Applies by machine and process: a run of a process of this machine that has ended is dead. */
export class ProcessRuns implements Runs {
  readonly #machine = thisMachine();
  readonly #active = new Set<string>();

  begin(): string {
    const run = `${this.#machine}.${process.pid}.${randomBytes(6).toString('hex')}`;
    this.#active.add(run);
    return run;
  }

  end(run: string): void {
    this.#active.delete(run);
  }

  state(run: string): RunState {
    const [machine, processId] = run.split('.');
    if (machine !== this.#machine) return 'unknown';
    const id = Number(processId);
    if (!Number.isSafeInteger(id) || id <= 0) return 'dead';
    if (id === process.pid) return this.#active.has(run) ? 'alive' : 'dead';
    return isRunning(id) ? 'alive' : 'dead';
  }
}

/** This machine and user. Not the host's name itself: other members of the project can read it on the image. */
export function thisMachine(): string {
  return createHash('sha256').update(`${hostname()}\n${homedir()}`).digest('hex').slice(0, 12);
}

/** Whether a process of this machine runs. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
