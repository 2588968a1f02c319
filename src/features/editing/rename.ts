import * as vscode from 'vscode';
import { nameAt, renameEdits } from '../../core/definition/edits/rename-image.ts';
import { workspaceEdit } from '../../platform/files/edits.ts';

/** *Rename Symbol* on the name of an image: the image is renamed with the next apply, and stays the same one. */
export class ImageRename implements vscode.RenameProvider {
  prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { readonly range: vscode.Range; readonly placeholder: string } {
    const { range, name } = nameAt(document.getText(), document.offsetAt(position));
    const from = document.positionAt(range.offset);
    return { range: new vscode.Range(from, document.positionAt(range.offset + range.length)), placeholder: name };
  }

  provideRenameEdits(document: vscode.TextDocument, position: vscode.Position, newName: string): vscode.WorkspaceEdit {
    return workspaceEdit(document, renameEdits(document.getText(), document.offsetAt(position), newName));
  }
}
