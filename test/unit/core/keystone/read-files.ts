import assert from 'node:assert/strict';
import { readClouds, type CloudsPorts } from '../../../../src/core/keystone/clouds-files.ts';
import type { Cloud, CloudConfiguration } from '../../../../src/core/keystone/configuration.ts';

export const HOME = '/home/ann';
export const USER = `${HOME}/.config/openstack`;

/** What these files say together: paths and texts. */
export async function read(
  files: Readonly<Record<string, string>>,
  ports: Partial<CloudsPorts> = {},
): Promise<CloudConfiguration> {
  return readClouds({
    readFile: (path) => Promise.resolve(files[path]),
    environment: {},
    homeDirectory: HOME,
    platform: 'linux',
    folders: [],
    extraFiles: [],
    ...ports,
  });
}

/** The one cloud of a `clouds.yaml` that holds these lines under `clouds: {c: …}`. */
export async function cloud(entry: string): Promise<Cloud> {
  const indented = entry.replace(/^/gm, '    ');
  const { clouds, problems } = await read({ [`${USER}/clouds.yaml`]: `clouds:\n  c:\n${indented}\n` });
  assert.deepEqual(problems, []);
  const [only] = clouds;
  assert.ok(only !== undefined && clouds.length === 1);
  return only;
}

/** Severity and code of each. */
export function codes(problems: CloudConfiguration['problems']): readonly string[] {
  return problems.map(({ severity, code }) => `${severity} ${code}`);
}

/** A file with one cloud. */
export function named(name: string): string {
  return `clouds: {${name}: {auth: {auth_url: 'http://${name}'}}}`;
}
