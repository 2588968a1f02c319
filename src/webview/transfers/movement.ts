import type { Transfer } from './protocol.ts';

/** Whether a transfer takes an image's data from the cloud. */
export function isDownload({ action }: Pick<Transfer, 'action'>): boolean {
  return action === 'download';
}

/** Whether a transfer is about an image's data: sends it, or downloads it. */
export function movesData(transfer: Pick<Transfer, 'action' | 'phases' | 'total'>): boolean {
  return transfer.total > 0 && (transfer.phases.includes('uploading') || isDownload(transfer));
}

/** Whether the bytes of an image or of its source move now, to wherever it is. */
export function isCounting({ phase, status }: Pick<Transfer, 'phase' | 'status'>): boolean {
  return status === 'running' && (phase === 'uploading' || phase === 'downloading' || phase === 'decompressing');
}

/** Whether an image's data moves now. */
export function isMoving(transfer: Pick<Transfer, 'action' | 'phase' | 'phases' | 'total' | 'status'>): boolean {
  const phase = isDownload(transfer) ? 'downloading' : 'uploading';
  return transfer.status === 'running' && transfer.phase === phase && movesData(transfer);
}
