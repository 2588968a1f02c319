import * as vscode from 'vscode';
import type { Transfer, TransferPhase } from '../../webview/transfers/protocol.ts';

/** What is done with an image at the moment, e.g. `uploading, 43%`. */
export function transferInWords(transfer: Transfer): string {
  const { t } = vscode.l10n;
  if (transfer.cancelling) return t('cancelling');
  const { action, phase, sent, total } = transfer;
  const percent = Math.min(100, Math.floor((sent / Math.max(1, total)) * 100));
  if (phase === 'uploading' && total > 0) return t('uploading, {0}%', percent);
  if (phase === 'downloading' && action === 'download') return t('downloading, {0}%', percent);
  return phaseInWords(phase);
}

function phaseInWords(phase: TransferPhase): string {
  const { t } = vscode.l10n;
  switch (phase) {
    case 'waiting':
      return t('waiting');
    case 'downloading':
      return t('being fetched');
    case 'decompressing':
      return t('being decompressed');
    case 'staging':
      return t('being created');
    case 'uploading':
      return t('uploading');
    case 'importing':
      return t('being fetched by Glance');
    case 'verifying':
      return t('being verified');
    case 'updating':
      return t('being updated');
    case 'copying':
      return t('being copied to stores');
    case 'sharing':
      return t('being shared');
    case 'publishing':
      return t('being published');
    case 'retiring':
      return t('retiring the old image');
  }
}
