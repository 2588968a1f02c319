import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** An entry of `clouds.yaml` with a password, as the clouds of the tests have them. */
export interface CloudEntry {
  readonly auth: {
    readonly auth_url: string;
    readonly username: string;
    readonly password: string;
    readonly project_name: string;
  };
}

/** @throws Error where the file has no such cloud */
export async function cloudEntry(file: string, name: string): Promise<CloudEntry> {
  const { clouds } = parse(await readFile(file, 'utf8')) as { clouds: Record<string, CloudEntry> };
  const entry = clouds[name];
  if (entry === undefined) throw new Error(`${file} has no cloud ${name}.`);
  if (new URL(entry.auth.auth_url).hostname !== '127.0.0.1') throw new Error(`${name} is not on loopback.`);
  return entry;
}
