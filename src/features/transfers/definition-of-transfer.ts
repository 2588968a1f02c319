import * as vscode from 'vscode';
import { definitionKey } from '../../core/definition/definition.ts';
import type { Definition } from '../../core/definition/definition.ts';
import { parseDefinitions } from '../../core/definition/parse.ts';
import { Failure } from '../../core/failure.ts';
import { filePath, fileUri } from '../../platform/files/uris.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';

/** The definition that a transfer was of, where it stands now, and its document. */
export interface FoundDefinition {
  readonly document: vscode.TextDocument;
  readonly definition: Definition;
}

/** Looks for a transfer's definition by its key: the file may have been edited since. Throws `Failure` with `no-definition` if it is gone. */
export async function definitionOfTransfer({ file, key, name }: Transfer): Promise<FoundDefinition> {
  const document = await opened(file, name);
  const { definitions } = parseDefinitions(document.getText(), filePath(document.uri));
  const definition = definitions.find((each) => definitionKey(each) === key);
  if (definition !== undefined) return { document, definition };
  throw new Failure(
    'no-definition',
    `${vscode.workspace.asRelativePath(file)} no longer has a definition of "${name}".`,
    {
      next: 'It was renamed or removed, or has an error. Check the file.',
    },
  );
}

async function opened(file: string, name: string): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(fileUri(file));
  } catch (error) {
    throw new Failure('no-definition', `The definition of "${name}" can't be opened: ${file}.`, {
      next: 'The file was moved or deleted.',
      cause: error,
    });
  }
}
