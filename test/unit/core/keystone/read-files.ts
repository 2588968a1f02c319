import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readClouds, type CloudsPorts } from '../../../../src/core/keystone/clouds/clouds-files.ts';
import type { Cloud, CloudConfiguration } from '../../../../src/core/keystone/clouds/configuration.ts';
import type { Whereabouts } from '../../../../src/core/keystone/clouds/file-owner.ts';

export const HOME = '/home/ann';
export const USER = `${HOME}/.config/openstack`;

/** What differs from most tests. */
interface Differences extends Partial<Omit<CloudsPorts, 'readFile' | 'whereIs'>> {
  readonly readFile?: (path: string) => Promise<string | undefined>;
  /** Paths of links, to files and folders, and where they lead. */
  readonly links?: Readonly<Record<string, string>>;
  /** Files with more than one name. */
  readonly hardLinked?: readonly string[];
}

/** What these files say together: paths and texts. */
export async function read(
  files: Readonly<Record<string, string>>,
  { readFile, links = {}, hardLinked = [], ...ports }: Differences = {},
): Promise<CloudConfiguration> {
  const whereIs = (path: string): Whereabouts => {
    const link = Object.keys(links).find((each) => path === each || path.startsWith(`${each}/`));
    const realPath = link === undefined ? path : `${links[link] ?? ''}${path.slice(link.length)}`;
    return { realPath: join(realPath), names: hardLinked.includes(path) ? 2 : 1 };
  };
  return readClouds({
    readFile: async (path) => {
      const where = whereIs(path);
      const text = await (readFile?.(path) ?? Promise.resolve(files[where.realPath]));
      return text === undefined ? undefined : { text, ...where };
    },
    whereIs: (path) => Promise.resolve(whereIs(path)),
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
