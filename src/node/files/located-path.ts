import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { LocatedPath } from '../../core/source/ports.ts';

/** The folders that a definition came in. */
export interface DefinitionFolders {
  /** Absolute path of the definition's file. */
  readonly file: string;
  /** Absolute paths. */
  readonly workspaceFolders: readonly string[];
}

/**
 * Where an absolute path of a definition leads, links followed as far as there is something, and what is to be told of that.
 * @param written as the definition has it
 */
export async function locate(path: string, written: string, folders: DefinitionFolders): Promise<LocatedPath> {
  const real = await realPathOf(path);
  const link = await linkOnWay(path, written, folders);
  const bases = await Promise.all(basesOf(folders).map(realPathOf));
  const inside = bases.some((base) => contains(base, real));
  return {
    path: real,
    ...(inside && link === undefined ? {} : { reach: inside ? ('link' as const) : ('outside' as const) }),
    ...(link === undefined ? {} : { link }),
  };
}

/**
 * The first link on the way to a path of a definition which may have come with the definition: below the workspace folder, or
 * the definition's own folder. What is above is the user's. Of a relative path that leads out of both, everything below the
 * folder that it has in common with the definition counts.
 */
export async function linkOnWay(
  path: string,
  written: string,
  folders: DefinitionFolders,
): Promise<string | undefined> {
  const relativeToFile = !/^(?:~|\$\{)/.test(written) && !isAbsolute(written);
  const outermost = basesOf(folders)
    .filter((base) => contains(base, path))
    .toSorted((one, other) => one.length - other.length)[0];
  const from = outermost ?? (relativeToFile ? commonFolder(dirname(folders.file), path) : undefined);
  return from === undefined ? undefined : linkBelow(from, path);
}

/** The first link below `from` on the way to `path`, itself included. */
async function linkBelow(from: string, path: string): Promise<string | undefined> {
  const steps = relative(from, path).split(/[\\/]/);
  let here = from;
  for (const step of steps.filter((each) => each !== '')) {
    here = join(here, step);
    const stats = await lstat(here).catch(() => undefined);
    // Nothing is below what is not there.
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) return here;
  }
  return undefined;
}

/** The path with all links followed; of what does not exist yet, as far as it does. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    // What a broken link leads to can't be told; whoever opens it is refused.
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}

/** Whether a folder is or holds a path. */
function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way));
}

/** A command line that runs in the user's home does not make all of it the definition's. */
function basesOf({ file, workspaceFolders }: DefinitionFolders): readonly string[] {
  const own = dirname(file);
  return [own, ...workspaceFolders.filter((folder) => !contains(folder, homedir()))];
}

function commonFolder(one: string, other: string): string {
  return contains(one, other) ? one : commonFolder(dirname(one), other);
}
