import { Failure } from '../../core/failure.ts';
import * as vscode from 'vscode';

/** Read-only documents of ours. */
export const documentScheme = 'glance-images';

/** The language of `*.image.jsonc`. */
export const definitionLanguage = 'glance-image';

/** All definition files, for `findFiles` and watchers. */
export const definitionGlob = '**/*.image.jsonc';

/** Definitions that can be planned: files, and documents that are no file yet. */
export const definitionSelector: vscode.DocumentSelector = [
  { language: definitionLanguage, scheme: 'file' },
  { language: definitionLanguage, scheme: 'untitled' },
];

/** Whether a document holds definitions of the user's (and not a read-only text of ours). */
export function isDefinitionDocument(document: vscode.TextDocument): boolean {
  return document.languageId === definitionLanguage && ['file', 'untitled'].includes(document.uri.scheme);
}

/** The path of a document as the engine knows it. */
export function filePath(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

/** The document of a path that `filePath` gave. */
export function fileUri(path: string): vscode.Uri {
  return path.startsWith('untitled:') ? vscode.Uri.parse(path) : vscode.Uri.file(path);
}

/** A URI that a command got as an argument: from a menu a `Uri`, from JSON its text. Throws `Failure` with `not-a-file` for anything else. */
export function uriArgument(value: unknown): vscode.Uri {
  if (value instanceof vscode.Uri) return value;
  if (typeof value === 'string') return vscode.Uri.parse(value, true);
  throw new Failure('not-a-file', 'This command needs a definition file.');
}

/** Whether a file is in a folder of this workspace. */
export function isInWorkspace(path: string): boolean {
  return vscode.workspace.getWorkspaceFolder(fileUri(path)) !== undefined;
}
