import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { lock } from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { definitionKey } from '../core/definition/definition.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import { describePlace } from '../core/place.ts';
import { failedResult } from '../core/reconcile/apply/result.ts';
import type { ApplyEvent, ApplyResult, Plan } from '../core/reconcile/types.ts';
import { isRunning } from './process-runs.ts';

/** ms after which a lock that its process does not renew counts as left by a crash. */
const LOCK_STALE = 10_000;

/**
 * Keeps the windows and terminals of one user from applying the same definition to the same region at once. On other machines the marks on the image
 * and its id, which both would choose alike, do that.
 */
export class ApplyLocks {
  readonly #folder: string;
  readonly #log: Log;

  /** `folder` is made when it is needed. */
  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Applies the plans that nobody else is at; the others fail with `apply-running`, and nothing is sent for them. Results come in the order of the plans. */
  async apply(
    plans: readonly Plan[],
    emit: (event: ApplyEvent) => void,
    work: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>,
  ): Promise<readonly ApplyResult[]> {
    const locks = await Promise.all(plans.map(async (plan) => ({ plan, release: await this.#lock(plan) })));
    try {
      const free = locks.filter(({ release }) => release !== undefined).map(({ plan }) => plan);
      const taken = locks.filter(({ release }) => release === undefined).map(({ plan }) => refused(plan));
      for (const result of taken) emit({ type: 'result', plan: result.plan.id, result });
      const done = free.length === 0 ? [] : await work(free);
      const byDefinition = new Map([...taken, ...done].map((result) => [targetOf(result.plan), result]));
      return plans.flatMap((plan) => byDefinition.get(targetOf(plan)) ?? []);
    } finally {
      // One that was taken over because this process was suspended is no longer ours to release.
      for (const { release } of locks) await release?.().catch(() => undefined);
    }
  }

  /** `undefined` where somebody else has it. */
  async #lock(plan: Plan): Promise<(() => Promise<void>) | undefined> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const name = createHash('sha256').update(targetOf(plan)).digest('hex').slice(0, 32);
      const file = join(this.#folder, name);
      // What a killed process holds need not be waited for until it is stale.
      if (await isLeft(file)) await rm(`${file}.lock`, { recursive: true, force: true });
      const release = await lock(file, {
        realpath: false,
        stale: LOCK_STALE,
        onCompromised: (error) => this.#log.warn(`The lock of an apply was lost: ${error.message}`),
      });
      await writeFileAtomic(file, String(process.pid), { mode: 0o600 });
      return async () => {
        await rm(file, { force: true });
        await release();
      };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
      // A machine without a cache folder can apply all the same.
      this.#log.warn(`No lock could be taken in ${this.#folder}: ${String(error)}`);
      return () => Promise.resolve();
    }
  }
}

/** Whether the process that took a lock has ended without letting go of it. The lock's file holds its id. */
async function isLeft(file: string): Promise<boolean> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  return Number.isSafeInteger(holder) && holder > 0 && !isRunning(holder);
}

function targetOf({ definition, place }: Plan): string {
  return JSON.stringify([definition.file, definitionKey(definition), place.cloud, place.region]);
}

function refused(plan: Plan): ApplyResult {
  const what = `${JSON.stringify(plan.definition.arguments.name)} in ${describePlace(plan.place)}`;
  const failure = new Failure('apply-running', `${what} is being applied by another window or terminal.`, {
    next: 'Nothing was sent from here. Wait until that apply has ended, then apply again.',
  });
  return failedResult(plan, failure, '');
}
