import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder for the sandbox of this process below `parent`, called after the process. Folders of processes that are gone without
 * having removed theirs are removed: nobody can use their data any more.
 */
export async function claimSandboxFolder(
  parent: string,
  pid: number,
  isAlive: (pid: number) => boolean = processIsAlive,
): Promise<string> {
  await mkdir(parent, { recursive: true });
  const left = (await readdir(parent)).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== pid && !isAlive(Number(name)),
  );
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
  const folder = join(parent, String(pid));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

function processIsAlive(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}
