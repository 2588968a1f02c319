import * as vscode from 'vscode';
import type { TextEdit } from '../../core/definition/edits/edit.ts';

/** Edits of a text that a document has now, as VS Code applies them. */
export function workspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit();
  for (const { range, text } of edits) {
    const from = document.positionAt(range.offset);
    result.replace(document.uri, new vscode.Range(from, document.positionAt(range.offset + range.length)), text);
  }
  return result;
}
