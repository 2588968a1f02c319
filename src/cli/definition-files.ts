import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { escapePath, glob } from 'tinyglobby';
import type { DefinitionFile } from '../core/definition/definition.ts';
import { findDuplicates } from '../core/definition/duplicates.ts';
import { parseDefinitions } from '../core/definition/parse.ts';
import { Failure } from '../core/failure.ts';

/**
 * Reads what is named on the command line: files, folders (every `*.image.jsonc` below) and globs, each file once, sorted.
 * Throws `file-not-found` for a name that matches nothing.
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
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() === true) return [path];
  const pattern = stats?.isDirectory() === true ? `${escapePath(path)}/**/*.image.jsonc` : name.replaceAll('\\', '/');
  const found = await glob(pattern, { cwd: folder, absolute: true, onlyFiles: true, ignore: ['**/node_modules/**'] });
  if (found.length > 0) return found.map((each) => resolve(each));
  throw new Failure('file-not-found', `"${name}" is no file and matches no *.image.jsonc file.`);
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure(
      'file-unreadable',
      `"${path}" can't be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
