import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import { fileUri } from '../../platform/files/uris.ts';
import type { WorkspaceDefinitions } from '../../platform/files/workspace-definitions.ts';
import { isImageNode } from '../../state/clouds/clouds-tree.ts';
import type { SavedDefinitions } from '../../state/definitions/saved-definitions.ts';

/** The definitions of the workspace, and how they are read. */
export interface DefinitionsHere {
  readonly savedDefinitions: SavedDefinitions;
  readonly workspaceDefinitions: WorkspaceDefinitions;
}

/** *Open Definition*: from a managed image of the view to the definition in the workspace that means it. */
export async function openDefinition(target: unknown, workspace: DefinitionsHere): Promise<void> {
  if (!isImageNode(target)) throw new Failure('no-image', 'Select an image in the Glance view first.');
  const { image, place } = target;
  await workspace.workspaceDefinitions.start();
  const found = workspace.savedDefinitions.meaning(place, image);
  const [first] = found;
  if (first === undefined) {
    throw new Failure('no-definition', `The image "${image.name ?? image.id}" has no definition in this workspace.`, {
      next: 'Run "Import as Definition" to create one.',
    });
  }
  const chosen = found.length === 1 ? first : await pick(found);
  if (chosen === undefined) return;
  const document = await vscode.workspace.openTextDocument(fileUri(chosen.file));
  const start = document.positionAt(chosen.range.offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
}

async function pick(found: readonly Definition[]): Promise<Definition | undefined> {
  const chosen = await vscode.window.showQuickPick(
    found.map((definition) => ({
      label: definition.arguments.name,
      description: `${vscode.workspace.asRelativePath(definition.file)}:${definition.line}`,
      definition,
    })),
    { title: 'Definition' },
  );
  return chosen?.definition;
}
