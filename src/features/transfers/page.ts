import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { GlanceLog } from '../../platform/log.ts';
import type { Subscription } from '../../state/observable.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import type { ToPage } from '../../webview/transfers/protocol.ts';
import { dispatchMessage } from './messages.ts';
import type { PageHandlers } from './messages.ts';
import { pageHtml } from './page-html.ts';

/** What a page of transfers needs. */
export interface PageOptions {
  readonly transfers: TransferStore;
  readonly extensionUri: vscode.Uri;
  /** What the page asks for, besides the transfers themselves. */
  readonly handlers: Omit<PageHandlers, 'ready'>;
  readonly log: GlanceLog;
}

/** The page of transfers in a webview of VS Code. It keeps nothing while it is hidden: it is loaded and filled again. */
export class TransfersPage implements Subscription {
  readonly #webview: vscode.Webview;
  readonly #options: PageOptions;
  /** Whether the page listens. A hidden page is gone. */
  #ready = false;
  readonly #subscriptions: readonly Subscription[];

  constructor(webview: vscode.Webview, shownIn: 'editor' | 'view', options: PageOptions) {
    const { transfers, extensionUri } = options;
    this.#webview = webview;
    this.#options = options;
    this.#subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      transfers.onDidChange((change) => this.#post(change)),
    ];
    webview.options = { enableScripts: true, localResourceRoots: pageRoots(extensionUri) };
    webview.html = this.#html(shownIn);
  }

  /** Call when VS Code has dropped the page. */
  hidden(): void {
    this.#ready = false;
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  #receive(message: unknown): void {
    const { handlers, log } = this.#options;
    const known = dispatchMessage(message, { ...handlers, ready: () => this.#fill() });
    if (!known) log.warn('Ignored an unknown message from the page of transfers.');
  }

  #fill(): void {
    this.#ready = true;
    this.#post({ type: 'all', transfers: this.#options.transfers.all() });
  }

  #post(message: ToPage): void {
    if (this.#ready) void this.#webview.postMessage(message);
  }

  #html(shownIn: 'editor' | 'view'): string {
    const at = (...path: readonly string[]): string =>
      this.#webview.asWebviewUri(vscode.Uri.joinPath(this.#options.extensionUri, ...path)).toString();
    return pageHtml({
      cspSource: this.#webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      script: at('dist', 'webview', 'transfers.js'),
      style: at('media', 'css', 'transfers.css'),
      title: 'Glance Transfers',
      shownIn,
    });
  }
}

/** The folders that a page may load from. */
export function pageRoots(extensionUri: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), vscode.Uri.joinPath(extensionUri, 'media', 'css')];
}
