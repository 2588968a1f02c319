import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { GlanceLog } from '../../platform/log.ts';
import type { Subscription } from '../../state/observable.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import type { ToPage } from '../../webview/transfers/protocol.ts';
import { dispatchMessage } from './messages.ts';
import type { PageHandlers } from './messages.ts';
import { pageHtml } from './page-html.ts';

/** Also in package.json, as the activation event `onWebviewPanel:glanceImages.transfers`. */
export const panelType = 'glanceImages.transfers';

/** Milliseconds in which VS Code hands over a panel that it restores and that shows. */
const restoredWithin = 3000;

/** What the panel needs. */
export interface TransfersPanelOptions {
  readonly transfers: TransferStore;
  readonly extensionUri: vscode.Uri;
  /** What the page asks for, besides the transfers themselves. */
  readonly handlers: Omit<PageHandlers, 'ready'>;
  readonly log: GlanceLog;
}

/** The one panel that shows transfers. It keeps nothing while it is hidden: its page is loaded and filled again. */
export class TransfersPanel implements Subscription, vscode.WebviewPanelSerializer {
  readonly #options: TransfersPanelOptions;
  #panel: vscode.WebviewPanel | undefined;
  /** Whether the page listens. A hidden page is gone. */
  #ready = false;
  readonly #listening: Subscription;
  /** Set while it is open whether VS Code hands a panel over. */
  readonly #waiting: NodeJS.Timeout | undefined;

  constructor(options: TransfersPanelOptions) {
    this.#options = options;
    if (openTabs().some(({ isActive }) => isActive)) {
      this.#waiting = setTimeout(() => this.#replaceAbandoned(), restoredWithin);
    }
    this.#listening = options.transfers.onDidChange((change) => this.#post(change));
  }

  /** Opens the panel beside the editor, or brings it to the front. */
  show(preserveFocus: boolean): void {
    const panel = this.#panel;
    if (panel !== undefined) {
      if (!panel.visible || !preserveFocus) panel.reveal(undefined, preserveFocus);
      return;
    }
    closeTabs();
    this.#adopt(
      vscode.window.createWebviewPanel(
        panelType,
        title(),
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus },
        { enableScripts: true, enableFindWidget: true, localResourceRoots: this.#roots() },
      ),
    );
  }

  /** VS Code restores the panel after a reload; the page kept its own state. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Thenable<void> {
    this.#panel?.dispose();
    this.#adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    this.#listening.dispose();
    this.#panel?.dispose();
  }

  /** After a crash of the extension host its panel still shows what was last running, and nobody hears its buttons. */
  #replaceAbandoned(): void {
    if (this.#panel === undefined && openTabs().length > 0) this.show(true);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    const { webview } = panel;
    panel.title = title();
    // The coloured icon: a tab does not tint a black one.
    panel.iconPath = vscode.Uri.joinPath(this.#options.extensionUri, 'media', 'icons', 'definition.svg');
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.onDidChangeViewState(() => {
      if (this.#panel === panel && !panel.visible) this.#ready = false;
    });
    webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    webview.options = { enableScripts: true, localResourceRoots: this.#roots() };
    webview.html = this.#html(webview);
  }

  #receive(message: unknown): void {
    const { handlers, log } = this.#options;
    const known = dispatchMessage(message, { ...handlers, ready: () => this.#fill() });
    if (!known) log.warn('Ignored an unknown message from the transfers panel.');
  }

  #fill(): void {
    this.#ready = true;
    this.#post({ type: 'all', transfers: this.#options.transfers.all() });
  }

  #post(message: ToPage): void {
    if (this.#ready) void this.#panel?.webview.postMessage(message);
  }

  #html(webview: vscode.Webview): string {
    const at = (...path: readonly string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#options.extensionUri, ...path)).toString();
    return pageHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      script: at('dist', 'webview', 'transfers.js'),
      style: at('media', 'css', 'transfers.css'),
      title: title(),
    });
  }

  #roots(): vscode.Uri[] {
    const { extensionUri } = this.#options;
    return [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), vscode.Uri.joinPath(extensionUri, 'media', 'css')];
  }
}

/** The tabs of transfers panels, whichever extension host opened them. */
function openTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(panelType));
}

/** Closes panels that are not this extension host's, so that there is one. */
function closeTabs(): void {
  const tabs = openTabs();
  if (tabs.length > 0) void vscode.window.tabGroups.close(tabs, true);
}

function title(): string {
  return 'Glance Transfers';
}
