import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { onDidChangeSettings, readSettings } from '../../platform/settings.ts';
import { filePath, isDefinitionDocument } from '../../platform/uris.ts';
import type { DefinitionsStore } from '../../state/definitions.ts';
import type { PlansStore } from '../../state/plans.ts';
import { planStateInWords } from './plan-state-words.ts';
import type { Subscription } from '../../state/observable.ts';

/** Milliseconds after which a definition that is shown should have its lenses. */
const LENSES_DUE = 1000;

/** *Apply this image*, *Preview changes* and the state of the last plan over every definition. Asks no cloud. */
export class DefinitionLenses implements vscode.CodeLensProvider, Subscription {
  readonly #definitions: DefinitionsStore;
  readonly #plans: PlansStore;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #asked = new WeakSet<vscode.TextDocument>();
  #due: NodeJS.Timeout | undefined;
  readonly #subscriptions: Subscription[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(definitions: DefinitionsStore, plans: PlansStore) {
    this.#definitions = definitions;
    this.#plans = plans;
    this.#subscriptions = [
      this.#changed,
      plans.onDidChange(() => this.#changed.fire()),
      onDidChangeSettings(['codeLens.enabled'], () => this.#changed.fire()),
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.#remind(editors)),
    ];
    this.#remind(vscode.window.visibleTextEditors);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    this.#asked.add(document);
    if (!readSettings().codeLens) return [];
    const { definitions } = this.#definitions.read(filePath(document.uri), document.getText());
    return definitions.flatMap((definition) => this.#lensesOf(document, definition));
  }

  dispose(): void {
    clearTimeout(this.#due);
    for (const each of this.#subscriptions) each.dispose();
  }

  /** VS Code forgets to ask for lenses when another view takes the focus just after a file is opened. */
  #remind(editors: readonly vscode.TextEditor[]): void {
    const unasked = ({ document }: vscode.TextEditor): boolean =>
      isDefinitionDocument(document) && !this.#asked.has(document);
    if (!editors.some(unasked)) return;
    clearTimeout(this.#due);
    this.#due = setTimeout(() => {
      if (vscode.window.visibleTextEditors.some(unasked)) this.#changed.fire();
    }, LENSES_DUE);
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
