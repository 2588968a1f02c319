import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeNewSync } from '../files/strict-files.ts';
import { isOwn } from '../files/private-folder.ts';
import { ProcessNames } from './process-names.ts';
import type { Runs, RunState } from '../../core/reconcile/ownership/staged.ts';

/** The runs of this process that have not ended, whichever engine began them: one may meet the image of another's. */
const ACTIVE = new Set<string>();

/** What `ProcessRuns` is made from. */
export interface ProcessRunsOptions {
  readonly names?: ProcessNames;
  /** Where ended runs are noted for other processes, absolute; nowhere if omitted. */
  readonly folder?: string;
}

/**
 * Names of apply runs, `PROCESS.RANDOM`. A run whose process has ended is dead, and so is one that a process which goes on has
 * noted as ended: a window or transfer host lives on after a failed apply, whose image another one may go on with.
 */
export class ProcessRuns implements Runs {
  readonly #names: ProcessNames;
  readonly #folder: string | undefined;
  #pruned = false;

  constructor({ names = new ProcessNames(), folder }: ProcessRunsOptions = {}) {
    this.#names = names;
    this.#folder = folder;
  }

  begin(): string {
    const run = `${this.#names.own()}.${randomBytes(6).toString('hex')}`;
    ACTIVE.add(run);
    return run;
  }

  end(run: string): void {
    ACTIVE.delete(run);
    if (this.#folder === undefined) return;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#prune(this.#folder);
      writeNewSync(noteOf(this.#folder, run), run);
    } catch {
      // Then other processes wait until this one has ended.
    }
  }

  state(run: string): RunState {
    const state = this.#names.state(processOf(run));
    // This process knows its own active runs.
    if (state === 'own') return ACTIVE.has(run) ? state : 'dead';
    return state === 'alive' && this.#hasEnded(run) ? 'dead' : state;
  }

  #hasEnded(run: string): boolean {
    if (this.#folder === undefined) return false;
    try {
      const stats = lstatSync(noteOf(this.#folder, run));
      return stats.isFile() && isOwn(stats);
    } catch {
      return false;
    }
  }

  /** Removes the notes of processes that have ended, once. */
  #prune(folder: string): void {
    if (this.#pruned) return;
    this.#pruned = true;
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats?.isFile() !== true || stats.size > RUN_AT_MOST) continue;
      if (this.#names.state(processOf(readFileSync(file, 'utf8'))) === 'dead') rmSync(file, { force: true });
    }
  }
}

/** Bytes of the name of a run. */
const RUN_AT_MOST = 512;

function processOf(run: string): string {
  return run.slice(0, Math.max(0, run.lastIndexOf('.')));
}

/** A run is named by an image, which others may have written. */
function noteOf(folder: string, run: string): string {
  return join(folder, createHash('sha256').update(run).digest('hex').slice(0, 32));
}
