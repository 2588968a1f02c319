import type { Transfer } from './protocol.ts';

/** Whether a transfer is a download. */
export function isDownload({ action }: Pick<Transfer, 'action'>): boolean {
  return action === 'download';
}

/** Whether a transfer uploads or downloads image data. */
export function movesData(transfer: Pick<Transfer, 'action' | 'phases' | 'total'>): boolean {
  return transfer.total > 0 && (transfer.phases.includes('uploading') || isDownload(transfer));
}

/** Whether bytes of an image or of its source are moving now. */
export function isCounting({ phase, status }: Pick<Transfer, 'phase' | 'status'>): boolean {
  return status === 'running' && (phase === 'uploading' || phase === 'downloading' || phase === 'decompressing');
}

/** Whether image data is being uploaded or downloaded now. */
export function isMoving(transfer: Pick<Transfer, 'action' | 'phase' | 'phases' | 'total' | 'status'>): boolean {
  const phase = isDownload(transfer) ? 'downloading' : 'uploading';
  return transfer.status === 'running' && transfer.phase === phase && movesData(transfer);
}
