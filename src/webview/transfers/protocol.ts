import type { Phase } from '../../core/reconcile/model/phases.ts';

/**
 * The messages between the extension and the page of the transfers panel, and the shapes they carry. Of core the page imports nothing but the phases.
 * Sizes are bytes, times are milliseconds since the epoch.
 */

export const TRANSFER_STATUSES = [
  'running',
  'done',
  'unchanged',
  'unverified',
  'partial',
  'failed',
  'blocked',
  'declined',
  'cancelled',
  'interrupted',
] as const;

export type TransferStatus = (typeof TRANSFER_STATUSES)[number];

/** The same bytes' digest as computed here and as the cloud reports it; null where not known (yet). */
export interface TransferDigest {
  readonly algorithm: string;
  readonly here: string | null;
  readonly cloud: string | null;
}

/** One movement of bytes (or one update without any), as the panel shows it. A download has the action `download`. */
export interface Transfer {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly cloud: string;
  readonly region: string;
  /** Path of the `clouds.yaml` that the cloud comes from, or `environment`. */
  readonly origin: string;
  readonly imageId: string | null;
  /** Path of the definition file, the definition's key in it, and its index when the transfer began; of a download, that of the file that it writes. */
  readonly file: string;
  readonly key: string;
  readonly index: number;
  readonly status: TransferStatus;
  /** Set while another window of this workspace is at work on it: nothing can be done about it here. */
  readonly elsewhere?: true;
  /** Cancel was asked for and has not taken effect yet. */
  readonly cancelling: boolean;
  readonly phase: Phase;
  /** The phases this transfer goes through, in order. */
  readonly phases: readonly Phase[];
  /** Bytes that were sent, or that a download has. */
  readonly sent: number;
  /** 0 where no bytes have to move. */
  readonly total: number;
  /** What the cloud says it has; null where not known (yet). */
  readonly cloudSize: number | null;
  /** While Glance fetches the source itself: what it says of its task, and for how many ms it has been at it. */
  readonly task?: { readonly status: string; readonly message: string; readonly elapsed: number };
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Bytes per second over the last seconds, oldest first, one sample a second, at most 120. */
  readonly throughput: readonly number[];
  readonly digests: readonly TransferDigest[];
  readonly verified: {
    readonly size: boolean | null;
    readonly md5: boolean | null;
    readonly multihash: boolean | null;
  };
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly next: string | null;
    /** HTTP status. */
    readonly status: number | null;
    readonly requestId: string | null;
  } | null;
}

/** From the extension to the page. */
export type ToPage =
  | { readonly type: 'all'; readonly transfers: readonly Transfer[] }
  | { readonly type: 'changed'; readonly transfer: Transfer }
  | { readonly type: 'removed'; readonly id: string };

/** From the page to the extension. The page sends `ready` once it listens. */
export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'cancel'; readonly id: string }
  | { readonly type: 'cancelAll' }
  | { readonly type: 'retry'; readonly id: string }
  | { readonly type: 'openImage'; readonly id: string }
  | { readonly type: 'openDefinition'; readonly id: string }
  | { readonly type: 'showFile'; readonly id: string }
  | { readonly type: 'saveReport'; readonly id: string }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'clear' };
