import * as vscode from 'vscode';
import { systemCode } from '../../core/failure.ts';
import { writeNew } from '../../node/files/strict-files.ts';
import { definitionLanguage } from './uris.ts';
import { fileNameFor } from '../../core/file-name.ts';

/** Where new definitions go: a folder, nowhere (no folder is open: a document without a file), or the user closed the question. */
export type NewDefinitionFolder = vscode.Uri | undefined | 'declined';

/** The workspace's folder for a new definition; asks where there are several and none has the active editor. */
export async function workspaceFolderForNew(): Promise<NewDefinitionFolder> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return folders[0]?.uri;
  const active = vscode.window.activeTextEditor?.document.uri;
  const current = active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active);
  if (current !== undefined) return current.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri ?? 'declined';
}

/** Writes a definition to a file that does not exist yet, called after the image, and opens it; without a folder, opens an unsaved document. */
export async function openNewDefinition(
  folder: vscode.Uri | undefined,
  imageName: string,
  text: string,
): Promise<vscode.TextEditor> {
  if (folder === undefined) {
    const document = await vscode.workspace.openTextDocument({ language: definitionLanguage, content: text });
    return vscode.window.showTextDocument(document, { preview: false });
  }
  return openDefinitionFile(await writeFreeFile(folder, fileNameFor(imageName), text));
}

/** Opens a definition to stay; beside a page, such as the walkthrough that leads here, which is to stay in sight. */
export async function openDefinitionFile(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  // VS Code tells nothing of its own pages.
  const page = activeTab !== undefined && activeTab.input === undefined;
  const viewColumn = page ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { viewColumn, preview: false });
}

/** Writes under the first name that nothing has. */
async function writeFreeFile(folder: vscode.Uri, name: string, text: string): Promise<vscode.Uri> {
  for (let count = 1; ; count += 1) {
    const uri = vscode.Uri.joinPath(folder, `${name}${count === 1 ? '' : `-${count}`}.image.jsonc`);
    if (await writeNewFile(uri, new TextEncoder().encode(text))) return uri;
  }
}

/**
 * Writes a file that does not exist yet; false where it does. A link that leads nowhere counts as a file: one that came with a
 * folder would have another file written. Throws what is wrong besides that.
 */
export async function writeNewFile(uri: vscode.Uri, content: Uint8Array): Promise<boolean> {
  if (await exists(uri)) return false;
  if (uri.scheme !== 'file') {
    await vscode.workspace.fs.writeFile(uri, content);
    return true;
  }
  try {
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(uri, '..'));
    await writeNew(uri.fsPath, content);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Whether there is a file. Throws what is wrong besides that. */
async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
