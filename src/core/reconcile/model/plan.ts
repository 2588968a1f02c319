import type { Definition, DefinitionArguments } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Place } from '../../place.ts';
import type { Problem } from '../../problem.ts';
import type { Inspection } from '../../source/inspection/inspection.ts';
import type { AddressKind } from '../../source/url/address.ts';
import type { Left } from './left.ts';
import type { WantedStores } from '../planning/sharing/stores.ts';

/** What an apply does to one image in one region. */
export type Action = 'none' | 'adopt' | 'create' | 'upload' | 'update' | 'replace' | 'blocked';

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

/** How the bytes of the source compare with those of the live image; `none` where the definition has no source or does not compare. */
export type BytesComparison = 'same' | 'different' | 'unknown' | 'none';

/** What is known of a local source file before its bytes are read. */
export interface SourceFacts {
  /** Absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** MD5 and SHA-512 in hex (more where a cloud's multihash asked for them), where they are known without reading; see the digest cache. */
  readonly digests?: Readonly<Record<string, string>>;
  /** What its headers say. */
  readonly inspection?: Inspection;
  /** Where it is from, if it was fetched or decompressed. */
  readonly origin?: SourceOrigin;
  /** The most private network that it came over, if it was fetched. */
  readonly network?: AddressKind;
}

/** Where bytes are from that are fetched or decompressed before they are sent. */
export interface SourceOrigin {
  /** SHA-256 of the URL without user, password, query and fragment: it is written down where others can try guesses. */
  readonly url?: string;
  /** SHA-256 of the URL as the definition writes it, as marks of earlier versions have it; never written down. */
  readonly wholeUrl?: string;
  /** Whether the URL has a query, which may choose the bytes and which `url` does not tell. */
  readonly queried?: boolean;
  /** A strong one, as the origin gave it last. */
  readonly etag?: string;
  /** What the definition says the bytes as fetched hash to: `sha256:HEX`. */
  readonly checksum?: string;
  /** Whether what is sent is what was in it. */
  readonly decompressed: boolean;
}

/** What is known of a source that is yet to be fetched or decompressed. */
export interface RemoteFacts {
  /** A URL without secrets, or a path. */
  readonly name: string;
  /** Of the bytes to send, where that is known. */
  readonly size?: number;
  /** Of the bytes to send, as far as they are known. */
  readonly digests?: Readonly<Record<string, string>>;
  readonly origin: SourceOrigin;
  /** Glance fetches it itself: no byte of it passes through this machine. */
  readonly cloudFetches?: true;
}

/** What an apply would do to one definition in one region. Everything that is shown and everything that is done comes from this. */
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
  readonly changes: readonly Change[];
  readonly bytes: BytesComparison;
  /** Bytes that an apply sends; 0 where none. */
  readonly bytesToSend: number;
  readonly source?: SourceFacts;
  /** A source that an apply fetches or decompresses first. */
  readonly remote?: RemoteFacts;
  readonly problems: readonly Problem[];
  /** What the plan was made from, as text: apply compares it before it writes. */
  readonly fingerprint: string;
  /** Properties on the live image that neither the definition nor we own, by name. */
  readonly unmanaged: readonly string[];
  /** For a replacement: the arguments of the new image, which are the definition's and what others set on the live one. */
  readonly successor?: DefinitionArguments;
  /** Where the data shall be, for a definition that says so on a cloud with several stores. */
  readonly stores?: WantedStores;
}

/** Whether size, MD5 and the cloud's multihash agree with what was sent: null where they could not be compared. */
export interface Verified {
  readonly size: boolean | null;
  readonly md5: boolean | null;
  readonly multihash: boolean | null;
}

/** A digest of the same bytes, as computed here and as the cloud reports it. */
export interface DigestPair {
  /** `md5`, `sha512`… as Glance spells it. */
  readonly algorithm: string;
  readonly here: string | null;
  readonly cloud: string | null;
}

/** The steps of a transfer, in this order; which of them occur depends on the action. */
export type Phase =
  | 'waiting'
  | 'downloading'
  | 'decompressing'
  | 'staging'
  | 'uploading'
  | 'importing'
  | 'verifying'
  | 'updating'
  | 'copying'
  | 'sharing'
  | 'publishing'
  | 'retiring';

/**
 * How an apply of one plan ended. `unverified`: done, but something could not be compared. `partial`: the image is as it
 * should be and serves, but is not in every store or not shared with every member; the error says why. `unchanged`: there
 * was nothing to do.
 */
export type ApplyStatus =
  'done' | 'unchanged' | 'unverified' | 'partial' | 'failed' | 'blocked' | 'declined' | 'cancelled';

/** The end of one plan's apply. */
export interface ApplyResult {
  readonly plan: Plan;
  readonly status: ApplyStatus;
  readonly imageId?: string;
  readonly replacedImageId?: string;
  readonly verified: Verified;
  readonly digests: readonly DigestPair[];
  readonly bytesSent: number;
  /** Request id of the last write, or of the answer that failed. */
  readonly requestId?: string;
  readonly error?: ApplyError;
  /** What is not as it should be though the image serves, e.g. a predecessor that the cloud did not let go. */
  readonly warnings?: readonly ApplyError[];
  /** The image as it was read last, where it exists. */
  readonly live?: LiveImage;
  /** What is left in the region where it did not end well. `filling`: the image can be deleted. */
  readonly left?: Left;
}

/** Why an apply failed; see `Failure`. */
export interface ApplyError {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
  readonly status?: number;
  readonly requestId?: string;
  /** The argument that it is about, where it is not about the whole image. */
  readonly argument?: string;
}

/** The copy of an image's data in one store. */
export interface StoreCopy {
  readonly store: string;
  readonly state: 'copying' | 'done' | 'failed';
}

/** What an apply tells while it runs. `plan` is the id of the plan that the event is about. */
export type ApplyEvent =
  | { readonly type: 'phase'; readonly plan: string; readonly phase: Phase; readonly imageId?: string }
  | { readonly type: 'progress'; readonly plan: string; readonly sent: number; readonly total: number }
  | {
      readonly type: 'fetching';
      readonly plan: string;
      /** Bytes of the source that are here, or that were decompressed; of `total` where that is known. */
      readonly done: number;
      readonly total: number | undefined;
    }
  | {
      /** Told at every look while Glance fetches the source itself. */
      readonly type: 'importing';
      readonly plan: string;
      /** Status and words of Glance's task, where it tells. */
      readonly task: { readonly status: string; readonly message: string } | undefined;
      /** ms since Glance took the task, or since this apply found it at work. */
      readonly elapsed: number;
    }
  | { readonly type: 'digests'; readonly plan: string; readonly digests: readonly DigestPair[] }
  | { readonly type: 'copies'; readonly plan: string; readonly copies: readonly StoreCopy[] }
  | { readonly type: 'replanned'; readonly plan: string; readonly next: Plan }
  | { readonly type: 'result'; readonly plan: string; readonly result: ApplyResult };
