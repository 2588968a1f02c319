import * as vscode from 'vscode';
import { fileNameFor } from './file-names.ts';
import { definitionLanguage } from './uris.ts';

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
  const uri = await freeFile(folder, fileNameFor(imageName));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return openDefinitionFile(uri);
}

/** Opens a definition to stay; beside a page, such as the walkthrough that leads here, which is to stay in sight. */
export async function openDefinitionFile(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  // VS Code tells nothing of its own pages.
  const page = activeTab !== undefined && activeTab.input === undefined;
  const viewColumn = page ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { viewColumn, preview: false });
}

async function freeFile(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let count = 1; ; count += 1) {
    const uri = vscode.Uri.joinPath(folder, `${name}${count === 1 ? '' : `-${count}`}.image.jsonc`);
    if (!(await exists(uri))) return uri;
  }
}

/** Whether there is a file. Throws what is wrong besides that. */
export async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
