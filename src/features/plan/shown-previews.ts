import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import type { LeaveOut } from '../../platform/files/definition-files.ts';
import { documentScheme } from '../../platform/files/uris.ts';
import { regionId } from '../../state/clouds/node-id.ts';
import type { PlanRecord, PlansStore } from '../../state/definitions/plans.ts';
import type { Subscription } from '../../state/observable.ts';
import { isOpen } from './preview-text.ts';

/** Previews that are followed; the documents of older ones stay as they are. */
const FOLLOWED_AT_MOST = 50;

/** A preview in an editor: a diff, several diffs, or a plan of several definitions. */
export interface Preview {
  /** What its tab is recognized by: the URI of the right side of a diff, else its label. */
  readonly tab: string;
  /** The plans that it was made from. */
  readonly plans: readonly Plan[];
  /** Writes its documents as these records, in the order of the plans, have it now. */
  readonly write: (records: readonly PlanRecord[]) => void;
  readonly read: ReadDefinitions;
}

/** Reads the definitions that are meant, as they are now. Throws `Failure`. */
export type ReadDefinitions = (leaveOut: LeaveOut) => Promise<readonly Definition[]>;

/** The previews of this window. Each follows the newest plans of its definitions, and says so once they no longer hold. */
export class ShownPreviews implements Subscription {
  readonly #plans: PlansStore;
  readonly #previews = new Map<string, Preview>();
  /** What each preview shows, to write only what changed. */
  readonly #written = new Map<string, readonly PlanRecord[]>();
  readonly #subscriptions: Subscription[];

  constructor(plans: PlansStore) {
    this.#plans = plans;
    this.#subscriptions = [
      plans.onDidChange((file) => this.#follow(file)),
      vscode.window.tabGroups.onDidChangeTabs(() => this.#tellActive()),
      vscode.window.tabGroups.onDidChangeTabGroups(() => this.#tellActive()),
    ];
  }

  /** Writes a preview, and again whenever its plans change. */
  add(preview: Preview): void {
    const { tab } = preview;
    this.#previews.delete(tab);
    this.#previews.set(tab, preview);
    const [oldest] = this.#previews.keys();
    if (this.#previews.size > FOLLOWED_AT_MOST && oldest !== undefined) this.#previews.delete(oldest);
    this.#written.delete(tab);
    this.#write(preview);
  }

  /** The preview in the active editor. */
  get active(): Preview | undefined {
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    return activeTab === undefined ? undefined : this.#previews.get(tabKey(activeTab));
  }

  /** The newest plan of each plan of a preview, and what became of it. */
  recordsOf({ plans }: Preview): readonly PlanRecord[] {
    return plans.map((plan) => {
      const records = this.#plans.recordsOf(plan.definition);
      return records.find((record) => regionId(record.plan.place) === regionId(plan.place)) ?? { plan };
    });
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
    this.#previews.clear();
  }

  #follow(file: string): void {
    for (const preview of this.#previews.values()) {
      if (preview.plans.some(({ definition }) => definition.file === file)) this.#write(preview);
    }
  }

  #write(preview: Preview): void {
    const records = this.recordsOf(preview);
    const written = this.#written.get(preview.tab);
    if (written !== undefined && records.every((record, index) => isSame(record, written[index]))) return;
    this.#written.set(preview.tab, records);
    preview.write(records);
    this.#tellActive();
  }

  #tellActive(): void {
    const { active } = this;
    const records = active === undefined ? [] : this.recordsOf(active);
    setContextKey('glanceImages.preview', active === undefined ? 'none' : records.some(isToDo) ? 'open' : 'done');
  }
}

/** Whether an apply of this plan does something. */
export function isToDo(record: PlanRecord): boolean {
  const { action } = record.plan;
  return isOpen(record) && action !== 'none' && action !== 'blocked';
}

function isSame(one: PlanRecord, other: PlanRecord | undefined): boolean {
  return one.plan === other?.plan && one.result === other.result && one.since === other.since;
}

/** VS Code appends to labels: `Preview Plan.md`, `Changes (2 files)`. */
function tabKey({ input, label }: vscode.Tab): string {
  if (input instanceof vscode.TabInputTextDiff) {
    return input.modified.scheme === documentScheme ? input.modified.toString() : '';
  }
  if (input instanceof vscode.TabInputWebview) return input.viewType.endsWith('markdown.preview') ? label : '';
  return label.replace(/ \(\d+ files?\)$/, '');
}
