import { PHASE_WORDS } from '../../core/reconcile/model/phases.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';

/** What is done with an image at the moment, e.g. `uploading, 43%`. */
export function transferInWords(transfer: Transfer): string {
  if (transfer.cancelling) return 'cancelling';
  if (transfer.retrying !== undefined) return transfer.retrying;
  const { action, phase, sent, total } = transfer;
  const percent = Math.min(100, Math.floor((sent / Math.max(1, total)) * 100));
  if (phase === 'uploading' && total > 0) return `uploading, ${percent}%`;
  if (phase === 'downloading' && action === 'download') return `downloading, ${percent}%`;
  return PHASE_WORDS[phase].activity;
}
