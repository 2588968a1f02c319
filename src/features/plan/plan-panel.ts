import * as vscode from 'vscode';
import type { CommandId } from '../../platform/command-ids.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Subscription } from '../../state/observable.ts';
import type { PlanRecord } from '../../state/definitions/plans.ts';
import { planPage, type PlanLinks } from './plan-page.ts';

/** The kind of the tab that shows a plan. */
export const PLAN_TAB = 'glanceImages.plan';

/** What a link of a plan leads to. */
export type Planned = 'definition' | 'differences' | 'image';

const SHOW_PLANNED = 'glanceImages.showPlanned' satisfies CommandId;

/** The one tab with the plan of several definitions; another plan takes its place. */
export class PlanPanel implements Subscription {
  readonly #extensionUri: vscode.Uri;
  #panel: vscode.WebviewPanel | undefined;

  constructor(extensionUri: vscode.Uri) {
    this.#extensionUri = extensionUri;
  }

  /** Opens the tab, or brings it to the front. */
  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, false);
      return;
    }
    const panel = vscode.window.createWebviewPanel(PLAN_TAB, 'Glance Plan', vscode.ViewColumn.Active, {
      enableCommandUris: [SHOW_PLANNED],
      enableFindWidget: true,
      localResourceRoots: [vscode.Uri.joinPath(this.#extensionUri, 'media', 'css')],
    });
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icons', 'definition.svg');
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    this.#panel = panel;
  }

  /** Has the tab show these records, if it is open. */
  write(records: readonly PlanRecord[], made: Date): void {
    if (this.#panel === undefined) return;
    const { webview } = this.#panel;
    const style = webview.asWebviewUri(vscode.Uri.joinPath(this.#extensionUri, 'media', 'css', 'plan.css')).toString();
    webview.html = planPage(records, made, links, { cspSource: webview.cspSource, style });
  }

  dispose(): void {
    this.#panel?.dispose();
  }
}

const links: PlanLinks = {
  path: (file) => vscode.workspace.asRelativePath(file),
  definition: (plan) => address(plan, 'definition'),
  differences: (plan) => address(plan, 'differences'),
  image: (plan) => address(plan, 'image'),
};

function address({ id }: Plan, what: Planned): string {
  return `command:${SHOW_PLANNED}?${encodeURIComponent(JSON.stringify([id, what]))}`;
}
