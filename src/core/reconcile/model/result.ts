import type { Phase } from './phases.ts';
import type { ErrorCode } from '../../error-codes.ts';
import type { Plan } from './plan.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Left } from './left.ts';

/** Whether size, MD5 and the cloud's multihash agree with what was sent; null if not comparable. */
export interface Verified {
  readonly size: boolean | null;
  readonly md5: boolean | null;
  readonly multihash: boolean | null;
}

/** A digest as computed here and as the cloud reports it. */
export interface DigestPair {
  /** `md5`, `sha512`… as Glance spells it. */
  readonly algorithm: string;
  readonly here: string | null;
  readonly cloud: string | null;
}

/**
 * How the apply of one plan ended. `unverified`: done, but not everything could be compared. `partial`: the image
 * serves as it should, but is missing in a store or not shared with a member; the error says why. `unchanged`: nothing
 * to do.
 */
export type ApplyStatus =
  'done' | 'unchanged' | 'unverified' | 'partial' | 'failed' | 'blocked' | 'declined' | 'cancelled';

/** The result of one plan. */
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
  /** Problems that do not keep the image from serving, and images of earlier applies that stay. */
  readonly warnings?: readonly ApplyError[];
  /** The image as last read, if it exists. */
  readonly live?: LiveImage;
  /** What is left in the region if it failed. An image that is `filling` can be deleted. */
  readonly left?: Left;
}

/** Why an apply failed; see `Failure`. */
export interface ApplyError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string;
  readonly status?: number;
  readonly requestId?: string;
  /** The argument that it is about, unless it is about the whole image. */
  readonly argument?: string;
}

/** The copy of an image's data in one store. */
export interface StoreCopy {
  readonly store: string;
  readonly state: 'copying' | 'done' | 'failed';
}

/** The events of an apply. `plan` is the id of the plan. */
export type ApplyEvent =
  | { readonly type: 'phase'; readonly plan: string; readonly phase: Phase; readonly imageId?: string }
  | { readonly type: 'progress'; readonly plan: string; readonly sent: number; readonly total: number }
  | {
      readonly type: 'fetching';
      readonly plan: string;
      /** Bytes of the source that were fetched or decompressed, of `total` if that is known. */
      readonly done: number;
      readonly total: number | undefined;
    }
  | {
      /** Sent at every look while Glance fetches the source. */
      readonly type: 'importing';
      readonly plan: string;
      /** Status and message of Glance's task, if it can be read. */
      readonly task: { readonly status: string; readonly message: string } | undefined;
      /** ms since Glance took the task, or since this apply found it running. */
      readonly elapsed: number;
    }
  /** An upload broke, or was answered with this HTTP status. All bytes are sent once more, in another phase `uploading`. */
  | { readonly type: 'lost'; readonly plan: string; readonly status?: number }
  | { readonly type: 'digests'; readonly plan: string; readonly digests: readonly DigestPair[] }
  | { readonly type: 'copies'; readonly plan: string; readonly copies: readonly StoreCopy[] }
  | { readonly type: 'replanned'; readonly plan: string; readonly next: Plan }
  | { readonly type: 'result'; readonly plan: string; readonly result: ApplyResult };

/** How far the bytes of a source are on their way to this machine. */
export interface FetchEvent {
  readonly phase: 'downloading' | 'decompressing';
  /** Bytes, of `total` where that is known. */
  readonly done: number;
  readonly total: number | undefined;
}

/** Turns the progress of sources into events of an apply: the phase once, then the bytes. */
export function tellFetching(emit: (event: ApplyEvent) => void): (plan: string, event: FetchEvent) => void {
  const phases = new Map<string, Phase>();
  return (plan, { phase, done, total }) => {
    if (phases.get(plan) !== phase) {
      phases.set(plan, phase);
      emit({ type: 'phase', plan, phase });
    }
    emit({ type: 'fetching', plan, done, total });
  };
}
