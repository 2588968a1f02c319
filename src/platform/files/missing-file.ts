import * as vscode from 'vscode';
import { closest } from '../../core/definition/reading/closest.ts';
import type { MissingFile } from '../../state/definitions/missing-files.ts';
import { isTrusted } from '../trust.ts';
import { expandDefinitionPath } from './definition-paths.ts';

/** Looks for the file of a path, and for the nearest name beside it. Restricted Mode looks for nothing; a share is asked by plans only. */
export async function findMissingFile(path: string, definitionFile: string): Promise<MissingFile | undefined> {
  if (!isTrusted() || /^(?:\/\/|\\\\)/.test(path)) return undefined;
  const uri = expanded(path, definitionFile);
  if (uri === undefined || (await exists(uri))) return undefined;
  const names = await filesIn(vscode.Uri.joinPath(uri, '..'));
  const begin = path.slice(0, path.lastIndexOf('/') + 1);
  const name = closest(path.slice(begin.length), names);
  return name === undefined ? {} : { closest: `${begin}${name}` };
}

function expanded(path: string, definitionFile: string): vscode.Uri | undefined {
  try {
    return expandDefinitionPath(path, definitionFile);
  } catch {
    // The parser says what is wrong with it.
    return undefined;
  }
}

/** What can't be looked at is left to the plan. */
async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    return !(error instanceof vscode.FileSystemError && error.code === 'FileNotFound');
  }
}

async function filesIn(folder: vscode.Uri): Promise<readonly string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.filter(([, type]) => (type & vscode.FileType.Directory) === 0).map(([name]) => name);
  } catch {
    return [];
  }
}
