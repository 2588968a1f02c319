import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { DEFINITION_FILE_BYTES, parseDefinitions } from '../../core/definition/parse.ts';
import { readTextFile } from '../../node/files/text-file.ts';
import { filePath } from './uris.ts';

/** The definitions of a file as it was saved. Throws where it can't be read or is too large. */
export async function savedDefinitionsIn(uri: vscode.Uri): Promise<readonly Definition[]> {
  return parseDefinitions(await textOf(uri), filePath(uri)).definitions;
}

/** Of a file system that is not the disk's, VS Code says whether it is a file, and how large. */
async function textOf(uri: vscode.Uri): Promise<string> {
  if (uri.scheme === 'file') return readTextFile(uri.fsPath, { atMost: DEFINITION_FILE_BYTES });
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > DEFINITION_FILE_BYTES) throw new Error('It is too large.');
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
