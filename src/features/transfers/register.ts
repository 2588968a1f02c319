import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { toFailure } from '../../core/failure.ts';
import type { Place } from '../../core/place.ts';
import { SENDS, type Plan } from '../../core/reconcile/model/plan.ts';
import type { Commands } from '../../platform/commands.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { readSettings, type Settings } from '../../platform/settings.ts';
import { revealFile } from '../../platform/files/reveal-file.ts';
import type { Subscription } from '../../state/observable.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import { tabType, TransfersTab } from './editor-tab.ts';
import { showRunningTransfers } from './status-bar.ts';
import { TransfersView, viewId } from './transfers-view.ts';

/** What the view of transfers needs. */
export interface TransfersOptions {
  readonly transfers: TransferStore;
  readonly extensionUri: vscode.Uri;
  readonly commands: Commands;
  readonly notifications: Notifications;
  readonly log: GlanceLog;
  /** Cancels the download of this id, or the apply of the plan of this id. Returns whether it was under way. */
  readonly cancel: (id: string) => boolean;
  /** Shows a live image in this column. */
  readonly openImage: (place: Place, id: string, viewColumn: vscode.ViewColumn) => PromiseLike<unknown>;
  /** Downloads an image again to this file or folder. */
  readonly downloadAgain: (place: Place, id: string, path: string) => PromiseLike<unknown>;
  /** Applies a definition in this place alone. */
  readonly applyAgain: (definition: Definition, place: Place) => PromiseLike<unknown>;
}

/** The view of transfers, for those who move bytes. */
export interface TransfersFeature {
  readonly disposables: readonly Subscription[];
  /** Shows transfers that start, without taking the focus, if the setting says so. Returns whether they are in sight then. */
  readonly showStarted: (plans: readonly Plan[]) => boolean;
}

/** The view, the editor tab, their commands, and the status bar's item. */
export function registerTransfers(options: TransfersOptions): TransfersFeature {
  const { transfers, commands } = options;
  const asked = new PageRequests(options);
  const page = { ...options, handlers: asked.handlers };
  const [view, tab] = [new TransfersView(page), new TransfersTab(page)];
  const show = (preserveFocus: boolean): void => (tab.isOpen ? tab : view).show(preserveFocus);
  commands.register('glanceImages.showTransfers', () => show(false));
  commands.register('glanceImages.openTransfersInEditor', () => tab.show(false));
  commands.register('glanceImages.clearTransfers', () => transfers.clearFinished());
  return {
    disposables: [
      view,
      vscode.window.registerWebviewViewProvider(viewId, view),
      tab,
      vscode.window.registerWebviewPanelSerializer(tabType, tab),
      showRunningTransfers(transfers),
      transfers,
    ],
    showStarted: (plans) => {
      if (view.isVisible || tab.isVisible) return true;
      if (!isShownFor(plans, readSettings().showTransfers)) return false;
      show(true);
      return true;
    },
  };
}

/** Whether the transfers of these plans are to be brought into sight. */
function isShownFor(plans: readonly Plan[], setting: Settings['showTransfers']): boolean {
  if (setting === 'never') return false;
  return setting === 'always' || plans.some(({ action }) => SENDS.has(action));
}

/** What the page asks for. The page only names a transfer: what is done with it comes from the store. */
class PageRequests {
  readonly #options: TransfersOptions;

  readonly handlers = {
    cancel: ({ id }: { readonly id: string }): void => this.#cancel(id),
    cancelAll: (): void => {
      for (const { id } of this.#options.transfers.running()) this.#cancel(id);
    },
    retry: ({ id }: { readonly id: string }): void => this.#run(id, (transfer) => this.#again(transfer)),
    openImage: ({ id }: { readonly id: string }): void => this.#run(id, (transfer) => this.#openImage(transfer)),
    openDefinition: ({ id }: { readonly id: string }): void => this.#run(id, openDefinition),
    showFile: ({ id }: { readonly id: string }): void =>
      this.#run(id, ({ file }) => revealFile(file, this.#options.notifications)),
    saveReport: ({ id }: { readonly id: string }): void =>
      this.#run(id, async (transfer) => (await import('./save-report.ts')).saveReport(transfer)),
    copy: ({ text }: { readonly text: string }): void => this.#copy(text),
    clear: (): void => this.#options.transfers.clearFinished(),
  };

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  #cancel(id: string): void {
    const { transfers, cancel } = this.#options;
    if (transfers.find(id) !== undefined && cancel(id)) transfers.cancelling([id]);
  }

  async #again(transfer: Transfer): Promise<void> {
    const { cloud, region, origin, imageId, file } = transfer;
    if (transfer.action === 'download' && imageId !== null) {
      await this.#options.downloadAgain({ cloud, region, origin }, imageId, file);
      return;
    }
    const { definitionOfTransfer } = await import('./definition-of-transfer.ts');
    const { definition } = await definitionOfTransfer(transfer);
    await this.#options.applyAgain(definition, { cloud, region, origin });
  }

  async #openImage({ cloud, region, origin, imageId }: Transfer): Promise<void> {
    if (imageId === null) return;
    // Else the document would open over the tab of transfers, where that has the focus.
    await this.#options.openImage({ cloud, region, origin }, imageId, vscode.ViewColumn.One);
  }

  #copy(text: string): void {
    const { notifications } = this.#options;
    vscode.env.clipboard.writeText(text).then(
      () => vscode.window.setStatusBarMessage('Copied to the clipboard.', 3000),
      (error: unknown) => notifications.failed(toFailure(error)),
    );
  }

  #run(id: string, work: (transfer: Transfer) => Promise<void>): void {
    const transfer = this.#options.transfers.find(id);
    if (transfer === undefined) return;
    work(transfer).catch((error: unknown) => this.#options.notifications.failed(toFailure(error)));
  }
}

async function openDefinition(transfer: Transfer): Promise<void> {
  const { definitionOfTransfer } = await import('./definition-of-transfer.ts');
  const { document, definition } = await definitionOfTransfer(transfer);
  const start = document.positionAt(definition.range.offset);
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(start, start),
    viewColumn: vscode.ViewColumn.One,
  });
}
