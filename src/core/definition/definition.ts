import { parseDuration } from './reading/duration.ts';
import type { Problem, TextRange } from '../problem.ts';

/** The values that Glance knows for `visibility`. */
type Visibility = 'public' | 'private' | 'community' | 'shared';

/** A project that an image is shared with. */
export interface MemberArgument {
  /** Id of the project. */
  readonly project: string;
  /** Entry of `clouds.yaml` that accepts the image there. */
  readonly accept_with?: string;
}

/** What happens to the replaced image. */
export type OnReplace = 'hide' | 'delete' | 'deactivate' | 'keep';

/**
 * The arguments of one image as the file writes them: an argument that the file omits is absent here, because "omitted"
 * and "written with its default" mean different things to ownership. Names are those of Terraform's `openstack_images_image_v2`.
 */
export interface DefinitionArguments {
  readonly name: string;
  readonly container_format: string;
  readonly disk_format: string;
  /** As written: not yet expanded and relative to the definition file's folder. */
  readonly local_file_path?: string;
  /** As written; may hold user and password. */
  readonly image_source_url?: string;
  readonly image_source_username?: string;
  /** A reference, `${env:NAME}` or `${secret:NAME}`. */
  readonly image_source_password?: string;
  /** `ALGORITHM:HEX`, or the address or path of a checksum file. */
  readonly image_source_checksum?: string;
  /** As written. */
  readonly image_cache_path?: string;
  /** Whether a compressed source is decompressed before it is sent. */
  readonly decompress?: boolean;
  /** Whether Glance fetches `image_source_url` itself. */
  readonly web_download?: boolean;
  readonly verify_checksum?: boolean;
  /** Whether what an inspection finds wrong with the bytes keeps them from being sent. */
  readonly inspect?: boolean;
  /** GiB. Glance calls it `min_disk`. */
  readonly min_disk_gb?: number;
  /** MiB. Glance calls it `min_ram`. */
  readonly min_ram_mb?: number;
  readonly visibility?: Visibility;
  readonly protected?: boolean;
  /** Glance calls it `os_hidden`. */
  readonly hidden?: boolean;
  readonly tags?: readonly string[];
  /** Numbers and booleans are already the strings that Glance stores; `null` asks for the property's removal. Null-prototype object. */
  readonly properties?: Readonly<Record<string, string | null>>;
  readonly region?: string;
  readonly regions?: readonly string[];
  readonly cloud?: string;
  readonly key?: string;
  /** A UUID in lower case. */
  readonly image_id?: string;
  /** Ids of the stores for the data. */
  readonly stores?: readonly string[] | 'all';
  /** Ids of projects that the image is shared with; see `membersOf`. */
  readonly members?: readonly (string | MemberArgument)[];
  /** What happens to the replaced image. */
  readonly on_replace?: OnReplace;
  /** Globs of property names that are never compared and never written. */
  readonly ignore?: readonly string[];
  /** Durations as written, e.g. `30m`. */
  readonly timeouts?: { readonly create?: string; readonly stall?: string };
}

/** The position of an argument in the file's text. */
export interface ArgumentPlace {
  readonly key: TextRange;
  readonly value: TextRange;
}

/** One image of a `*.image.jsonc` file. */
export interface Definition {
  /** Absolute path of the file. */
  readonly file: string;
  /** The whole text of the file; ranges are positions in it. */
  readonly text: string;
  /** Index in the file's array; 0 if the file is one object. */
  readonly index: number;
  readonly arguments: DefinitionArguments;
  /** The whole object. */
  readonly range: TextRange;
  /**
   * By argument, and by path below it: `name`, `properties`, `properties/os_distro`, `tags/0`. A property's name stands as it
   * is, slashes included, as in a change's path. An item of a list has its value for a key.
   */
  readonly places: ReadonlyMap<string, ArgumentPlace>;
  /** Line of the object's opening brace, counted from 1. */
  readonly line: number;
}

/**
 * A file of definitions. `definitions` holds the ones that can be planned; an object with an error is left out and its
 * errors stand in `problems`, together with warnings about the others.
 */
export interface DefinitionFile {
  readonly file: string;
  readonly text: string;
  readonly definitions: readonly Definition[];
  readonly problems: readonly Problem[];
}

/** Default time of an apply in ms: long enough for a big image on a slow link. */
const CREATE_TIMEOUT = 6 * 3_600_000;
/** Default time without any progress, in ms. */
const STALL_TIMEOUT = 2 * 60_000;

/** How long an apply of a definition may take in one region, in ms: in total, and without progress. */
export function timeoutsOf({ arguments: { timeouts = {} } }: Definition): {
  readonly create: number;
  readonly stall: number;
} {
  const { create = '', stall = '' } = timeouts;
  return { create: parseDuration(create) ?? CREATE_TIMEOUT, stall: parseDuration(stall) ?? STALL_TIMEOUT };
}

/** The projects that a definition shares its image with; `accept_with` where it accepts there too. */
export function membersOf({ members = [] }: DefinitionArguments): readonly MemberArgument[] {
  return members.map((member) => (typeof member === 'string' ? { project: member } : member));
}

/** The identity that a definition gives its image: `key`, else `image_id`, else `name`. */
export function definitionKey(definition: Definition): string {
  const { key, image_id: imageId, name } = definition.arguments;
  return key ?? imageId ?? name;
}

/** The same definition with no more than says which image it means, and where: for a question that nothing else matters to. */
export function onlyIdentity(definition: Definition): Definition {
  const { name, key, image_id, cloud, region, regions, container_format, disk_format } = definition.arguments;
  const optional = { key, image_id, cloud, region, regions };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { ...definition, arguments: { name, container_format, disk_format, ...given } };
}
