import * as vscode from 'vscode';
import type { Subscription } from '../../state/observable.ts';
import { pageRoots, TransfersPage, type PageOptions } from './page.ts';

/** Also in package.json, as the activation event `onWebviewPanel:glanceImages.transfers`. */
export const tabType = 'glanceImages.transfers';

/** Milliseconds in which VS Code hands over a tab that it restores and that shows. */
const restoredWithin = 3000;

/** The one editor tab that shows transfers, for those who want them wide. */
export class TransfersTab implements Subscription, vscode.WebviewPanelSerializer {
  readonly #options: PageOptions;
  #panel: vscode.WebviewPanel | undefined;
  /** Set while it is open whether VS Code hands a tab over. */
  readonly #waiting: NodeJS.Timeout | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    if (openTabs().some(({ isActive }) => isActive)) {
      this.#waiting = setTimeout(() => this.#replaceAbandoned(), restoredWithin);
    }
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  get isVisible(): boolean {
    return this.#panel?.visible === true;
  }

  /** Opens the tab beside the editor, or brings it to the front. */
  show(preserveFocus: boolean): void {
    const panel = this.#panel;
    if (panel !== undefined) {
      if (!panel.visible || !preserveFocus) panel.reveal(undefined, preserveFocus);
      return;
    }
    closeTabs();
    this.#adopt(
      vscode.window.createWebviewPanel(
        tabType,
        title(),
        { viewColumn: vscode.ViewColumn.Active, preserveFocus },
        { enableScripts: true, enableFindWidget: true, localResourceRoots: pageRoots(this.#options.extensionUri) },
      ),
    );
  }

  /** VS Code restores the tab after a reload; the page kept its own state. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Thenable<void> {
    this.#panel?.dispose();
    this.#adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    this.#panel?.dispose();
  }

  /** After a crash of the extension host its tab still shows what was last running, and nobody hears its buttons. */
  #replaceAbandoned(): void {
    if (this.#panel === undefined && openTabs().length > 0) this.show(true);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    panel.title = title();
    // The coloured icon: a tab does not tint a black one.
    panel.iconPath = vscode.Uri.joinPath(this.#options.extensionUri, 'media', 'icons', 'definition.svg');
    const page = new TransfersPage(panel.webview, 'editor', this.#options);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) page.hidden();
    });
  }
}

/** The tabs of transfers, whichever extension host opened them. */
function openTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(tabType));
}

/** Closes tabs that are not this extension host's, so that there is one. */
function closeTabs(): void {
  const tabs = openTabs();
  if (tabs.length > 0) void vscode.window.tabGroups.close(tabs, true);
}

function title(): string {
  return 'Glance Transfers';
}
