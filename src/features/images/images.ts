import * as vscode from 'vscode';
import type { Place } from '../../core/place.ts';
import { confirmed, type ImageChange } from '../../core/reconcile/applying/change-image.ts';
import type { CommandId } from '../../platform/command-ids.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import type { ReadOnlyDocuments } from '../../platform/files/read-only-documents.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import { changeImages, managedOf } from './change-images.ts';
import { chosenImages } from './chosen-images.ts';
import { copyAs } from './copy-as.ts';
import { imageAsJson } from './image-json.ts';
import { ImageDownloads } from './download-images.ts';
import { agreed, counted, onImages } from './on-images.ts';
import { shareImages } from './share.ts';

/** What the actions on images need. */
export interface ImagesOptions {
  readonly engines: EngineAccess;
  readonly clouds: CloudsStore;
  readonly documents: ReadOnlyDocuments;
  readonly notifications: Notifications;
  readonly commands: Commands;
  readonly log: GlanceLog;
  readonly transfers: TransferStore;
}

/** What others may do with images. */
export interface ImagesFeature {
  /** Shows a live image as a read-only document, in the active column unless told another. Throws `Failure`. */
  readonly show: (place: Place, id: string, viewColumn?: vscode.ViewColumn) => Promise<void>;
  readonly downloads: ImageDownloads;
}

/** What is done to images, from the view or the palette: show, copy, change, delete. */
export function registerImages(options: ImagesOptions): ImagesFeature {
  const { commands, engines } = options;
  const downloads = new ImageDownloads(options);
  commands.register('glanceImages.showImage', async (...args) => {
    for (const at of await chosenImages(engines, args, 'Show Image')) await showImage(options, at);
  });
  commands.register('glanceImages.copyImageId', async (...args) => {
    const images = await chosenImages(engines, args, 'Copy ID');
    if (images.length > 0) await vscode.env.clipboard.writeText(images.map(({ id }) => id).join('\n'));
  });
  commands.register('glanceImages.copyImageAs', async (...args) => {
    const images = await chosenImages(engines, args, 'Copy As');
    if (images.length > 0) await copyAs(engines, images);
  });
  commands.register('glanceImages.downloadImages', async (...args) => {
    const images = await chosenImages(engines, args, 'Download');
    await downloads.ask(images, () => void commands.run('glanceImages.showTransfers'));
  });
  for (const [id, change] of changes) {
    commands.register(id, async (...args) => {
      await changeImages(options, await chosenImages(engines, args, 'Image'), change);
    });
  }
  commands.register('glanceImages.setVisibility', async (...args) => {
    await setVisibility(options, await chosenImages(engines, args, 'Set Visibility'));
  });
  commands.register('glanceImages.shareImages', async (...args) => {
    await shareImages(options, await chosenImages(engines, args, 'Share'));
  });
  commands.register('glanceImages.deleteImages', async (...args) => {
    await deleteImages(options, await chosenImages(engines, args, 'Delete Image'));
  });
  return { show: (place, id, viewColumn) => showImage(options, { place, id }, viewColumn), downloads };
}

async function showImage(
  { engines, documents, clouds }: ImagesOptions,
  { place, id }: ImageAt,
  viewColumn = vscode.ViewColumn.Active,
): Promise<void> {
  const image = await engines.use((engine) => engine.image(place, id));
  if (clouds.find(place, id) !== undefined) clouds.put(place, image);
  const path = ['image', place.cloud, place.region, id, `${image.name ?? id}.json`];
  const document = await vscode.workspace.openTextDocument(documents.write(path, imageAsJson(image)));
  await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(document, 'json'), {
    preview: true,
    viewColumn,
  });
}

async function deleteImages(options: ImagesOptions, images: readonly ImageAt[]): Promise<void> {
  if (images.length === 0) return;
  const question = images.length === 1 ? `Delete image ${counted(images)}?` : `Delete ${images.length} images?`;
  // Deleting can't be undone, so the modal names every image.
  const managed = managedOf(images);
  const kept = images.filter(({ image }) => image?.protected === true);
  const notes = [
    'This cannot be undone.',
    ...(kept.length === 0 ? [] : [`Protected, so Glance will refuse: ${counted(kept)}.`]),
    ...(managed.length === 0 ? [] : [`Definitions manage ${counted(managed)}. Their next apply creates them again.`]),
  ];
  if (!(await agreed(question, images, notes, 'Delete'))) return;
  const { engines, clouds } = options;
  const work = async ({ place, id, image }: ImageAt, signal: AbortSignal): Promise<void> => {
    const asked = image === undefined ? undefined : confirmed(image);
    await engines.use((engine) => engine.deleteImage(place, id, signal, asked));
    clouds.remove(place, id);
  };
  const doing = (what: string): string => `Deleting ${what}`;
  const failed = (what: string): string => `${what} could not be deleted`;
  const done = (what: string): string => `Deleted ${what}.`;
  await onImages(images, { doing, failed, done, work }, options);
}

/** The commands that change images as they stand, by what each changes. */
const changes: readonly (readonly [CommandId, ImageChange])[] = [
  ['glanceImages.protectImages', { kind: 'protected', protected: true }],
  ['glanceImages.unprotectImages', { kind: 'protected', protected: false }],
  ['glanceImages.hideImages', { kind: 'hidden', hidden: true }],
  ['glanceImages.unhideImages', { kind: 'hidden', hidden: false }],
  ['glanceImages.deactivateImages', { kind: 'active', active: false }],
  ['glanceImages.reactivateImages', { kind: 'active', active: true }],
];

async function setVisibility(options: ImagesOptions, images: readonly ImageAt[]): Promise<void> {
  if (images.length === 0) return;
  const visibilities = [
    { label: 'private', description: 'only this project', iconPath: new vscode.ThemeIcon('lock') },
    { label: 'shared', description: 'this project and its members', iconPath: new vscode.ThemeIcon('live-share') },
    {
      label: 'community',
      description: 'every project, listed by ID only',
      iconPath: new vscode.ThemeIcon('organization'),
    },
    { label: 'public', description: 'every project', iconPath: new vscode.ThemeIcon('globe') },
  ] as const;
  const isCurrent = (visibility: string): boolean => images.every(({ image }) => image?.visibility === visibility);
  const chosen = await vscode.window.showQuickPick(
    visibilities.map((each) =>
      isCurrent(each.label) ? { ...each, description: `${each.description} · current` } : each,
    ),
    { title: `Visibility of ${counted(images)}` },
  );
  if (chosen !== undefined) await changeImages(options, images, { kind: 'visibility', visibility: chosen.label });
}
