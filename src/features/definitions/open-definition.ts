import * as vscode from 'vscode';
import { definitionKey } from '../../core/definition/definition.ts';
import type { Definition } from '../../core/definition/definition.ts';
import { parseDefinitions } from '../../core/definition/parse.ts';
import { Failure } from '../../core/failure.ts';
import { readMarks } from '../../core/reconcile/marks.ts';
import { definitionGlob, filePath, fileUri } from '../../platform/uris.ts';
import { isImageNode } from '../../state/clouds-tree.ts';

/** *Open Definition*: from a managed image of the view to the definition in the workspace that means it. */
export async function openDefinition(target: unknown): Promise<void> {
  if (!isImageNode(target)) throw new Failure('no-image', 'Choose an image in the Glance view first.');
  const { image, place } = target;
  const key = readMarks(image)?.key;
  const found = (await allDefinitions()).filter(
    (definition) =>
      mayMean(definition, place.cloud, place.region) && [key, image.id].includes(definitionKey(definition)),
  );
  const [first] = found;
  if (first === undefined) {
    throw new Failure('no-definition', `No definition in this workspace means the image "${image.name ?? image.id}".`, {
      next: '"Import as Definition" makes one.',
    });
  }
  const chosen = found.length === 1 ? first : await pick(found);
  if (chosen === undefined) return;
  const document = await vscode.workspace.openTextDocument(fileUri(chosen.file));
  const start = document.positionAt(chosen.range.offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
}

async function allDefinitions(): Promise<readonly Definition[]> {
  const uris = await vscode.workspace.findFiles(definitionGlob);
  const files = await Promise.all(
    uris.map(async (uri) => {
      const document = await vscode.workspace.openTextDocument(uri);
      return parseDefinitions(document.getText(), filePath(uri)).definitions;
    }),
  );
  return files.flat();
}

/** A definition that names no cloud or region may mean any. */
function mayMean({ arguments: { cloud, region, regions } }: Definition, ofCloud: string, ofRegion: string): boolean {
  const named = regions ?? (region === undefined ? undefined : [region]);
  return (cloud ?? ofCloud) === ofCloud && (named?.includes(ofRegion) ?? true);
}

async function pick(found: readonly Definition[]): Promise<Definition | undefined> {
  const chosen = await vscode.window.showQuickPick(
    found.map((definition) => ({
      label: definition.arguments.name,
      description: `${vscode.workspace.asRelativePath(definition.file)}:${definition.line}`,
      definition,
    })),
    { title: vscode.l10n.t('Definition') },
  );
  return chosen?.definition;
}
