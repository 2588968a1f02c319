import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { toFailure } from '../../core/failure.ts';
import type { Place } from '../../core/place.ts';
import type { Commands } from '../../platform/commands.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { revealFile } from '../../platform/files/reveal-file.ts';
import type { Subscription } from '../../state/observable.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import { definitionOfTransfer } from './definition-of-transfer.ts';
import { panelType, TransfersPanel } from './panel.ts';
import { saveReport } from './save-report.ts';
import { showRunningTransfers } from './status-bar.ts';

/** What the transfers panel needs. */
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

/** The transfers panel, for those who move bytes. */
export interface TransfersFeature {
  readonly disposables: readonly Subscription[];
  /** Opens the panel without taking the focus. */
  readonly show: () => void;
}

/** The panel, *Show Transfers*, *Clear Transfers* and the status bar's item. */
export function registerTransfers(options: TransfersOptions): TransfersFeature {
  const { transfers, commands, extensionUri, log } = options;
  const asked = new PageRequests(options);
  const panel = new TransfersPanel({ transfers, extensionUri, handlers: asked.handlers, log });
  commands.register('glanceImages.showTransfers', () => panel.show(false));
  commands.register('glanceImages.clearTransfers', () => transfers.clearFinished());
  return {
    disposables: [
      panel,
      vscode.window.registerWebviewPanelSerializer(panelType, panel),
      showRunningTransfers(transfers),
      transfers,
    ],
    show: () => panel.show(true),
  };
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
    saveReport: ({ id }: { readonly id: string }): void => this.#run(id, saveReport),
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
    const { definition } = await definitionOfTransfer(transfer);
    await this.#options.applyAgain(definition, { cloud, region, origin });
  }

  async #openImage({ cloud, region, origin, imageId }: Transfer): Promise<void> {
    if (imageId === null) return;
    // Else the document would open over the panel, which has the focus.
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
  const { document, definition } = await definitionOfTransfer(transfer);
  const start = document.positionAt(definition.range.offset);
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(start, start),
    viewColumn: vscode.ViewColumn.One,
  });
}
