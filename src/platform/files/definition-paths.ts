import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { expandPath, readableNames } from '../../core/definition/variables/interpolate.ts';
import { readSettings } from '../settings.ts';
import { fileUri } from './uris.ts';

/**
 * The place on disk that a path of a definition means, as the engine expands it. Throws `Failure`. What
 * was never saved is taken to lie in the first workspace folder.
 */
export function expandDefinitionPath(path: string, file: string): vscode.Uri {
  const uri = fileUri(file);
  const folders = vscode.workspace.workspaceFolders ?? [];
  // One that was never saved would be saved there.
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(uri) ?? (uri.scheme === 'file' ? undefined : folders[0]);
  const definitionFile =
    uri.scheme === 'file'
      ? uri.fsPath
      : vscode.Uri.joinPath(workspaceFolder?.uri ?? vscode.Uri.file(homedir()), 'x').fsPath;
  return vscode.Uri.file(
    expandPath(path, {
      definitionFile,
      homeDirectory: homedir(),
      environment: process.env,
      allowedEnvironment: readSettings().allowedEnvironment,
      ...(workspaceFolder === undefined ? {} : { workspaceFolder: workspaceFolder.uri.fsPath }),
    }),
  );
}

/** The environment variables that a definition may read and that are set. */
export function readableEnvironment(): readonly string[] {
  return readableNames({ environment: process.env, allowedEnvironment: readSettings().allowedEnvironment });
}
