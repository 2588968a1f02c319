import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Log } from '../../core/log.ts';
import { realPathOf } from '../files/located-path.ts';
import { isOwn, readClosedText, replaceText } from '../files/strict-files.ts';

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
      this.#log.warn(`That "${path}" was written by this tool could not be kept: ${String(error)}`);
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

/** Whether only this user (and root) can put files into a folder or replace it. Windows protects the folders of users by itself. */
export async function isPrivateFolder(folder: string): Promise<boolean> {
  if (process.getuid === undefined) return true;
  const real = await realPathOf(folder);
  const own = await stat(real).catch(() => undefined);
  // A missing folder is empty.
  if (own === undefined) return true;
  if (!isOwn(own) || (own.mode & 0o022) !== 0) return false;
  for (let above = dirname(real); ; above = dirname(above)) {
    const stats = await stat(above).catch(() => undefined);
    if (stats === undefined) return false;
    const { uid, gid, mode } = stats;
    const sticky = (mode & 0o1000) !== 0;
    // If each user has a private group, folders are often writable for it.
    const others = gid === uid ? 0o002 : 0o022;
    if ((uid !== 0 && !isOwn({ uid })) || ((mode & others) !== 0 && !sticky)) return false;
    if (above === dirname(above)) return true;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
