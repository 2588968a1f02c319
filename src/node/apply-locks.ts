import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { definitionKey } from '../core/definition/definition.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import { describePlace } from '../core/place.ts';
import { failedResult } from '../core/reconcile/apply/result.ts';
import type { ApplyEvent, ApplyResult, Plan } from '../core/reconcile/types.ts';

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
      return await lock(join(this.#folder, name), {
        realpath: false,
        stale: LOCK_STALE,
        onCompromised: (error) => this.#log.warn(`The lock of an apply was lost: ${error.message}`),
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
      // A machine without a cache folder can apply all the same.
      this.#log.warn(`No lock could be taken in ${this.#folder}: ${String(error)}`);
      return () => Promise.resolve();
    }
  }
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
