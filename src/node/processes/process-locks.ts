import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { systemCode } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import { ProcessNames } from './process-names.ts';
import { readClosedText, replaceText } from '../files/strict-files.ts';
import type { OnWriteError } from '../records/write-errors.ts';

/** ms without a renewal after which a lock counts as left by a crash. */
const LOCK_STALE = 10_000;

/** Releases a lock. Never throws. */
export type Release = () => Promise<void>;

/** Who holds a lock: this process, or another one. */
export type Holder = 'own' | 'other';

/** Locks between the processes of one user. The locks of a killed process are free at once. */
export class ProcessLocks {
  readonly #folder: string;
  readonly #log: Log;
  readonly #onWriteError: OnWriteError;
  readonly #names: ProcessNames;

  /** `folder` is created on first use. */
  constructor(folder: string, log: Log, onWriteError: OnWriteError, names = new ProcessNames()) {
    this.#folder = folder;
    this.#log = log;
    this.#onWriteError = onWriteError;
    this.#names = names;
  }

  /** Returns the holder if there is one. Without a writable folder, work goes on unlocked. */
  async take(target: string): Promise<Release | Holder> {
    const file = join(this.#folder, createHash('sha256').update(target).digest('hex').slice(0, 32));
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      if ((await this.#holder(file)) === 'dead') await rm(`${file}.lock`, { recursive: true, force: true });
      const release = await lock(file, {
        realpath: false,
        stale: LOCK_STALE,
        onCompromised: (error) => this.#log.warn(`A lock was lost: ${error.message}`),
      });
      try {
        await replaceText(file, this.#names.own());
      } catch (error) {
        // A lock without an owner would block this process the next time.
        await release().catch(() => undefined);
        throw error;
      }
      return async () => {
        await rm(file, { force: true });
        // If another process took the lock while this one was suspended, it is not ours to release.
        await release().catch(() => undefined);
      };
    } catch (error) {
      if (systemCode(error) === 'ELOCKED') return (await this.#holder(file)) === 'own' ? 'own' : 'other';
      this.#onWriteError(error);
      return () => Promise.resolve();
    }
  }

  /** Whether the holder of a lock is this process; the lock's file holds its name. */
  async #holder(file: string): Promise<ReturnType<ProcessNames['state']>> {
    return this.#names.state((await readClosedText(file, 256).catch(() => undefined)) ?? '');
  }
}
