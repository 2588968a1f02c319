import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { ignorePropertyEdits, takeLiveEdits } from '../../core/definition/edits/drift-edits.ts';
import type { TextEdit } from '../../core/definition/edits/edit.ts';
import { workspaceEdit } from '../../platform/files/edits.ts';
import { filePath } from '../../platform/files/uris.ts';
import type { DefinitionsStore } from '../../state/definitions/definitions.ts';
import { canBeWritten, driftOf, type Drift } from '../../state/definitions/drift.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { driftMarkdown, driftMessage, nameOf, takeLiveTitle } from './drift-words.ts';

/** A drift as it is shown in a document. */
export interface ShownDrift {
  readonly definition: Definition;
  readonly drift: Drift;
  readonly diagnostic: vscode.Diagnostic;
}

/** Where live images differ from the definitions of a document, by the last plans; nothing while its newest text is not parsed yet. */
export function shownDrift(
  document: vscode.TextDocument,
  definitions: DefinitionsStore,
  plans: PlansStore,
): readonly ShownDrift[] {
  const file = filePath(document.uri);
  const parsed = definitions.files.find((each) => each.file === file);
  if (parsed?.text !== document.getText()) return [];
  return parsed.definitions.flatMap((definition) =>
    driftOf(definition, plans.recordsOf(definition)).map((drift) => ({
      definition,
      drift,
      diagnostic: diagnosticOf(document, drift),
    })),
  );
}

/** The live value where somebody points at one that differs. */
export class DriftHover implements vscode.HoverProvider {
  readonly #definitions: DefinitionsStore;
  readonly #plans: PlansStore;

  constructor(definitions: DefinitionsStore, plans: PlansStore) {
    this.#definitions = definitions;
    this.#plans = plans;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const here = shownDrift(document, this.#definitions, this.#plans).filter(({ diagnostic }) =>
      diagnostic.range.contains(position),
    );
    const [first] = here;
    if (first === undefined) return undefined;
    return new vscode.Hover(
      here.map(({ drift }) => new vscode.MarkdownString(driftMarkdown(drift))),
      first.diagnostic.range,
    );
  }
}

/** *Use the live value*, *Ignore it*, *Apply again*. */
export function driftFixes(
  document: vscode.TextDocument,
  { definition, drift, diagnostic }: ShownDrift,
): vscode.CodeAction[] {
  const text = document.getText();
  const { index } = definition;
  const fix = (title: string, edits: readonly TextEdit[]): vscode.CodeAction => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.edit = workspaceEdit(document, edits);
    return action;
  };
  const taken = new Map(drift.values.map((value) => [JSON.stringify(value.live), value]));
  const takes = [...taken.values()].flatMap((value) =>
    canBeWritten(drift.path) && isEditValue(value.live)
      ? [fix(takeLiveTitle(drift, value), takeLiveEdits(text, index, drift.path, value.live))]
      : [],
  );
  const ignore = drift.path.startsWith('properties/')
    ? [fix(`Ignore: add "${nameOf(drift.path)}" to "ignore"`, ignorePropertyEdits(text, index, nameOf(drift.path)))]
    : [];
  const again = new vscode.CodeAction('Apply again', vscode.CodeActionKind.QuickFix);
  again.diagnostics = [diagnostic];
  again.command = {
    command: 'glanceImages.applyDefinition',
    title: again.title,
    arguments: [document.uri.toString(), index],
  };
  return [...takes, ...ignore, again];
}

/** An argument can't be written as null: Glance has none there, and a definition none to say. */
function isEditValue(value: Drift['wanted']): value is Exclude<Drift['wanted'], null> {
  return value !== null;
}

function diagnosticOf(document: vscode.TextDocument, drift: Drift): vscode.Diagnostic {
  const { offset, length } = drift.range;
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  const shown = range.isSingleLine ? range : new vscode.Range(range.start, document.lineAt(range.start).range.end);
  const severity = drift.values.some(({ forcesReplacement }) => forcesReplacement)
    ? vscode.DiagnosticSeverity.Warning
    : vscode.DiagnosticSeverity.Information;
  const result = new vscode.Diagnostic(shown, driftMessage(drift), severity);
  result.source = 'glance';
  result.code = 'drift';
  return result;
}
