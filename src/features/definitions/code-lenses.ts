import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { onDidChangeSettings, readSettings } from '../../platform/settings.ts';
import { isTrusted } from '../../platform/trust.ts';
import { filePath, isDefinitionDocument } from '../../platform/files/uris.ts';
import type { DefinitionsStore } from '../../state/definitions/definitions.ts';
import { definitionId, type PlansStore } from '../../state/definitions/plans.ts';
import { systemClock } from '../../state/clock.ts';
import { ChangeThrottle } from '../../state/transfers/change-throttle.ts';
import type { Subscription } from '../../state/observable.ts';
import { transfersOf } from '../../state/transfers/transfer-rows.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import type { UpstreamStore } from '../../state/definitions/upstream.ts';
import {
  applyingInWords,
  planStateInWords,
  withIcon,
  type StateWords,
} from '../../state/definitions/plan-state-words.ts';

/** Milliseconds after which VS Code should have asked for the lenses of what is shown. */
const LENSES_DUE = 1000;
/** The last wait for that, each twice as long as the one before it: a busy machine asks late. */
const LENSES_DUE_AT_LAST = 16_000;
/** Milliseconds between two changes of lenses while bytes move. */
const PROGRESS_INTERVAL = 1000;

/** What lenses tell of. */
export interface LensSources {
  readonly definitions: DefinitionsStore;
  readonly plans: PlansStore;
  readonly transfers: TransferStore;
  readonly upstream: UpstreamStore;
}

/**
 * *Apply this image*, *Preview changes* and the state of the last plan over every definition; in Restricted Mode, what is to
 * be done before there are any. Asks no cloud.
 */
export class DefinitionLenses implements vscode.CodeLensProvider, Subscription {
  readonly #definitions: DefinitionsStore;
  readonly #plans: PlansStore;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #transfers: TransferStore;
  readonly #upstream: UpstreamStore;
  /** Shown documents whose lenses VS Code has not asked for since they may have changed. */
  #unasked = new Set<vscode.TextDocument>();
  #due: NodeJS.Timeout | undefined;
  readonly #subscriptions: Subscription[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor({ definitions, plans, transfers, upstream }: LensSources) {
    this.#definitions = definitions;
    this.#plans = plans;
    this.#transfers = transfers;
    this.#upstream = upstream;
    const progress = new ChangeThrottle(systemClock, PROGRESS_INTERVAL, () => this.#refresh());
    this.#subscriptions = [
      this.#changed,
      progress,
      plans.onDidChange(() => this.#refresh()),
      upstream.onDidChange(() => this.#refresh()),
      transfers.onDidChange(() => progress.changed('')),
      onDidChangeSettings(['codeLens.enabled'], () => this.#refresh()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#expect()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresh()),
    ];
    this.#expect();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    this.#unasked.delete(document);
    if (!readSettings().codeLens) return [];
    const { definitions } = this.#definitions.read(filePath(document.uri), document.getText());
    return definitions.flatMap((definition) => this.#lensesOf(document, definition));
  }

  dispose(): void {
    clearTimeout(this.#due);
    for (const each of this.#subscriptions) each.dispose();
  }

  #refresh(): void {
    this.#changed.fire();
    this.#expect();
  }

  /** VS Code forgets to ask for lenses when another view takes the focus just then: it is told again until it has asked. */
  #expect(wait = LENSES_DUE): void {
    clearTimeout(this.#due);
    this.#unasked = new Set(
      vscode.window.visibleTextEditors.map(({ document }) => document).filter(isDefinitionDocument),
    );
    if (this.#unasked.size === 0 || wait > LENSES_DUE_AT_LAST) return;
    this.#due = setTimeout(() => {
      const shown = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
      if (![...this.#unasked].some((document) => shown.has(document))) return;
      this.#changed.fire();
      this.#expect(wait * 2);
    }, wait);
  }

  #lensesOf(document: vscode.TextDocument, definition: Definition): vscode.CodeLens[] {
    const start = document.positionAt(definition.range.offset);
    const range = new vscode.Range(start, start);
    if (!isTrusted()) return [restrictedLens(range)];
    const target = [document.uri.toString(), definition.index];
    const applying = applyingInWords(transfersOf(definition, this.#transfers));
    if (applying !== undefined) return applyingLenses(range, definition, applying);
    const state = planStateInWords(this.#plans.stateOf(definition));
    const lens: MakeLens = (title, command, tooltip) =>
      new vscode.CodeLens(range, { title, command, tooltip, arguments: target });
    return [
      lens('Apply this image', 'glanceImages.applyDefinition', 'Apply this definition in each of its regions'),
      lens(
        'Preview changes',
        'glanceImages.previewDefinition',
        'Compare this definition with the live image, without changing anything',
      ),
      ...(state === undefined ? [] : [lens(state.title, 'glanceImages.previewDefinition', state.tooltip)]),
      ...this.#upstreamLens(definition, lens),
    ];
  }

  #upstreamLens(definition: Definition, lens: MakeLens): vscode.CodeLens[] {
    const published = this.#upstream.newChecksumOf(definition);
    if (published === undefined) return [];
    const { algorithm, hex } = published.checksum;
    const tooltip = `${published.url} now has ${algorithm}:${hex}. Updates the definition without applying it.`;
    return [
      lens(withIcon('arrow-circle-up', 'Upstream changed: set the new checksum'), 'glanceImages.takeUpstream', tooltip),
    ];
  }
}

type MakeLens = (title: string, command: string, tooltip: string) => vscode.CodeLens;

/** `42% | Cancel | Show Transfers`. */
function applyingLenses(
  range: vscode.Range,
  definition: Definition,
  { title, tooltip }: StateWords,
): vscode.CodeLens[] {
  const showTransfers = { command: 'glanceImages.showTransfers', tooltip };
  const cancel = {
    title: 'Cancel',
    command: 'glanceImages.cancelApply',
    tooltip: 'Cancel the apply of this definition in all regions',
    arguments: [definitionId(definition)],
  };
  return [{ ...showTransfers, title }, cancel, { ...showTransfers, title: 'Show Transfers' }].map(
    (command) => new vscode.CodeLens(range, command),
  );
}

function restrictedLens(range: vscode.Range): vscode.CodeLens {
  return new vscode.CodeLens(range, {
    title: withIcon('shield', 'Restricted Mode: trust this workspace to plan and apply'),
    command: 'workbench.trust.manage',
    tooltip: 'Definitions are planned and applied only in trusted workspaces',
  });
}
