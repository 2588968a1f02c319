import * as vscode from 'vscode';
import { fileUri } from './uris.ts';
import type { Notifications } from '../prompts/notifications.ts';

/**
 * Shows a file where its folder can be seen: in the system's file manager, which only a local desktop has; else in the explorer, which
 * shows the workspace; else its path is told.
 */
export async function revealFile(path: string, notifications: Notifications): Promise<void> {
  const { env, workspace, commands } = vscode;
  const uri = fileUri(path);
  if (env.uiKind === vscode.UIKind.Desktop && env.remoteName === undefined) {
    await commands.executeCommand('revealFileInOS', uri);
  } else if (workspace.getWorkspaceFolder(uri) !== undefined) {
    await commands.executeCommand('revealInExplorer', uri);
  } else {
    const copy = { title: 'Copy Path', run: () => env.clipboard.writeText(path) };
    notifications.inform(`On the remote machine: ${path}`, [copy]);
  }
}
