import type { ErrorCode } from '../../error-codes.ts';
import type { Plan } from './plan.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Left } from './left.ts';
import type { Phase } from './phases.ts';

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
  readonly code: ErrorCode;
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
