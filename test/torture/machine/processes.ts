import { readFile } from 'node:fs/promises';

/** The process that another one started. */
export async function firstChild(parent: number): Promise<number | undefined> {
  const path = `/proc/${String(parent)}/task/${String(parent)}/children`;
  const [first] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
  return first === undefined || first === '' ? undefined : Number(first);
}
