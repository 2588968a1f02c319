import { dirname, relative, isAbsolute, join } from 'node:path';

/**
 * The folders in which `clouds.yaml` is looked for before the user's own, nearest first: from the definition's folder up to
 * its workspace folder, then the other workspace folders. Without workspace folders (an untrusted workspace) there are none.
 */
export function configurationFolders(
  workspaceFolders: readonly string[],
  forFile: string | undefined,
): readonly string[] {
  if (forFile === undefined || workspaceFolders.length === 0) return workspaceFolders;
  const folder = dirname(forFile);
  const root = workspaceFolders.find((candidate) => contains(candidate, folder));
  const upwards = root === undefined ? [folder] : pathUp(folder, root);
  return [...new Set([...upwards, ...workspaceFolders])];
}

/** The workspace folder that contains a file. */
export function workspaceFolderOf(workspaceFolders: readonly string[], file: string): string | undefined {
  return workspaceFolders.find((folder) => contains(folder, dirname(file)));
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

function pathUp(from: string, root: string): readonly string[] {
  const steps = relative(root, from)
    .split(/[\\/]/)
    .filter((step) => step !== '');
  return steps.map((_, index) => join(root, ...steps.slice(0, steps.length - index))).concat(root);
}
