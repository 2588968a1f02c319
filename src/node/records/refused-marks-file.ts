import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../../core/place.ts';
import type { RefusedMarks } from '../../core/reconcile/ownership/refused-marks.ts';
import { replaceText } from '../files/strict-files.ts';
import type { OnWriteError } from './write-errors.ts';

/** ms after which a region is tried again: its policy may have changed. */
const VALID = 24 * 3_600_000;

/** One empty file for each region that refuses marks. Its modification time is that of the refusal. */
export class RefusedMarksFiles implements RefusedMarks {
  readonly #folder: string;
  readonly #onWriteError: OnWriteError;

  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, onWriteError: OnWriteError) {
    this.#folder = folder;
    this.#onWriteError = onWriteError;
  }

  async has(place: Place): Promise<boolean> {
    try {
      const { mtimeMs } = await lstat(this.#file(place));
      return Date.now() - mtimeMs < VALID;
    } catch {
      // Not refused, or unknown: the apply finds out.
      return false;
    }
  }

  async remember(place: Place): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await replaceText(this.#file(place), '');
    } catch (error) {
      this.#onWriteError(error);
    }
  }

  #file({ origin, cloud, region }: Place): string {
    const name = createHash('sha256').update(JSON.stringify([origin, cloud, region]));
    return join(this.#folder, name.digest('hex'));
  }
}
