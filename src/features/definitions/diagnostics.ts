import * as vscode from 'vscode';
import { definitionGlob, filePath, fileUri, isDefinitionDocument } from '../../platform/files/uris.ts';
import { shownDrift } from './drift.ts';
import { shownProblems, type ProblemSources } from './shown-problems.ts';
import type { DefinitionsStore } from '../../state/definitions/definitions.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import type { Subscription } from '../../state/observable.ts';

/** Milliseconds without typing before a text is checked. */
const pause = 250;

/** Keeps what is wrong with open definition files shown at its place. Nothing here asks a cloud. */
export class DefinitionDiagnostics implements Subscription {
  readonly #definitions: DefinitionsStore;
  readonly #plans: PlansStore;
  readonly #sources: ProblemSources;
  readonly #collection = vscode.languages.createDiagnosticCollection('glance');
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: Subscription[];

  constructor(sources: ProblemSources) {
    const { definitions, plans, knowledge, upstream } = sources;
    const showAll = (): void => this.#show(definitions.files.map(({ file }) => file));
    this.#sources = sources;
    this.#definitions = definitions;
    this.#plans = plans;
    const deleted = vscode.workspace.createFileSystemWatcher(definitionGlob, true, true, false);
    this.#subscriptions = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#checkSoon(document)),
      // A document outlives its file for a while, even without an editor.
      deleted,
      deleted.onDidDelete((uri) => this.#close(uri)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#close(document.uri)),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const uri of files) this.#close(uri);
      }),
      definitions.onDidChange((files) => this.#show(files)),
      plans.onDidChange((file) => this.#show([file])),
      knowledge.onDidChange(showAll),
      upstream.onDidChange(showAll),
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
      if (document === undefined) {
        this.#collection.delete(fileUri(file));
        continue;
      }
      const shown = shownProblems(document, this.#sources);
      // Typed on since: the positions would be wrong, and the next check is on its way.
      if (shown !== undefined) {
        this.#collection.set(
          document.uri,
          [...shown, ...shownDrift(document, this.#definitions, this.#plans)].map(({ diagnostic }) => diagnostic),
        );
      }
    }
  }
}
