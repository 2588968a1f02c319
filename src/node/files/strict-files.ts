import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, writeFileSync, type BigIntStats, renameSync } from 'node:fs';
import { lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { isMissing } from './file-system.ts';
import { isOwn } from './private-folder.ts';
import { systemCode } from '../../core/failure.ts';
import { readTextFile, UnreadableFile } from './text-file.ts';

// All access to files in folders that others may write to goes through here: links are not followed, only regular files are
// opened, and writing always creates a new file.

/** Windows has neither flag; `lstat` finds links there. `O_NONBLOCK`: opening a FIFO would wait forever. */
const CLOSED = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Creates a new file for reading and writing. An existing file or link of that name is removed; the link's target stays. Throws as `open`. */
export async function createNew(path: string, mode = 0o600): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | CLOSED, mode);
}

/** `createNew` for worker threads. Returns a file descriptor. */
export function createNewSync(path: string, mode = 0o600): number {
  rmSync(path, { force: true });
  return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | CLOSED, mode);
}

/**
 * Opens a file to resume writing. It must be a regular file of this user with no second name. `undefined` for anything else,
 * or if there is none. Throws as `open`.
 */
export async function openToResume(path: string): Promise<FileHandle | undefined> {
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

/** The text of a regular file; `undefined` if there is none, if it is a link or no file, or if it is longer. Throws as `open`. */
export async function readClosedText(path: string, bytesAtMost: number): Promise<string | undefined> {
  try {
    return await readTextFile(path, { atMost: bytesAtMost, followLinks: false, anyEncoding: true });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (error.why !== 'failed' || isAbsentOrLink(error.cause)) return undefined;
    throw error.cause;
  }
}

/** Replaces a file atomically: a crash leaves the old text or the new one. A link is replaced, not followed. Throws as `open`. */
export async function replaceText(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const handle = await createNew(temporary, mode);
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

/** Writes a file that does not exist yet. A link of that name counts as existing. Throws as `open`, usually `EEXIST`. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | CLOSED, 0o666);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/** Writes a new file synchronously. Throws as `open`. */
export function writeNewSync(path: string, text: string, mode = 0o600): void {
  const file = createNewSync(path, mode);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** Whether a path is a regular file and no link. Does not open it, because opening has side effects on some devices. */
async function isRegular(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    (error: unknown) => {
      if (isAbsentOrLink(error)) return false;
      throw error;
    },
  );
}

/** Identifies a file: another file of the same name has another inode or a later birth time. */
export function birthOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${String(dev)}.${String(ino)}.${String(birthtimeNs)}`;
}

function isAbsentOrLink(error: unknown): boolean {
  return isMissing(error) || systemCode(error) === 'ELOOP';
}

/**
 * Writes a temporary file and renames it, so that a reader, or the next start, sees the old text or the new one.
 * Synchronous on purpose: these files are small, and the order of writes is then the order of changes.
 */
export function writeAtomically(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.new`;
  writeNewSync(temporary, text, mode);
  renameSync(temporary, path);
}
