import * as vscode from 'vscode';
import type { Problem, Severity } from '../../core/problem.ts';
import { filePath, fileUri, isDefinitionDocument } from '../../platform/uris.ts';
import { jsonFeaturesValidate } from './json-features.ts';
import type { DefinitionsStore } from '../../state/definitions.ts';
import type { PlansStore } from '../../state/plans.ts';
import type { Subscription } from '../../state/observable.ts';

/** Milliseconds without typing before a text is checked. */
const pause = 250;

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/**
 * Shows at their places what the parser finds in open definition files, what two files say twice, and what the last plan of
 * an unchanged definition was blocked by. Nothing here asks a cloud.
 */
export class DefinitionDiagnostics implements Subscription {
  readonly #definitions: DefinitionsStore;
  readonly #plans: PlansStore;
  readonly #collection = vscode.languages.createDiagnosticCollection('glance');
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: Subscription[];

  constructor(definitions: DefinitionsStore, plans: PlansStore) {
    this.#definitions = definitions;
    this.#plans = plans;
    this.#subscriptions = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#checkSoon(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#close(document.uri)),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const uri of files) this.#close(uri);
      }),
      definitions.onDidChange((files) => this.#show(files)),
      plans.onDidChange((file) => this.#show([file])),
    ];
    for (const document of vscode.workspace.textDocuments) this.#check(document);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const each of this.#subscriptions) each.dispose();
  }

  #checkSoon(document: vscode.TextDocument): void {
    if (!isDefinitionDocument(document)) return;
    const file = filePath(document.uri);
    clearTimeout(this.#timers.get(file));
    this.#timers.set(
      file,
      setTimeout(() => {
        this.#timers.delete(file);
        if (!document.isClosed) this.#check(document);
      }, pause),
    );
  }

  #check(document: vscode.TextDocument): void {
    if (isDefinitionDocument(document)) this.#definitions.read(filePath(document.uri), document.getText());
  }

  #close(uri: vscode.Uri): void {
    const file = filePath(uri);
    clearTimeout(this.#timers.get(file));
    this.#timers.delete(file);
    this.#definitions.close(file);
    this.#collection.delete(uri);
  }

  #show(files: readonly string[]): void {
    for (const file of files) {
      const document = vscode.workspace.textDocuments.find(
        (each) => isDefinitionDocument(each) && filePath(each.uri) === file,
      );
      if (document === undefined) this.#collection.delete(fileUri(file));
      else this.#collection.set(document.uri, this.#diagnosticsOf(document, file));
    }
  }

  #diagnosticsOf(document: vscode.TextDocument, file: string): vscode.Diagnostic[] {
    const parsed = this.#definitions.files.find((each) => each.file === file);
    // Typed on since: the positions would be wrong, and the next check is on its way.
    if (parsed?.text !== document.getText()) return [...(this.#collection.get(document.uri) ?? [])];
    const planned = parsed.definitions.flatMap((definition) => this.#plans.problemsOf(definition));
    const own = parsed.problems.filter(({ code }) => code !== 'syntax-error' || !jsonFeaturesValidate());
    return unique([...own, ...this.#definitions.duplicates(file), ...planned]).map((problem) =>
      diagnostic(document, problem),
    );
  }
}

/** Two regions tend to be blocked by the same thing. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems)
    seen.set(JSON.stringify([problem.code, problem.message, problem.range?.offset]), problem);
  return [...seen.values()];
}

function diagnostic(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
  const { offset, length } = problem.range ?? { offset: 0, length: 1 };
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  // A whole object underlined would bury everything else in it.
  const shown = range.isSingleLine ? range : new vscode.Range(range.start, document.lineAt(range.start).range.end);
  const result = new vscode.Diagnostic(shown, problem.message, severities[problem.severity]);
  result.source = 'glance';
  result.code = problem.code;
  return result;
}
