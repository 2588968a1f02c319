import * as vscode from 'vscode';
import { isDefinitionDocument } from '../../platform/files/uris.ts';
import type { Subscription } from '../../state/observable.ts';

const jsonFeatures = 'vscode.json-language-features';

/**
 * Wakes VS Code's JSON features for definition files. They take part through `jsonLanguageParticipants`, but VS Code starts them
 * only for languages of its own. Where they are switched off, definitions lack completion and hover, nothing else.
 */
export function wakeJsonFeatures(): Subscription {
  const wake = (document: vscode.TextDocument): void => {
    if (isDefinitionDocument(document)) void vscode.extensions.getExtension(jsonFeatures)?.activate();
  };
  vscode.workspace.textDocuments.forEach(wake);
  return vscode.workspace.onDidOpenTextDocument(wake);
}

/** Whether VS Code itself marks what is no JSON: the same said twice helps nobody. */
export function jsonFeaturesValidate(): boolean {
  const enabled = vscode.workspace.getConfiguration('json').get<unknown>('validate.enable') !== false;
  return enabled && vscode.extensions.getExtension(jsonFeatures) !== undefined;
}
