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

/** The digest of the same bytes as computed here and as the cloud reports it; null if not known (yet). */
export interface TransferDigest {
  readonly algorithm: string;
  readonly here: string | null;
  readonly cloud: string | null;
}

/** An apply of one definition in one region, or a download (action `download`), as the panel shows it. */
export interface Transfer {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly cloud: string;
  readonly region: string;
  /** Path of the `clouds.yaml` that the cloud comes from, or `environment`. */
  readonly origin: string;
  readonly imageId: string | null;
  /** Path of the definition file, the definition's key, and its index when the transfer started; for a download, the path of the target. */
  readonly file: string;
  readonly key: string;
  readonly index: number;
  readonly status: TransferStatus;
  /** Set while it runs in another window of this workspace, where alone it can be cancelled. */
  readonly elsewhere?: true;
  /** Whether it is being cancelled. */
  readonly cancelling: boolean;
  readonly phase: Phase;
  /** The phases this transfer goes through, in order. */
  readonly phases: readonly Phase[];
  /** Bytes sent, or received by a download. */
  readonly sent: number;
  /** 0 if no bytes have to move. */
  readonly total: number;
  /** The size that the cloud reports; null if not known (yet). */
  readonly cloudSize: number | null;
  /** Why its bytes are sent once more, from when the upload broke until it begins again. */
  readonly retrying?: string;
  /** While Glance fetches the source itself: its task, and the elapsed ms. */
  readonly task?: { readonly status: string; readonly message: string; readonly elapsed: number };
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Bytes per second, one sample per second, oldest first, at most 120. */
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
