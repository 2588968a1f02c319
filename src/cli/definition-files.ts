import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DefinitionFile } from '../core/definition/definition.ts';
import { findDuplicates } from '../core/definition/reading/duplicates.ts';
import { DEFINITION_FILE_BYTES, parseDefinitions } from '../core/definition/parse.ts';
import { Failure, messageOf, systemCode } from '../core/failure.ts';
import { readTextFile } from '../node/files/text-file.ts';

/**
 * Reads the files, folders (every `*.image.jsonc` below) and globs of a command line, each file once, sorted.
 * Throws `file-not-found` for a name that matches nothing, and `file-unreadable`.
 */
export async function readDefinitionFiles(
  names: readonly string[],
  folder: string,
): Promise<readonly DefinitionFile[]> {
  const found = await Promise.all(names.map((name) => matching(name, folder)));
  const paths = [...new Set(found.flat())].sort();
  const files = await Promise.all(paths.map(async (path) => parseDefinitions(await text(path), path)));
  const duplicates = findDuplicates(files);
  return files.map((file) => {
    const more = duplicates.get(file.file) ?? [];
    return more.length === 0 ? file : { ...file, problems: [...file.problems, ...more] };
  });
}

async function matching(name: string, folder: string): Promise<readonly string[]> {
  const path = resolve(folder, name);
  const kind = await kindOf(path);
  if (kind === 'file') return [path];
  const { escapePath, glob } = await import('tinyglobby');
  const pattern = kind === 'folder' ? `${escapePath(path)}/**/*.image.jsonc` : name.replaceAll('\\', '/');
  const found = await glob(pattern, { cwd: folder, absolute: true, onlyFiles: true, ignore: ['**/node_modules/**'] });
  if (found.length > 0) return found.map((each) => resolve(each));
  const what = kind === 'folder' ? 'contains no *.image.jsonc file' : 'is not a file and matches none';
  throw new Failure('file-not-found', `"${name}" ${what}.`);
}

/** Anything but a folder counts as a file; reading it may fail. */
async function kindOf(path: string): Promise<'file' | 'folder' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = systemCode(error);
    // A name that is too long or no path at all may still be a glob.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'EINVAL') return 'absent';
    throw unreadable(path, error);
  }
}

async function text(path: string): Promise<string> {
  try {
    return await readTextFile(path, { atMost: DEFINITION_FILE_BYTES });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Failure {
  const why = messageOf(error);
  return new Failure('file-unreadable', `"${path}" can't be read: ${why}`, { cause: error });
}
