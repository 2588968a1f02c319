import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import { definitionOf } from './definition-files.ts';
import { fileUri } from './uris.ts';
import type { WorkspaceDefinitions } from './workspace-definitions.ts';
import { isImageNode, type ImageNode } from '../../state/clouds/clouds-tree.ts';
import type { SavedDefinitions } from '../../state/definitions/saved-definitions.ts';

/** The definitions of the workspace, and how they are read. */
export interface DefinitionsHere {
  readonly savedDefinitions: SavedDefinitions;
  readonly workspaceDefinitions: WorkspaceDefinitions;
}

/** *Open Definition*: from a managed image of the view to the definition in the workspace that means it. */
export async function openDefinition(target: unknown, workspace: DefinitionsHere): Promise<void> {
  if (!isImageNode(target)) throw new Failure('no-image', 'Select an image in the Glance view first.');
  const chosen = await savedDefinitionOf(target, workspace);
  if (chosen === undefined) return;
  const document = await vscode.workspace.openTextDocument(fileUri(chosen.file));
  const start = document.positionAt(chosen.range.offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
}

/**
 * The definition that a command is about: of an image of the view, or as `definitionOf`. `undefined` if the user declined to choose
 * between several.
 */
export async function definitionOfTarget(
  target: unknown,
  index: unknown,
  workspace: DefinitionsHere,
): Promise<Definition | undefined> {
  if (!isImageNode(target)) return definitionOf(target, index);
  const saved = await savedDefinitionOf(target, workspace);
  return saved === undefined ? undefined : definitionOf(fileUri(saved.file).toString(), saved.index);
}

/** The definition of an image of the view, as last saved. Throws `Failure` with `no-definition`. */
async function savedDefinitionOf(
  { image, place }: ImageNode,
  workspace: DefinitionsHere,
): Promise<Definition | undefined> {
  await workspace.workspaceDefinitions.start();
  const found = workspace.savedDefinitions.meaning(place, image);
  const [first] = found;
  if (first === undefined) {
    throw new Failure('no-definition', `The image "${image.name ?? image.id}" has no definition in this workspace.`, {
      next: 'Run "Import as Definition" to create one.',
    });
  }
  return found.length === 1 ? first : pick(found);
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
