import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, writeFileSync, type BigIntStats, renameSync } from 'node:fs';
import { lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import process from 'node:process';
import { isMissing } from './file-system.ts';
import { systemCode } from '../../core/failure.ts';
import { readTextFile, UnreadableFile } from './text-file.ts';

// The one gate for files in folders that somebody else may have filled: no link is followed, nothing is opened but a regular
// file, and what is written is a file that did not exist before.

/** Windows has neither flag; a link is looked for by `lstat` there. `O_NONBLOCK`: to open a FIFO would wait for ever. */
const CLOSED = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Makes a new file, for reading and writing. What has its name is removed; if that is a link, what it leads to stays. Throws as `open`. */
export async function createAnew(path: string, mode = 0o600): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | CLOSED, mode);
}

/** Likewise, for worker threads. Returns a file descriptor. */
export function createAnewSync(path: string, mode = 0o600): number {
  rmSync(path, { force: true });
  return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | CLOSED, mode);
}

/**
 * Opens a file to go on with it: only a regular one of this user that has no second name. `undefined` for anything else, and
 * where there is none. Throws as `open`.
 */
export async function openToContinue(path: string): Promise<FileHandle | undefined> {
  if (!(await isRegular(path))) return undefined;
  const handle = await open(path, constants.O_RDWR | CLOSED).catch((error: unknown) => {
    if (isAbsentOrLink(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  const stats = await handle.stat({ bigint: true });
  if (stats.isFile() && stats.nlink === 1n && isOwn(stats)) return handle;
  await handle.close();
  return undefined;
}

/** The text of a regular file; `undefined` where there is none, and for a link, anything else, or a longer one. Throws as `open`. */
export async function readClosedText(path: string, bytesAtMost: number): Promise<string | undefined> {
  try {
    return await readTextFile(path, { atMost: bytesAtMost, followLinks: false, anyEncoding: true });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (error.why !== 'failed' || isAbsentOrLink(error.cause)) return undefined;
    throw error.cause;
  }
}

/** Replaces a file as a whole: a crash leaves the old text or the new one. A link of its name is replaced, not followed. Throws as `open`. */
export async function replaceText(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const handle = await createAnew(temporary, mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes a file that does not exist yet; a link of its name counts as one that does. Throws as `open`, `EEXIST` above all. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | CLOSED, 0o666);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/** Writes a new file in one go, for those who can't wait. Throws as `open`. */
export function writeAnewSync(path: string, text: string, mode = 0o600): void {
  const file = createAnewSync(path, mode);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** Whether a path is a regular file itself. A device is not even opened: some act on that. */
async function isRegular(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    (error: unknown) => {
      if (isAbsentOrLink(error)) return false;
      throw error;
    },
  );
}

/** What tells a file from another one of the same name: a new one has another inode, or was born later. */
export function birthOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${String(dev)}.${String(ino)}.${String(birthtimeNs)}`;
}

/** Whether this user has it. Windows does not say. */
export function isOwn({ uid }: { readonly uid: bigint | number }): boolean {
  const own = process.getuid?.();
  return own === undefined || Number(uid) === own;
}

function isAbsentOrLink(error: unknown): boolean {
  return isMissing(error) || systemCode(error) === 'ELOOP';
}

/**
 * Writes a file beside its name and renames it, so that a reader, or the next start, sees the old text or the new one.
 * Synchronous on purpose: these files are small, and the order of writes is then the order of changes.
 */
export function writeAtomically(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.new`;
  writeAnewSync(temporary, text, mode);
  renameSync(temporary, path);
}
