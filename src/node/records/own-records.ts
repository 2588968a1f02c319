import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../core/log.ts';
import { isPrivateFolder } from '../files/private-folder.ts';
import { readClosedText, replaceText } from '../files/strict-files.ts';

/** `sha256` in hex, and nothing else. */
const RECORD_BYTES_AT_MOST = 64;

/**
 * Records which texts in shared folders we wrote, as a small file for each in the user's own cache. A clone, an
 * archive or another user can put a file beside a download, but not a record here.
 */
export class OwnRecords {
  readonly #folder: string;
  readonly #log: Log;
  #ours: Promise<boolean> | undefined;

  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Whether this is the text that we last wrote there. @param path of the file, all links followed */
  async has(path: string, text: string): Promise<boolean> {
    this.#ours ??= isPrivateFolder(this.#folder);
    if (!(await this.#ours)) return false;
    const known = await readClosedText(this.#fileOf(path), RECORD_BYTES_AT_MOST).catch(() => undefined);
    return known === sha256(text);
  }

  /** Without a record the source is fetched again. */
  async add(path: string, text: string): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await replaceText(this.#fileOf(path), sha256(text));
      this.#ours = undefined;
    } catch (error) {
      this.#log.warn(`Could not record that Glance Images wrote "${path}": ${String(error)}`);
    }
  }

  async drop(path: string): Promise<void> {
    // A record that stays would vouch for a removed text.
    await rm(this.#fileOf(path), { force: true }).catch(() => undefined);
  }

  #fileOf(path: string): string {
    return join(this.#folder, sha256(path));
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
