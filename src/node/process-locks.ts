import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { lock } from 'proper-lockfile';
import type { Log } from '../core/log.ts';
import { isRunning } from './process-runs.ts';
import { readClosedText, replaceText } from './strict-files.ts';
import type { TellUnkept } from './tell-unkept.ts';

/** ms after which a lock that its process does not renew counts as left by a crash. */
const LOCK_STALE = 10_000;

/** Lets go of a lock. Never throws. */
export type Release = () => Promise<void>;

/** Locks between the processes of one user. What a killed process holds is free at once. */
export class ProcessLocks {
  readonly #folder: string;
  readonly #log: Log;
  readonly #tellUnkept: TellUnkept;

  /** `folder` is made when it is needed. */
  constructor(folder: string, log: Log, tellUnkept: TellUnkept) {
    this.#folder = folder;
    this.#log = log;
    this.#tellUnkept = tellUnkept;
  }

  /** `undefined` where somebody else has it. A machine without such a folder can work all the same. */
  async take(target: string): Promise<Release | undefined> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const file = join(this.#folder, createHash('sha256').update(target).digest('hex').slice(0, 32));
      if (await isLeft(file)) await rm(`${file}.lock`, { recursive: true, force: true });
      const release = await lock(file, {
        realpath: false,
        stale: LOCK_STALE,
        onCompromised: (error) => this.#log.warn(`A lock was lost: ${error.message}`),
      });
      try {
        await replaceText(file, String(process.pid));
      } catch (error) {
        // A lock that does not say whose it is would keep this very process out the next time.
        await release().catch(() => undefined);
        throw error;
      }
      return async () => {
        await rm(file, { force: true });
        // One that was taken over because this process was suspended is no longer ours to release.
        await release().catch(() => undefined);
      };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
      this.#tellUnkept(error);
      return () => Promise.resolve();
    }
  }
}

/** Whether the process that took a lock has ended without letting go of it. The lock's file holds its id. */
async function isLeft(file: string): Promise<boolean> {
  const holder = Number((await readClosedText(file, 32).catch(() => undefined)) ?? '');
  return Number.isSafeInteger(holder) && holder > 0 && !isRunning(holder);
}
