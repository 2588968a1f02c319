import type { DownloadResult } from '../../core/download/download-image.ts';
import { isAbort } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import { STARTED, type MeasuredTransfer } from './transfer.ts';

/** A download that starts. */
export interface BeginningDownload {
  readonly id: string;
  readonly place: Place;
  readonly image: LiveImage;
  /** Absolute; in a folder, the file is named after the image. */
  readonly path: string;
}

/** A download as a transfer; `file` is its target. */
export function begunDownload({ id, place, image, path }: BeginningDownload, now: number): MeasuredTransfer {
  return {
    measured: { at: now, sent: 0 },
    transfer: {
      ...STARTED,
      id,
      name: image.name ?? image.id,
      ...place,
      action: 'download',
      imageId: image.id,
      file: path,
      key: '',
      index: -1,
      phase: 'downloading',
      phases: ['downloading', 'verifying'],
      total: image.size ?? 0,
      cloudSize: image.size,
      startedAt: now,
    },
  };
}

/** Updates the received bytes. Bytes of an earlier download do not count as speed. */
export function received({ transfer, measured }: MeasuredTransfer, bytes: number): MeasuredTransfer {
  const resumes = transfer.sent === 0 && transfer.throughput.length === 0;
  return {
    transfer: { ...transfer, sent: bytes, phase: bytes >= transfer.total ? 'verifying' : 'downloading' },
    ...(measured === undefined ? {} : { measured: resumes ? { ...measured, sent: bytes } : measured }),
  };
}

/** Ends a download that is complete, failed or cancelled. */
export function endedDownload(transfer: Transfer, outcome: DownloadResult | Failure, now: number): Transfer {
  const common = { ...transfer, cancelling: false, endedAt: now };
  if ('verdict' in outcome) {
    const { path, size, verdict, verified, digests } = outcome;
    const status = verdict === 'verified' ? 'done' : 'unverified';
    return {
      ...common,
      status,
      phase: 'verifying',
      file: path,
      sent: size,
      total: size,
      cloudSize: size,
      verified,
      digests,
    };
  }
  const { code, message, next, status, requestId } = outcome;
  return {
    ...common,
    status: isAbort(outcome) ? 'cancelled' : 'failed',
    error: { code, message, next: next ?? null, status: status ?? null, requestId: requestId ?? null },
  };
}
