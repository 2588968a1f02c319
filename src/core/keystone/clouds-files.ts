import { dirname, isAbsolute, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Problem } from '../problem.ts';
import { readCloud } from './cloud-entry.ts';
import type { Cloud, CloudConfiguration } from './configuration.ts';
import { environmentCloud } from './environment-cloud.ts';
import { isMapping, type RawCloud } from './raw-cloud.ts';
import { userFolders } from './user-folders.ts';
import { parseMapping } from './yaml-mapping.ts';

/** What reading the configuration needs of its surroundings. */
export interface CloudsPorts {
  /** Text of a file; `undefined` where there is none. Throws where it is there but can't be read. */
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
  const clouds = main === undefined ? [] : cloudsOf(main, secure, ports.homeDirectory, problems);
  const own = clouds.length;
  const extras = await Promise.all(ports.extraFiles.map((path) => readOne(ports, path, problems)));
  for (const extra of extras.filter((file) => file !== undefined)) {
    const added = cloudsOf(extra, undefined, ports.homeDirectory, problems);
    clouds.push(...added.filter(({ name }) => clouds.every((known) => known.name !== name)));
  }
  const environment = environmentCloudBeside(clouds, ports, problems);
  const chosen = defaultCloud(ports, environment, clouds, own);
  if (environment !== undefined) clouds.push(environment);
  const files = [main?.path, ...extras.map((extra) => extra?.path)].filter((path) => path !== undefined);
  return { clouds, files, problems, ...(chosen === undefined ? {} : { defaultCloud: chosen }) };
}

/** `OS_CLOUD`, else the cloud of the `OS_*` variables, else the only one: of the user's own file, or of all. */
function defaultCloud(
  ports: CloudsPorts,
  environment: Cloud | undefined,
  clouds: readonly Cloud[],
  own: number,
): CloudConfiguration['defaultCloud'] {
  const { OS_CLOUD: named } = ports.environment;
  if (named !== undefined && named !== '') return { name: named, chosenBy: 'OS_CLOUD' };
  if (environment !== undefined) return { name: environment.name, chosenBy: 'the OS_* environment variables' };
  const [only] = clouds;
  if (only === undefined || (own === 0 ? clouds.length : own) > 1) return undefined;
  return { name: only.name, chosenBy: `the only cloud in ${only.origin}` };
}

function environmentCloudBeside(clouds: readonly Cloud[], ports: CloudsPorts, problems: Problem[]): Cloud | undefined {
  const described = environmentCloud(ports.environment);
  if (described === undefined) return undefined;
  const { name, raw } = described;
  const other = clouds.find((cloud) => cloud.name === name);
  if (other === undefined) return readCloud(name, 'environment', raw, ports.homeDirectory);
  const message = `The OS_* environment variables describe a cloud "${name}", but ${other.origin} has one of that name too. Set OS_CLOUD_NAME to another name, or unset the variables.`;
  problems.push({ severity: 'error', code: 'cloud-name-taken', message });
  return undefined;
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
    const text = await textOfFile(ports, path, problems);
    if (text !== undefined) return parsed(path, text, problems);
    if (path === given) problems.push(givenIsAbsent(path, name));
  }
  return undefined;
}

/** openstacksdk goes on without a word. */
function givenIsAbsent(path: string, name: string): Problem {
  const variable = name === 'clouds' ? 'OS_CLIENT_CONFIG_FILE' : 'OS_CLIENT_SECURE_FILE';
  const message = `${variable} names ${path}, which is not there or can't be read; the usual places are searched.`;
  return { severity: 'warning', code: 'configuration-absent', message };
}

async function readOne(ports: CloudsPorts, path: string, problems: Problem[]): Promise<FoundFile | undefined> {
  const text = await textOfFile(ports, path, problems);
  return text === undefined ? undefined : parsed(path, text, problems);
}

/** As openstacksdk, which says nothing, goes on past what is a folder or may not be read. */
async function textOfFile(ports: CloudsPorts, path: string, problems: Problem[]): Promise<string | undefined> {
  try {
    return await ports.readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${path} is there but can't be read, so it was passed over: ${why}`;
    problems.push({ severity: 'warning', code: 'configuration-unreadable', message });
    return undefined;
  }
}

function parsed(path: string, text: string, problems: Problem[]): FoundFile | undefined {
  try {
    const { content, warnings } = parseMapping(text, path);
    problems.push(...warnings);
    return { path, content };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const line = /:(\d+): /.exec(error.message.slice(path.length))?.[1];
    problems.push({
      severity: 'error',
      code: error.code,
      message: error.explain(),
      ...(line === undefined ? {} : { line: Number(line) }),
    });
    return undefined;
  }
}

function cloudsOf(main: FoundFile, secure: FoundFile | undefined, homeDirectory: string, problems: Problem[]): Cloud[] {
  if (!isMapping(main.content.clouds)) {
    const message = `${main.path} has no mapping "clouds" at its top, so it describes no cloud.`;
    problems.push({ severity: 'warning', code: 'configuration-empty', message });
    return [];
  }
  const secrets = isMapping(secure?.content.clouds) ? secure.content.clouds : {};
  problems.push(...unusedSecrets(Object.keys(secrets), main, secure));
  return Object.entries(main.content.clouds).map(([name, entry]) => {
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (secure === undefined || !isMapping(secret)) return oneCloud(name, entry, main, homeDirectory);
    const cloud = oneCloud(name, merged(isMapping(entry) ? entry : {}, secret), main, homeDirectory);
    return { ...cloud, secureOrigin: secure.path };
  });
}

function oneCloud(name: string, entry: unknown, file: FoundFile, homeDirectory: string): Cloud {
  const cloud = readCloud(name, file.path, isMapping(entry) ? absolutePaths(entry, file.path) : {}, homeDirectory);
  if (isMapping(entry)) return cloud;
  const message = `The cloud "${name}" in ${file.path} is not a mapping.`;
  return { ...cloud, problems: [{ severity: 'error', code: 'cloud-invalid', message }] };
}

function unusedSecrets(names: readonly string[], main: FoundFile, secure: FoundFile | undefined): readonly Problem[] {
  const known = isMapping(main.content.clouds) ? main.content.clouds : {};
  return names
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => ({
      severity: 'information' as const,
      code: 'secret-unused',
      message: `${secure?.path ?? ''} has values for a cloud "${name}" that ${main.path} does not have.`,
    }));
}

/** A certificate beside its clouds.yaml may be named without the folder. */
function absolutePaths(raw: RawCloud, file: string): RawCloud {
  const resolved = ['cacert', 'cert', 'key'].flatMap((name) => {
    const value = raw[name];
    if (typeof value !== 'string' || value === '' || value.startsWith('~') || isAbsolute(value)) return [];
    return [[name, join(dirname(file), value)] as const];
  });
  return { ...raw, ...Object.fromEntries(resolved) };
}

/** Mappings are merged key by key; for anything else the second wins. */
function merged(first: RawCloud, second: RawCloud): RawCloud {
  const both: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const known = both[name];
    both[name] = isMapping(known) && isMapping(value) ? merged(known, value) : value;
  }
  return both;
}
