import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { LocatedPath } from '../../core/source/ports.ts';

/** The folders of a definition. */
export interface DefinitionFolders {
  /** Absolute path of the definition's file. */
  readonly file: string;
  /** Absolute paths. */
  readonly workspaceFolders: readonly string[];
}

/**
 * Resolves an absolute path of a definition as far as it exists, and says whether it leaves the definition's folders.
 * @param written as written in the definition
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
 * The first link in a path that may have come with the definition: below the workspace folder, or
 * the definition's own folder. What is above belongs to the user. If a relative path leaves both, everything below the
 * folder that it shares with the definition counts.
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

/** The first link below `from` in `path`, including `path` itself. */
async function linkBelow(from: string, path: string): Promise<string | undefined> {
  const steps = relative(from, path).split(/[\\/]/);
  let here = from;
  for (const step of steps.filter((each) => each !== '')) {
    here = join(here, step);
    const stats = await lstat(here).catch(() => undefined);
    // A missing folder contains nothing.
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) return here;
  }
  return undefined;
}

/** The real path; of a path that does not exist yet, as far as it exists. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    // The target of a broken link is unknown; opening it fails.
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}

/** Whether a path is this folder or in it. */
function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way));
}

/** The user's home is not the definition's folder just because the command runs there. */
function basesOf({ file, workspaceFolders }: DefinitionFolders): readonly string[] {
  const own = dirname(file);
  return [own, ...workspaceFolders.filter((folder) => !contains(folder, homedir()))];
}

function commonFolder(one: string, other: string): string {
  return contains(one, other) ? one : commonFolder(dirname(one), other);
}
