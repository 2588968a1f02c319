import { delimiter } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';

/**
 * Puts `glance-images` behind everything else on the PATH of VS Code's terminals: an installed one is still found first. VS Code
 * remembers it, so that terminals have it before the extension wakes.
 */
export function addToTerminals({
  environmentVariableCollection: variables,
  extensionUri,
}: vscode.ExtensionContext): void {
  variables.description = 'Adds the command `glance-images`.';
  variables.append('PATH', `${delimiter}${vscode.Uri.joinPath(extensionUri, 'media', 'terminal').fsPath}`);
  // The launcher's Node: nobody needs one of their own.
  variables.replace('GLANCE_IMAGES_NODE', process.execPath);
}
