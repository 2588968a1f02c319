import * as vscode from 'vscode';
import type { Cursor } from '../../core/definition/text/cursor.ts';

/** What a completion replaces: the string or word that the cursor is in. */
export function rangeOf(document: vscode.TextDocument, { range }: Cursor): vscode.Range {
  return new vscode.Range(document.positionAt(range.offset), document.positionAt(range.offset + range.length));
}

/** The comma that is missing above, so that what is written begins a member or item of its own. */
export function commaEdits(document: vscode.TextDocument, { commaBefore }: Cursor): vscode.TextEdit[] {
  return commaBefore === undefined ? [] : [vscode.TextEdit.insert(document.positionAt(commaBefore), ',')];
}

/** Whether suggestions were asked for by the quote that ends a string: Enter has to begin a line then, not to take one. */
export function isByClosingQuote(
  { isBehind }: Cursor,
  { triggerKind, triggerCharacter }: vscode.CompletionContext,
): boolean {
  return isBehind && triggerKind === vscode.CompletionTriggerKind.TriggerCharacter && triggerCharacter === '"';
}
