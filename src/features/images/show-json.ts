import * as vscode from 'vscode';
import type { LiveImage } from '../../core/glance/image.ts';
import { describePlace } from '../../core/place.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { ReadOnlyDocuments } from '../../platform/files/read-only-documents.ts';
import { pickImage, pickPlace, type ImageAt } from '../../platform/prompts/pickers.ts';
import { imageAsJson } from './image-json.ts';

/** What shows images as documents. */
export interface ShowJsonOptions {
  readonly engines: EngineAccess;
  readonly documents: ReadOnlyDocuments;
}

/** *Show Image as JSON*: a read-only document of everything that Glance reports. Throws `Failure`. */
export async function showImageJson(options: ShowJsonOptions, at: ImageAt): Promise<void> {
  const { uri } = await written(options, at);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(document, 'json'), {
    preview: true,
  });
}

/** *Compare Images…*: two images side by side in VS Code's diff editor; asks for the second one where only one is given. */
export async function compareImages(options: ShowJsonOptions, images: readonly ImageAt[]): Promise<void> {
  const [first, second = first === undefined ? undefined : await pickOther(options.engines)] = images;
  if (first === undefined || second === undefined) return;
  const [left, right] = await Promise.all([written(options, first), written(options, second)]);
  const title = (one: typeof left): string => `${one.image.name ?? one.image.id} in ${describePlace(one.place)}`;
  await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, `${title(left)} ↔ ${title(right)}`);
}

async function pickOther(engines: EngineAccess): Promise<ImageAt | undefined> {
  const place = await pickPlace(engines);
  return place === undefined ? undefined : pickImage(engines, place, 'Compare With');
}

/** Reads an image anew, and writes its document. */
async function written({ engines, documents }: ShowJsonOptions, { place, id }: ImageAt) {
  const image: LiveImage = await engines.use((engine) => engine.image(place, id));
  const path = ['image', place.cloud, place.region, id, `${image.name ?? id}.json`];
  return { place, image, uri: documents.write(path, imageAsJson(image)) };
}
