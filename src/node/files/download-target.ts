import type { Stats } from 'node:fs';
import { link, lstat, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isMissing, isOutOfRoom, writeAll, syncFolder } from './file-system.ts';
import type { DownloadTarget } from '../../core/download/download-image.ts';
import { Failure, messageOf, systemCode } from '../../core/failure.ts';
import { imageFileName, type LiveImage } from '../../core/glance/image.ts';
import { realPathOf } from './located-path.ts';
import type { Holder, ProcessLocks, Release } from '../processes/process-locks.ts';
import { birthOf, createNew, openToResume } from './strict-files.ts';

/**
 * Opens the temporary file of a download beside its final name. Its name holds that name and the image's id, so only the same
 * image resumes it, one process at a time. Throws `target-exists`, `target-is-folder`, `target-not-a-file`,
 * `target-not-writable`, `download-in-progress`.
 * @param path absolute; in a folder, the file is named after the image
 * @param replaces whether to replace a regular file of that name; nothing else is ever replaced
 */
export async function openDownloadTarget(
  path: string,
  image: LiveImage,
  replaces: boolean,
  locks: ProcessLocks,
): Promise<DownloadTarget> {
  const named = (await isFolder(path)) ? join(path, imageFileName(image)) : resolve(path);
  // Use the real path of the folder, and show it.
  const final = join(await realPathOf(dirname(named)), basename(named));
  await refuseOthers(final);
  if (!replaces && (await isThere(final))) throw exists(final);
  const partial = join(dirname(final), `.${basename(final)}.${image.id}.part`);
  const release = await locks.take(partial);
  if (typeof release === 'string') throw inProgress(final, release);
  try {
    const handle = await guarded(final, async () => (await openToResume(partial)) ?? createNew(partial, 0o666));
    const stats = await handle.stat({ bigint: true });
    return target(final, partial, { handle, size: Number(stats.size), birth: birthOf(stats), release, replaces });
  } catch (error) {
    await release();
    throw error;
  }
}

interface Opened {
  readonly handle: FileHandle;
  readonly size: number;
  readonly birth: string;
  readonly release: Release;
  readonly replaces: boolean;
}

function target(final: string, partial: string, { handle, size, birth, release, replaces }: Opened): DownloadTarget {
  return {
    path: final,
    partial: {
      size,
      birth,
      read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
      write: (piece, position) => guarded(final, () => writeAll(handle, piece, position)),
      truncate: (length) => guarded(final, () => handle.truncate(length)),
      sync: () => guarded(final, () => handle.sync()),
      close: () => handle.close(),
    },
    publish: async () => {
      // Something else may have appeared there during the download.
      await refuseOthers(final);
      await guarded(final, () => (replaces ? rename(partial, final) : renameToNew(partial, final)));
      await syncFolder(dirname(final));
    },
    discard: () => guarded(final, () => rm(partial, { force: true })),
    close: async () => {
      const { size: left } = await handle.stat();
      await handle.close();
      // Leave no empty file behind.
      if (left === 0) await rm(partial, { force: true });
      await release();
    },
  };
}

function inProgress(final: string, holder: Holder): Failure {
  const where = holder === 'own' ? 'here' : 'in another window or terminal';
  return new Failure('download-in-progress', `Another download of this image to "${final}" is running ${where}.`, {
    next: 'Wait for it to finish, or choose another file.',
  });
}

/** A file that appeared during the download is not overwritten either. */
async function renameToNew(partial: string, final: string): Promise<void> {
  try {
    await link(partial, final);
    await rm(partial);
  } catch (error) {
    if (systemCode(error) === 'EEXIST' || (await isThere(final))) throw exists(final);
    // Some file systems have no links.
    await rename(partial, final);
  }
}

function exists(final: string): Failure {
  return new Failure('target-exists', `"${final}" already exists.`, {
    next: 'Choose another file, or overwrite this one.',
  });
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Accepts a free name or a regular file. Renaming over a device would remove it for the whole machine. */
async function refuseOthers(final: string): Promise<void> {
  const own = await lstat(final).catch(() => undefined);
  if (own === undefined || own.isFile()) return;
  if (own.isDirectory()) {
    throw new Failure('target-is-folder', `"${final}" is a folder.`, { next: 'Choose another file.' });
  }
  const led = own.isSymbolicLink() ? await stat(final).catch(() => undefined) : own;
  if (led !== undefined && !led.isFile() && !led.isDirectory()) throw notAFile(final, kindOf(led));
  const goal = await realpath(final).catch(() => undefined);
  const next =
    goal === undefined ? 'The link is broken. Use the file itself.' : `Use its target, "${goal}", or another file.`;
  throw new Failure('target-not-a-file', `"${final}" is a link, and links are not replaced.`, { next });
}

function notAFile(path: string, what: string): Failure {
  return new Failure('target-not-a-file', `"${path}" is ${what}, not a regular file.`, {
    next: "Use a regular file. The image appears only after it is verified, so it can't be written to a pipe or a device.",
  });
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device';
  return 'something else';
}

async function guarded<T>(final: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(error, final);
  }
}

function failure(error: unknown, final: string): Failure {
  if (error instanceof Failure) return error;
  if (isOutOfRoom(error)) {
    const next = 'Free some space and download again to resume, or choose a file elsewhere.';
    return new Failure('disk-full', `The disk has no space for "${final}".`, { next, cause: error });
  }
  const why = messageOf(error);
  const next = 'Choose a file in an existing folder that you can write to.';
  return new Failure('target-not-writable', `"${final}" can't be written: ${why}`, { next, cause: error });
}
