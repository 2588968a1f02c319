import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** The URI of a file of the workspace that the suites run in. */
export function workspaceFile(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Opens a file of the workspace in an editor. */
export async function openDefinition(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(workspaceFile(name)));
}

/** Settles with the first value that is not undefined, asking again after every event. */
export async function eventually<T>(
  event: (listener: () => void) => vscode.Disposable,
  value: () => Thenable<T | undefined> | T | undefined,
): Promise<T> {
  const found = Promise.withResolvers<T>();
  const look = async (): Promise<void> => {
    const now = await value();
    if (now !== undefined) found.resolve(now);
  };
  const listening = event(() => void look().catch(found.reject));
  void look().catch(found.reject);
  try {
    return await found.promise;
  } finally {
    listening.dispose();
  }
}

/** The CodeLens titles of a document, without their icons. */
export async function lensTitles(uri: vscode.Uri): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
  return lenses.map(({ command }) => (command?.title ?? '').replace(/\$\([\w~-]+\)\s/g, ''));
}
