import * as vscode from 'vscode';
import { PHASE_WORDS } from '../../core/reconcile/words/phases.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';

/** What is done with an image at the moment, e.g. `uploading, 43%`. */
export function transferInWords(transfer: Transfer): string {
  const { t } = vscode.l10n;
  if (transfer.cancelling) return t('cancelling');
  const { action, phase, sent, total } = transfer;
  const percent = Math.min(100, Math.floor((sent / Math.max(1, total)) * 100));
  if (phase === 'uploading' && total > 0) return t('uploading, {0}%', percent);
  if (phase === 'downloading' && action === 'download') return t('downloading, {0}%', percent);
  return PHASE_WORDS[phase].activity;
}
