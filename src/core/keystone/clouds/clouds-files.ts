import { absolutePaths } from './cloud-tls.ts';
import { readCloud, type EntryContext } from './cloud-entry.ts';
import { located, type CloudProblem } from './cloud-problem.ts';
import type { Cloud, CloudConfiguration } from './configuration.ts';
import { withConsents } from './cloud-consents.ts';
import { firstFile, oneFile, type FilePorts, type FoundFile, type Reading } from './configuration-files.ts';
import { environmentCloud } from './environment-cloud.ts';
import { FileOwners, USER } from './file-owner.ts';
import { isMapping, renamed, textOf, type RawCloud } from './raw-cloud.ts';
import { userFolders } from './user-folders.ts';

/** The system that the configuration is read from. */
export interface CloudsPorts extends FilePorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** As Node's `process.platform`. */
  readonly platform: string;
  /** Searched before the user's own folders, in place of openstacksdk's current directory. */
  readonly folders: readonly string[];
  /** Files whose clouds are added; a cloud of the same name found before wins. */
  readonly extraFiles: readonly string[];
}

/**
 * Finds clouds as openstacksdk does (openstack/config/loader.py): the first existing `clouds.yaml` wins, `secure.yaml` is
 * searched separately and merged over it, `clouds-public.yaml` has the profiles, `OS_*` variables define another cloud.
 * Unlike in openstacksdk, a broken file is an error and is never skipped.
 */
export async function readClouds(ports: CloudsPorts): Promise<CloudConfiguration> {
  const problems: CloudProblem[] = [];
  const folders = [...ports.folders, ...userFolders(ports)];
  const reading = { ports, owners: await FileOwners.of(ports, ports.folders, userFolders(ports)), problems };
  const main = await firstFile(reading, search(ports, 'clouds', folders, 'OS_CLIENT_CONFIG_FILE'));
  const secure = await firstFile(reading, search(ports, 'secure', folders, 'OS_CLIENT_SECURE_FILE'));
  const extras = await Promise.all(ports.extraFiles.map((path) => oneFile(reading, path)));
  const described = environmentCloud(ports.environment);
  const profiles = new Profiles(ports, reading);
  const clouds = main === undefined ? [] : await ownClouds(main, secure, profiles, reading);
  const own = clouds.length;
  for (const extra of extras.filter((file) => file !== undefined)) {
    const added = cloudsOf(extra, undefined, await profiles.of(extra), problems);
    clouds.push(...added.filter(({ name }) => clouds.every((known) => known.name !== name)));
  }
  const environment =
    described === undefined
      ? undefined
      : environmentCloudBeside(clouds, described, await profiles.ofUser([described.raw]), problems);
  const chosen = defaultCloud(ports, environment, clouds, own);
  if (environment !== undefined) clouds.push(environment);
  const files = [main?.path, ...extras.map((extra) => extra?.path)].filter((path) => path !== undefined);
  return { clouds, files, problems, ...(chosen === undefined ? {} : { defaultCloud: chosen }) };
}

/** The clouds of the effective file, each with its needed consent. */
async function ownClouds(
  main: FoundFile,
  secure: FoundFile | undefined,
  profiles: Profiles,
  reading: Reading,
): Promise<Cloud[]> {
  const context = await profiles.of(main);
  const clouds = cloudsOf(main, secure, context, reading.problems);
  return withConsents(clouds, { main, secure, context }, reading);
}

function search(
  { environment }: CloudsPorts,
  name: string,
  folders: readonly string[],
  variable: string,
): Parameters<typeof firstFile>[1] {
  const path = environment[variable];
  return { name, folders, ...(path === undefined || path === '' ? {} : { given: { path, variable } }) };
}

/**
 * The profiles of `clouds-public.yaml`, read once a cloud names one. Those of a workspace apply to the workspace's
 * clouds only: else it could redirect the user's own passwords.
 */
class Profiles {
  readonly #ports: CloudsPorts;
  readonly #reading: Reading;

  constructor(ports: CloudsPorts, reading: Reading) {
    this.#ports = ports;
    this.#reading = reading;
  }

  async of(file: FoundFile): Promise<EntryContext> {
    const clouds = isMapping(file.content.clouds) ? Object.values(file.content.clouds).filter(isMapping) : [];
    const workspace = file.owner === USER ? [] : this.#ports.folders;
    return this.#in([...workspace, ...userFolders(this.#ports)], clouds);
  }

  async ofUser(clouds: readonly RawCloud[]): Promise<EntryContext> {
    return this.#in(userFolders(this.#ports), clouds);
  }

  async #in(folders: readonly string[], clouds: readonly RawCloud[]): Promise<EntryContext> {
    const { homeDirectory } = this.#ports;
    const named = clouds.some((cloud) => (textOf(renamed(cloud).profile) ?? '') !== '');
    const file = named ? await firstFile(this.#reading, { name: 'clouds-public', folders }) : undefined;
    const all = file?.content['public-clouds'];
    if (file === undefined || !isMapping(all)) return { homeDirectory, publicClouds: {} };
    const clean = Object.entries(all).map(([name, profile]) => [
      name,
      isMapping(profile) ? absolutePaths(profile, file.base) : profile,
    ]);
    return { homeDirectory, publicClouds: Object.fromEntries(clean) as RawCloud, publicFile: file };
  }
}

/** The default cloud: `OS_CLOUD`, else the cloud of the `OS_*` variables, else the only one of the user's own file, or of all. */
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

function environmentCloudBeside(
  clouds: readonly Cloud[],
  { name, raw }: { readonly name: string; readonly raw: RawCloud },
  context: EntryContext,
  problems: CloudProblem[],
): Cloud | undefined {
  const other = clouds.find((cloud) => cloud.name === name);
  if (other === undefined) return readCloud(name, 'environment', raw, context);
  const message = `The OS_* environment variables describe a cloud "${name}", but ${other.origin} also has a cloud of that name. Set OS_CLOUD_NAME to another name, or unset the variables.`;
  problems.push({ severity: 'error', code: 'cloud-name-taken', message });
  return undefined;
}

function cloudsOf(
  main: FoundFile,
  secure: FoundFile | undefined,
  context: EntryContext,
  problems: CloudProblem[],
): Cloud[] {
  if (!isMapping(main.content.clouds)) {
    const message = `${main.path} has no top-level "clouds" mapping, so it describes no cloud.`;
    problems.push({ severity: 'warning', code: 'configuration-empty', message });
    return [];
  }
  const secrets = isMapping(secure?.content.clouds) ? secure.content.clouds : {};
  problems.push(...unusedSecrets(Object.keys(secrets), main, secure));
  return Object.entries(main.content.clouds).map(([name, entry]) => {
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (secure === undefined || !isMapping(secret)) return oneCloud(name, entry, main, context);
    const own = isMapping(entry) ? absolutePaths(entry, main.base) : {};
    const cloud = oneCloud(name, merged(own, absolutePaths(secret, secure.base)), main, context, secure);
    return { ...cloud, secureOrigin: secure.path };
  });
}

/** @param secure the file merged over the entry, to locate its values */
function oneCloud(name: string, entry: unknown, file: FoundFile, context: EntryContext, secure?: FoundFile): Cloud {
  const cloud = readCloud(name, file.path, isMapping(entry) ? absolutePaths(entry, file.base) : {}, context);
  const files = secure === undefined ? [file] : [secure, file];
  const placed = (each: Cloud): Cloud => ({
    ...each,
    problems: each.problems.map((problem) => located(problem, name, files)),
  });
  if (!isMapping(entry)) {
    const message = `The cloud "${name}" in ${file.path} is not a mapping.`;
    return placed({ ...cloud, problems: [{ severity: 'error', code: 'cloud-invalid', message }] });
  }
  if (cloud.inRegions === undefined) return placed(cloud);
  const inRegions = Object.entries(cloud.inRegions).map(([region, each]) => [region, placed(each)] as const);
  return { ...placed(cloud), inRegions: Object.fromEntries(inRegions) };
}

function unusedSecrets(
  names: readonly string[],
  main: FoundFile,
  secure: FoundFile | undefined,
): readonly CloudProblem[] {
  const known = isMapping(main.content.clouds) ? main.content.clouds : {};
  return names
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => ({
      severity: 'information' as const,
      code: 'secret-unused',
      message: `${secure?.path ?? ''} has values for the cloud "${name}", which ${main.path} does not have.`,
    }));
}

/** Merges mappings key by key; of other values the second wins. */
function merged(first: RawCloud, second: RawCloud): RawCloud {
  const both: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const known = both[name];
    both[name] = isMapping(known) && isMapping(value) ? merged(known, value) : value;
  }
  return both;
}
