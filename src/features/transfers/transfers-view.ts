import * as vscode from 'vscode';
import type { Subscription } from '../../state/observable.ts';
import { TransfersPage, type PageOptions } from './page.ts';

/** Also in package.json. */
export const viewId = 'glanceImages.transfersView';

/** The view of transfers: in VS Code's panel area, unless the user moved it. Its badge counts what runs. */
export class TransfersView implements vscode.WebviewViewProvider, Subscription {
  readonly #options: PageOptions;
  #view: vscode.WebviewView | undefined;
  readonly #listening: Subscription;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#listening = options.transfers.onDidChange(() => this.#count());
  }

  get isVisible(): boolean {
    return this.#view?.visible === true;
  }

  /** Opens the view, or brings it to the front. */
  show(preserveFocus: boolean): void {
    // VS Code makes the view only when it is opened for the first time, which its own command does.
    if (this.#view === undefined || !preserveFocus)
      void vscode.commands.executeCommand(`${viewId}.focus`, { preserveFocus });
    else this.#view.show(true);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const page = new TransfersPage(view.webview, 'view', this.#options);
    view.onDidChangeVisibility(() => {
      if (!view.visible) page.hidden();
    });
    view.onDidDispose(() => {
      page.dispose();
      if (this.#view === view) this.#view = undefined;
    });
    this.#count();
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #count(): void {
    if (this.#view === undefined) return;
    const count = this.#options.transfers.running().filter(({ elsewhere }) => elsewhere !== true).length;
    if (count === (this.#view.badge?.value ?? 0)) return;
    this.#view.badge =
      count === 0 ? undefined : { value: count, tooltip: count === 1 ? '1 transfer' : `${count} transfers` };
  }
}
