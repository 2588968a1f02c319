import * as vscode from 'vscode';
import { describePlace } from '../../core/place.ts';
import type { CommandId } from '../../platform/command-ids.ts';
import type { Subscription } from '../../state/observable.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import { currentTransfers, overallPercent } from '../../state/transfers/overall-percent.ts';

/** Transfers that the tooltip names. */
const namedAtMost = 10;

/** The status bar's item: there while something runs, with the share of all bytes that are sent. A click opens the panel. */
export function showRunningTransfers(transfers: TransferStore): Subscription {
  const item = vscode.window.createStatusBarItem('glanceImages.transfers', vscode.StatusBarAlignment.Left);
  item.name = 'Glance Transfers';
  item.command = 'glanceImages.showTransfers' satisfies CommandId;
  const draw = (): void => {
    const running = transfers.running().filter((each) => each.elsewhere !== true);
    if (running.length === 0) {
      item.hide();
      return;
    }
    const percent = overallPercent(currentTransfers(transfers.all()));
    const count = running.length === 1 ? '1 transfer' : `${running.length} transfers`;
    const words = percent === undefined ? count : `${count}, ${percent}%`;
    item.text = `$(sync~spin) ${words}`;
    const more = running.length - namedAtMost;
    item.tooltip = [
      ...running.slice(0, namedAtMost).map(describeTransfer),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('\n');
    item.accessibilityInformation = { label: `Glance: ${words} running. Show Transfers.`, role: 'button' };
    item.show();
  };
  const listening = transfers.onDidChange(draw);
  draw();
  return {
    dispose: () => {
      listening.dispose();
      item.dispose();
    },
  };
}

function describeTransfer(transfer: Transfer): string {
  const percent = overallPercent([transfer]);
  const what = `${transfer.name} (${describePlace(transfer)})`;
  return percent === undefined ? what : `${what}: ${percent}%`;
}
