import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { onDidChangeSettings, readSettings } from '../../platform/settings.ts';
import { filePath } from '../../platform/uris.ts';
import type { DefinitionsStore } from '../../state/definitions.ts';
import type { PlansStore } from '../../state/plans.ts';
import { planStateInWords } from './plan-state-words.ts';
import type { Subscription } from '../../state/observable.ts';

/** *Apply this image*, *Preview changes* and the state of the last plan over every definition. Asks no cloud. */
export class DefinitionLenses implements vscode.CodeLensProvider, Subscription {
  readonly #definitions: DefinitionsStore;
  readonly #plans: PlansStore;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: Subscription[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(definitions: DefinitionsStore, plans: PlansStore) {
    this.#definitions = definitions;
    this.#plans = plans;
    this.#subscriptions = [
      this.#changed,
      plans.onDidChange(() => this.#changed.fire()),
      onDidChangeSettings(['codeLens.enabled'], () => this.#changed.fire()),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!readSettings().codeLens) return [];
    const { definitions } = this.#definitions.read(filePath(document.uri), document.getText());
    return definitions.flatMap((definition) => this.#lensesOf(document, definition));
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }

  #lensesOf(document: vscode.TextDocument, definition: Definition): vscode.CodeLens[] {
    const start = document.positionAt(definition.range.offset);
    const range = new vscode.Range(start, start);
    const target = [document.uri.toString(), definition.index];
    const state = planStateInWords(this.#plans.stateOf(definition));
    const lens = (title: string, command: string, tooltip: string): vscode.CodeLens =>
      new vscode.CodeLens(range, { title, command, tooltip, arguments: target });
    const { t } = vscode.l10n;
    return [
      lens(
        t('Apply this image'),
        'glanceImages.applyDefinition',
        t('Make the image what this definition says, in each of its regions'),
      ),
      lens(
        t('Preview changes'),
        'glanceImages.previewDefinition',
        t('Compare this definition with the live image, without changing anything'),
      ),
      ...(state === undefined ? [] : [lens(state.title, 'glanceImages.previewDefinition', state.tooltip)]),
    ];
  }
}
