import { realpath, stat } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { resolve } from 'node:path';
import type { Definition } from '../../core/definition/definition.ts';
import type { EngineOptions } from '../../core/engine.ts';
import { Failure, isAbort, toFailure } from '../../core/failure.ts';
import { cloudAt, type Cloud, type CloudConfiguration } from '../../core/keystone/clouds/configuration.ts';
import { consentKey } from '../../core/keystone/clouds/secure-consent.ts';
import { readClouds } from '../../core/keystone/clouds/clouds-files.ts';
import type { FileText } from '../../core/keystone/clouds/configuration-files.ts';
import type { Whereabouts } from '../../core/keystone/clouds/file-owner.ts';
import { CLOUDS_FILE_BYTES } from '../../core/keystone/yaml/yaml-mapping.ts';
import type { Place } from '../../core/place.ts';
import type { Problem } from '../../core/problem.ts';
import { problemAt } from '../../core/definition/problem-at.ts';
import { CloudAccess, type ConnectionOptions } from './cloud-access.ts';
import { configurationFolders } from './configuration-folders.ts';
import type { ChosenPlace } from '../../core/reconcile/planning/plan-by-place.ts';
import { openTextFile, UnreadableFile } from '../files/text-file.ts';

/** The chosen cloud, with the reason in words. */
export interface ChosenCloud {
  readonly cloud: Cloud;
  readonly chosenBy: string;
}

/** Finds the clouds of files and environment, chooses among them, and keeps one `CloudAccess` for each. */
export class CloudDirectory {
  readonly #options: EngineOptions;
  readonly #connections: ConnectionOptions;
  readonly #configurations = new Map<string, Promise<CloudConfiguration>>();
  readonly #accesses = new Map<string, Promise<CloudAccess>>();
  /** Clouds by origin and name, to look up the cloud of a place. */
  readonly #seen = new Map<string, Cloud>();
  readonly #consents = new Map<string, Promise<boolean>>();

  constructor(options: EngineOptions, connections: ConnectionOptions) {
    this.#options = options;
    this.#connections = connections;
  }

  async configuration(forFile?: string): Promise<CloudConfiguration> {
    const folders = configurationFolders(this.#options.workspaceFolders, forFile);
    const name = JSON.stringify(folders);
    const known = this.#configurations.get(name);
    if (known !== undefined) return known;
    const read = this.#read(folders);
    this.#configurations.set(name, read);
    read.catch(() => this.#configurations.delete(name));
    return read;
  }

  /** The cloud of this name, or the default cloud. Throws `cloud-not-found`, `cloud-not-chosen`, `no-clouds`. */
  async choose(
    wanted: { readonly name: string; readonly chosenBy: string } | undefined,
    forFile?: string,
  ): Promise<ChosenCloud> {
    const configuration = await this.configuration(forFile);
    const choice = wanted ?? this.#options.preferredCloud ?? configuration.defaultCloud;
    const names = configuration.clouds.map(({ name }) => name).join(', ');
    if (choice === undefined) throw notChosen(configuration, names);
    const cloud = configuration.clouds.find(({ name }) => name === choice.name);
    if (cloud !== undefined) return { cloud, chosenBy: choice.chosenBy };
    // The cloud may be in a file that can't be read or was skipped.
    const broken =
      configuration.problems.find(({ severity }) => severity === 'error') ??
      configuration.problems.find(({ code }) => code === 'configuration-unreadable');
    const searched =
      broken?.message ??
      (configuration.files.length === 0
        ? 'No clouds.yaml was found.'
        : `Configured clouds: ${names === '' ? 'none' : names}.`);
    throw new Failure(
      'cloud-not-found',
      `Cloud "${choice.name}" (chosen by ${choice.chosenBy}) was not found. ${searched}`,
      { next: broken === undefined ? 'Add it to clouds.yaml, or choose another one.' : 'Then try again.' },
    );
  }

  /** The places of a definition: its cloud and each of its regions. */
  async placesOf(definition: Definition, signal: AbortSignal | undefined): Promise<readonly ChosenPlace[]> {
    const { cloud: name, region, regions } = definition.arguments;
    const wanted = name === undefined ? undefined : { name, chosenBy: '"cloud" in the definition' };
    const { cloud, chosenBy } = await this.choose(wanted, definition.file);
    const named = regions ?? (region === undefined ? undefined : [region]);
    const list = named ?? [await this.#defaultRegion(cloud, signal)];
    const only = this.#options.onlyRegions;
    return list
      .filter((candidate) => only === undefined || only.includes(candidate))
      .map((candidate) => ({
        place: { cloud: cloud.name, region: candidate, origin: cloud.origin },
        chosenBy,
        problems: name === undefined ? this.#differsFromEnvironment(definition) : [],
      }));
  }

  /**
   * For each place, the first place with the same endpoint and login, or why these are unknown. Asks the
   * catalog if a cloud has several places.
   */
  async onePlaceOf(
    places: readonly Place[],
    signal: AbortSignal | undefined,
  ): Promise<(place: Place) => Place | Failure> {
    const keyOf = (place: Place): string => JSON.stringify(place);
    const different = [...new Map(places.map((place) => [keyOf(place), place])).values()];
    const clouds = Map.groupBy(different, ({ origin, cloud }) => seenKey(origin, cloud));
    const several = [...clouds.values()].filter((regions) => regions.length > 1);
    const merged = await Promise.all(several.map((regions) => this.#merged(regions, signal)));
    const known = new Map(merged.flat().map(([place, first]) => [keyOf(place), first]));
    return (place) => known.get(keyOf(place)) ?? place;
  }

  async access(place: Place): Promise<CloudAccess> {
    const cloud = this.#seen.get(seenKey(place.origin, place.cloud)) ?? (await this.#find(place));
    return this.accessTo(cloudAt(cloud, place.region));
  }

  /**
   * The regions of a cloud: those of its configuration, else those of the catalog. Of regions that share an endpoint,
   * only the first counts. A region whose endpoint can't be determined stays, so that its failure shows.
   */
  async places(cloud: Cloud, signal: AbortSignal | undefined): Promise<readonly Place[]> {
    const { name, origin, regions } = cloud;
    if (regions.length === 0) return (await this.accessTo(cloud)).places(signal);
    const places = regions.map((region) => ({ cloud: name, region, origin }));
    if (places.length === 1) return places;
    const merged = await this.#merged(places, signal);
    // Listing the images of such a region says why it fails.
    return merged.filter(([place, first]) => place === first || first instanceof Failure).map(([place]) => place);
  }

  /** Maps each place of a cloud to the first place that is the same, or to why that is unknown. */
  async #merged(
    places: readonly Place[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (readonly [Place, Place | Failure])[]> {
    const known = await Promise.all(places.map((place) => this.#identityOf(place, signal)));
    return places.map((place, index) => {
      const identity = known[index];
      if (identity === undefined || identity instanceof Failure) return [place, identity ?? place] as const;
      return [place, places[known.indexOf(identity)] ?? place] as const;
    });
  }

  /** A cloud from the settings may differ from the one that a terminal works on. */
  #differsFromEnvironment(definition: Definition): readonly Problem[] {
    const { preferredCloud: chosen, environment } = this.#options;
    const { OS_CLOUD: named = '' } = environment;
    if (chosen?.isSetting !== true || named === '' || named === chosen.name) return [];
    const message = `${chosen.chosenBy} chooses the cloud "${chosen.name}", and OS_CLOUD is "${named}". Add "cloud" to the definition, so that it uses the same cloud everywhere.`;
    return [problemAt(definition, 'warning', 'cloud-not-as-environment', message.replace(/^t/, 'T'))];
  }

  /** Endpoint and login, because each project sees other images. Holds secrets. */
  async #identityOf(place: Place, signal: AbortSignal | undefined): Promise<string | Failure> {
    try {
      const { session, cloud } = await this.access(place);
      const endpoint = await session.imageEndpoint(place.region, signal);
      return JSON.stringify([endpoint, cloud.authType, cloud.auth]);
    } catch (error) {
      if (isAbort(error)) throw error;
      return toFailure(error);
    }
  }

  async accessTo(cloud: Cloud): Promise<CloudAccess> {
    const name = accessKey(cloud);
    const known = this.#accesses.get(name);
    if (known !== undefined) return known;
    const opened = this.#confirmed(cloud).then(() => CloudAccess.open(cloud, this.#connections));
    this.#accesses.set(name, opened);
    opened.catch(() => this.#accesses.delete(name));
    return opened;
  }

  /** Whether the cloud can be used without asking the user to share secrets with it. */
  needsNoConsent(cloud: Cloud): boolean {
    return cloud.consent === undefined || this.#accesses.has(accessKey(cloud));
  }

  /** Throws `secure-not-confirmed`. Callers share an open question. A declined one is asked again on the next try. */
  async #confirmed({ name, origin, consent }: Cloud): Promise<void> {
    if (consent === undefined) return;
    const key = consentKey(consent);
    const asked = this.#consents.get(key) ?? this.#options.confirmSecure?.(name, consent) ?? Promise.resolve(false);
    this.#consents.set(key, asked);
    const agreed = await asked.catch((error: unknown) => {
      this.#consents.delete(key);
      throw error;
    });
    if (agreed) return;
    this.#consents.delete(key);
    const where = consent.receivers.join(' and ');
    const flags = consent.receivers.map((receiver) => `--secure-for ${receiver}`).join(' ');
    throw new Failure(
      'secure-not-confirmed',
      `The cloud "${name}" of ${origin} would send the secrets of ${consent.secureFile} to ${where}, which nobody confirmed. Nothing was sent.`,
      {
        next: `If that address is right, confirm it (${flags} in a terminal), or put it into your own clouds.yaml or secure.yaml.`,
      },
    );
  }

  /** Forgets the configuration. Clouds that did not change keep their tokens. */
  forget(): void {
    this.#configurations.clear();
    this.#seen.clear();
  }

  async dispose(): Promise<void> {
    const opened = await Promise.allSettled(this.#accesses.values());
    this.#accesses.clear();
    for (const access of opened) if (access.status === 'fulfilled') access.value.dispose();
  }

  /** The first region of the configuration, as in openstacksdk, else the first of the catalog. */
  async #defaultRegion(cloud: Cloud, signal: AbortSignal | undefined): Promise<string> {
    const [first] = cloud.regions;
    if (first !== undefined) return first;
    const [place] = await this.places(cloud, signal);
    return place?.region ?? '';
  }

  async #find(place: Place): Promise<Cloud> {
    const { clouds } = await this.configuration();
    const cloud = clouds.find(({ name, origin }) => name === place.cloud && origin === place.origin);
    if (cloud !== undefined) return cloud;
    throw new Failure('cloud-not-found', `The cloud "${place.cloud}" is no longer in ${place.origin}.`, {
      next: 'Refresh.',
    });
  }

  async #read(folders: readonly string[]): Promise<CloudConfiguration> {
    const configuration = await readClouds({
      readFile: readIfThere,
      whereIs,
      environment: this.#options.environment,
      homeDirectory: homedir(),
      platform: platform(),
      folders,
      extraFiles: this.#options.extraCloudsFiles,
    });
    for (const cloud of configuration.clouds) this.#seen.set(seenKey(cloud.origin, cloud.name), cloud);
    return configuration;
  }
}

/** Two clouds with the same key share a login. Positions in the file do not count. Holds secrets. */
function accessKey(cloud: Cloud): string {
  const problems = cloud.problems.map(({ severity, message }) => [severity, message]);
  return JSON.stringify({ ...cloud, inRegions: undefined, problems });
}

function seenKey(origin: string, name: string): string {
  return JSON.stringify([origin, name]);
}

function notChosen(configuration: CloudConfiguration, names: string): Failure {
  if (configuration.clouds.length > 0) {
    return new Failure('cloud-not-chosen', `Several clouds are configured (${names}) and none is chosen.`, {
      next: 'Add "cloud" to the definition, set OS_CLOUD, or choose one with --cloud or the setting "glanceImages.cloud".',
    });
  }
  const [broken] = configuration.problems;
  if (broken !== undefined) return new Failure(broken.code, broken.message);
  return new Failure('no-clouds', 'No cloud is configured: there is no clouds.yaml and no OS_AUTH_URL.', {
    next: 'Create a clouds.yaml, or start the sandbox cloud.',
  });
}

/** The parser checks the encoding, because it knows the line. */
async function readIfThere(path: string): Promise<FileText | undefined> {
  try {
    return await openTextFile(path, { atMost: CLOUDS_FILE_BYTES, anyEncoding: true });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (error.why === 'missing') return undefined;
    if (error.why !== 'too-large') throw error;
    throw new Failure('configuration-unreadable', `${path}: ${error.message}`, {
      next: 'Correct the file. No other file is read instead.',
    });
  }
}

async function whereIs(path: string): Promise<Whereabouts> {
  try {
    const realPath = await realpath(path);
    return { realPath, names: (await stat(realPath)).nlink };
  } catch {
    // A missing file has no owner.
    return { realPath: resolve(path), names: 1 };
  }
}
