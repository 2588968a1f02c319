import { isAbort, toFailure } from './failure.ts';
import type { MetadefService, PropertyDefinition } from './glance/metadefs.ts';
import type { Store, StoreService } from './glance/stores.ts';
import type { Project } from './keystone/login/projects.ts';
import type { Log } from './log.ts';
import type { Place } from './place.ts';

/** Formats that a cloud accepts; an empty list means unknown. */
export interface OfferedFormats {
  readonly disk: readonly string[];
  readonly container: readonly string[];
}

/** The facts of a region. A part that could not be read is absent. */
export interface CloudFacts {
  readonly place: Place;
  /** Names, in the order of configuration or catalog. */
  readonly regions: readonly string[];
  readonly formats?: OfferedFormats;
  /** Absent if the cloud has a single store, which has no name. */
  readonly stores?: readonly Store[];
  /** By name. */
  readonly properties: readonly PropertyDefinition[];
  /** Projects that this login may list: all for an administrator, else its own. */
  readonly projects: readonly Project[];
}

/** Collaborators of gathering facts. */
export interface FactSources {
  readonly place: Place;
  readonly images: {
    readonly stores: Pick<StoreService, 'list'>;
    readonly metadefs: MetadefService;
    formats(signal?: AbortSignal): Promise<OfferedFormats>;
  };
  regions(): Promise<readonly string[]>;
  projects(): Promise<readonly Project[]>;
}

/** Requests all facts of a region. A part that fails is logged. Throws only when cancelled. */
export async function gatherCloudFacts(
  sources: FactSources,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<CloudFacts> {
  const { place, images } = sources;
  const part = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked;
    } catch (error) {
      if (isAbort(error)) throw error;
      log.warn(toFailure(error).explain());
      return undefined;
    }
  };
  const [regions, formats, stores, properties, projects] = await Promise.all([
    part(sources.regions()),
    part(images.formats(signal)),
    part(images.stores.list(signal)),
    part(images.metadefs.imageProperties(signal)),
    part(sources.projects()),
  ]);
  return {
    place,
    regions: regions ?? [],
    ...(formats === undefined ? {} : { formats }),
    ...(stores === undefined ? {} : { stores }),
    properties: properties ?? [],
    projects: projects ?? [],
  };
}
