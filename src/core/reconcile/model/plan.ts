import type { Definition, DefinitionArguments } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Place } from '../../place.ts';
import type { Problem } from '../../problem.ts';
import type { SourceFacts, RemoteFacts } from '../../source/source-facts.ts';

/** A value as a plan shows it. `undefined` means "not there". */
export type PlanValue = string | number | boolean | null | readonly string[] | undefined;

/** One difference between the live image and the definition. */
export interface Change {
  /** An argument, or a property as `properties/NAME`; for bytes `data`. */
  readonly path: string;
  readonly before: PlanValue;
  readonly after: PlanValue;
  /** Whether this difference can't be made in place. */
  readonly forcesReplacement: boolean;
  /** Why, in a few words: `left the definition`, `drift`, `bytes differ`… */
  readonly why: string;
}

/** How the bytes of the source compare with those of the live image. `none`: there is no source, or nothing is compared. */
export type BytesComparison = 'same' | 'different' | 'unknown' | 'none';

/** What an apply would do to one definition in one region. Everything shown and everything done comes from it. Plain values but for the definition: plans travel to other processes. */
export interface Plan {
  /** Unique within the process; language-model tools and the editor refer to a plan by it. */
  readonly id: string;
  readonly definition: Definition;
  readonly place: Place;
  /** Why this cloud: `from "cloud" in the definition`, `OS_CLOUD`… */
  readonly cloudChosenBy: string;
  readonly action: Action;
  /** The live image that is meant, or the id that a new one will get. */
  readonly imageId?: string;
  readonly live?: LiveImage;
  /** Id of the image that an earlier apply staged for it and did not publish. */
  readonly staged?: string;
  readonly changes: readonly Change[];
  readonly bytes: BytesComparison;
  /** Bytes that an apply sends; 0 where none. */
  readonly bytesToSend: number;
  readonly source?: SourceFacts;
  /** A source that an apply fetches or decompresses first. */
  readonly remote?: RemoteFacts;
  readonly problems: readonly Problem[];
  /** Algorithm of the multihash that the region computes, as Glance spells it, where its images tell. */
  readonly multihash?: string;
  /** When the region was looked at for it, ms since the epoch. Absent: it goes by what an earlier look found. */
  readonly lookedAt?: number;
  /** Fingerprint of what the plan was made from. An apply compares it before it writes. */
  readonly fingerprint: string;
  /** Names of properties on the live image that neither the definition nor this tool owns. */
  readonly unmanaged: readonly string[];
  /** For a replacement: the arguments of the new image, which are the definition's and what others set on the live one. */
  readonly successor?: DefinitionArguments;
  /** The stores that shall hold the data, if the definition names some and the cloud has several. */
  readonly stores?: WantedStores;
}

/** Where a definition wants the data of its image in one region. */
export interface WantedStores {
  /** Ids. */
  readonly stores: readonly string[];
  /** The one that takes the upload, where it is not the default. */
  readonly uploadTo?: string;
}

/** Actions that send the source. */
export const SENDS: ReadonlySet<Action> = new Set(['create', 'upload', 'replace']);

/** What an apply does to one image in one region. */
export type Action = 'none' | 'adopt' | 'create' | 'upload' | 'update' | 'replace' | 'blocked';
