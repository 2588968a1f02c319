import type { Transfer } from '../../webview/transfers/protocol.ts';

/** The share of all bytes of these transfers that are sent, 0 to 100 and whole; undefined where none has any to send. */
export function overallPercent(transfers: readonly Transfer[]): number | undefined {
  const total = transfers.reduce((sum, transfer) => sum + transfer.total, 0);
  const sent = transfers.reduce((sum, transfer) => sum + transfer.sent, 0);
  return total === 0 ? undefined : Math.min(100, Math.floor((sent / total) * 100));
}

/**
 * The transfers of this window that run, and those that ended well since the first of them began: together they are one piece of
 * work, whose share grows until its end.
 */
export function currentTransfers(transfers: readonly Transfer[]): readonly Transfer[] {
  const own = transfers.filter(({ elsewhere }) => elsewhere !== true);
  const begun = Math.min(...own.filter(({ status }) => status === 'running').map(({ startedAt }) => startedAt));
  return own.filter(
    ({ status, endedAt }) =>
      status === 'running' || (['done', 'unverified', 'partial'].includes(status) && (endedAt ?? 0) >= begun),
  );
}
