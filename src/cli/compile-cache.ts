import envPaths from 'env-paths';
import { mkdir, realpath } from 'node:fs/promises';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { isPrivateFolder } from '../node/files/private-folder.ts';

/**
 * Has Node keep what it compiles of the modules that are loaded from now on, for the next start: most of a short command's time goes
 * into compiling. https://nodejs.org/api/module.html#module-compile-cache
 *
 * Node runs what it finds there, and its own default is a folder that others share: so a folder that others may write to is not used.
 */
export async function keepCompiledCode(): Promise<void> {
  const folder = await privateFolder(join(envPaths('glance-images', { suffix: '' }).cache, 'compiled'));
  if (folder !== undefined) enableCompileCache(folder);
}

/** The folder with all links followed, made where it is missing; `undefined` where it can't be, or is not only this user's. */
async function privateFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const real = await realpath(folder);
    return (await isPrivateFolder(real)) ? real : undefined;
  } catch {
    // A home that can't be written costs the speed and nothing else.
    return undefined;
  }
}
