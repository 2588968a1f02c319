import { dirname, isAbsolute, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Problem } from '../problem.ts';
import { readCloud, type RawCloud } from './cloud-entry.ts';
import type { Cloud, CloudConfiguration } from './configuration.ts';
import { environmentCloud } from './environment-cloud.ts';
import { parseYamlMapping } from './yaml-mapping.ts';

/** What reading the configuration needs of its surroundings. */
export interface CloudsPorts {
  /** Text of a file; `undefined` where it is absent or may not be read. */
  readFile(path: string): Promise<string | undefined>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** As Node's `process.platform`. */
  readonly platform: string;
  /** Searched before the user's own folders, where openstacksdk looks in the current directory. */
  readonly folders: readonly string[];
  /** Whole files whose clouds are added; a cloud of the same name found before wins. */
  readonly extraFiles: readonly string[];
}

interface FoundFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const SUFFIXES = ['yaml', 'yml', 'json'];

/**
 * Clouds as openstacksdk finds them (openstack/config/loader.py): the first existing `clouds.yaml` wins, `secure.yaml` is
 * searched on its own and merged over it, `OS_*` variables make a cloud of their own. Unlike openstacksdk, a broken file
 * is an error and never silently another file.
 */
export async function readClouds(ports: CloudsPorts): Promise<CloudConfiguration> {
  const problems: Problem[] = [];
  const folders = [...ports.folders, ...userFolders(ports)];
  const main = await firstFile(ports, 'clouds', folders, ports.environment.OS_CLIENT_CONFIG_FILE, problems);
  const secure = await firstFile(ports, 'secure', folders, ports.environment.OS_CLIENT_SECURE_FILE, problems);
  const clouds = main === undefined ? [] : cloudsOf(main, secure, ports.homeDirectory);
  const extras = await Promise.all(ports.extraFiles.map((path) => readOne(ports, path, problems)));
  for (const extra of extras) {
    if (extra === undefined) continue;
    clouds.push(
      ...cloudsOf(extra, undefined, ports.homeDirectory).filter(({ name }) =>
        clouds.every((known) => known.name !== name),
      ),
    );
  }
  const environment = environmentCloud(ports.environment);
  if (environment !== undefined)
    clouds.push(readCloud(environment.name, 'environment', environment.raw, ports.homeDirectory));
  const files = [main?.path, ...extras.map((extra) => extra?.path)].filter((path) => path !== undefined);
  const chosen = defaultCloud(ports, clouds, environment?.name, main?.path);
  return { clouds, files, problems, ...(chosen === undefined ? {} : { defaultCloud: chosen }) };
}

/** `OS_CLOUD`, else the cloud of the `OS_*` variables, else the only one. */
function defaultCloud(
  ports: CloudsPorts,
  clouds: readonly Cloud[],
  environmentName: string | undefined,
  file: string | undefined,
): CloudConfiguration['defaultCloud'] {
  const { OS_CLOUD: named } = ports.environment;
  if (named !== undefined && named !== '') return { name: named, chosenBy: 'OS_CLOUD' };
  if (environmentName !== undefined) return { name: environmentName, chosenBy: 'the OS_* environment variables' };
  const [only] = clouds;
  if (only === undefined || clouds.length > 1) return undefined;
  return { name: only.name, chosenBy: `the only cloud in ${file ?? only.origin}` };
}

/** Where the platform keeps a user's and the system's configuration. */
function userFolders({ environment, homeDirectory, platform }: CloudsPorts): readonly string[] {
  const config = join(homeDirectory, '.config', 'openstack');
  if (platform === 'darwin')
    return [join(homeDirectory, 'Library', 'Application Support', 'openstack'), config, '/etc/openstack'];
  if (platform === 'win32') return [join(environment.LOCALAPPDATA ?? homeDirectory, 'OpenStack', 'openstack'), config];
  const own = environment.XDG_CONFIG_HOME === undefined ? [] : [join(environment.XDG_CONFIG_HOME, 'openstack')];
  return [...own, config, '/etc/xdg/openstack', '/etc/openstack'];
}

async function firstFile(
  ports: CloudsPorts,
  name: string,
  folders: readonly string[],
  given: string | undefined,
  problems: Problem[],
): Promise<FoundFile | undefined> {
  const candidates = [
    ...(given === undefined || given === '' ? [] : [given]),
    ...folders.flatMap((folder) => SUFFIXES.map((suffix) => join(folder, `${name}.${suffix}`))),
  ];
  for (const path of candidates) {
    const text = await ports.readFile(path);
    if (text !== undefined) return parsed(path, text, problems);
  }
  return undefined;
}

async function readOne(ports: CloudsPorts, path: string, problems: Problem[]): Promise<FoundFile | undefined> {
  const text = await ports.readFile(path);
  return text === undefined ? undefined : parsed(path, text, problems);
}

function parsed(path: string, text: string, problems: Problem[]): FoundFile | undefined {
  try {
    const { content, warnings } = parseYamlMapping(text, path);
    problems.push(...warnings);
    return { path, content };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problems.push({ severity: 'error', code: error.code, message: error.message });
    return undefined;
  }
}

function cloudsOf(main: FoundFile, secure: FoundFile | undefined, homeDirectory: string): Cloud[] {
  const entries = mapping(main.content.clouds);
  const secrets = mapping(secure?.content.clouds);
  return Object.entries(entries).map(([name, entry]) => {
    const secret = secrets[name];
    const raw = secret === undefined ? mapping(entry) : merged(mapping(entry), mapping(secret));
    const cloud = readCloud(name, main.path, absolutePaths(raw, main.path), homeDirectory);
    return secret === undefined || secure === undefined ? cloud : { ...cloud, secureOrigin: secure.path };
  });
}

/** A certificate beside its clouds.yaml may be named without the folder. */
function absolutePaths(raw: RawCloud, file: string): RawCloud {
  const resolved = ['cacert', 'cert', 'key'].flatMap((name) => {
    const value = raw[name];
    if (typeof value !== 'string' || value.startsWith('~') || isAbsolute(value)) return [];
    return [[name, join(dirname(file), value)] as const];
  });
  return { ...raw, ...Object.fromEntries(resolved) };
}

/** Mappings are merged key by key; for anything else the second wins. */
function merged(first: RawCloud, second: RawCloud): RawCloud {
  const both: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    both[name] = isMapping(both[name]) && isMapping(value) ? merged(both[name], value) : value;
  }
  return both;
}

function mapping(value: unknown): RawCloud {
  return isMapping(value) ? value : {};
}

function isMapping(value: unknown): value is RawCloud {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
