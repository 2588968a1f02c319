import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { setArgument } from '../../core/definition/edits/edit.ts';
import { Failure } from '../../core/failure.ts';
import { describePlace, type Place } from '../../core/place.ts';
import { workspaceEdit } from '../../platform/files/edits.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { pickImage } from '../../platform/prompts/pickers.ts';
import { requireTrust } from '../../platform/trust.ts';
import { filePath, isDefinitionDocument, uriArgument } from '../../platform/files/uris.ts';
import type { DefinitionsStore } from '../../state/definitions/definitions.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';

/** Where images and what is known of definitions come from. */
export interface ChooseImageOptions {
  readonly engines: EngineAccess;
  readonly definitions: DefinitionsStore;
  readonly plans: PlansStore;
}

/** *Choose Image of Definition*: lets the user choose among the images of the region and writes `image_id`. */
export async function chooseImage(uri: unknown, offset: unknown, options: ChooseImageOptions): Promise<void> {
  requireTrust();
  const { document, definition } = await definitionAt(uri, offset, options.definitions);
  const place = await placeOf(definition, options);
  if (place === undefined) return;
  const title = `Image for "${definition.arguments.name}"`;
  const chosen = await pickImage(options.engines, place, title);
  if (chosen === undefined) return;
  const edits = setArgument(document.getText(), definition.index, 'image_id', chosen.id);
  await vscode.workspace.applyEdit(workspaceEdit(document, edits));
}

/** The definition of a document at a place, or at the cursor. Throws `Failure` with `no-definition`. */
export async function definitionAt(
  uri: unknown,
  offset: unknown,
  store: DefinitionsStore,
): Promise<{ readonly document: vscode.TextDocument; readonly definition: Definition }> {
  const editor = vscode.window.activeTextEditor;
  const document = uri === undefined ? editor?.document : await vscode.workspace.openTextDocument(uriArgument(uri));
  if (document !== undefined && isDefinitionDocument(document)) {
    const cursor = editor === undefined ? 0 : document.offsetAt(editor.selection.active);
    const at = typeof offset === 'number' ? offset : cursor;
    const { definitions } = store.read(filePath(document.uri), document.getText());
    const definition = definitions.findLast(({ range }) => range.offset <= at) ?? definitions[0];
    if (definition !== undefined) return { document, definition };
  }
  throw new Failure('no-definition', 'No valid definition at the cursor.', {
    next: 'Open a NAME.image.jsonc file and fix its errors.',
  });
}

/** Of several regions the one that is asked about: an image lives in one. */
export async function placeOf(
  definition: Definition,
  { engines, plans }: ChooseImageOptions,
): Promise<Place | undefined> {
  const { cloud, region, regions } = definition.arguments;
  const state = plans.stateOf(definition);
  const planned = state.kind === 'planned' ? state.records.map(({ plan }) => plan.place) : [];
  const places =
    planned.length > 0
      ? planned
      : await engines.use((engine) =>
          Promise.all((regions ?? [region]).map((each) => engine.place(cloud, each, definition.file))),
        );
  if (places.length <= 1) return places[0];
  const chosen = await vscode.window.showQuickPick(
    places.map((place) => ({ label: place.region, description: describePlace(place), place })),
    { title: 'Region' },
  );
  return chosen?.place;
}
