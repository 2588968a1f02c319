import * as vscode from 'vscode';
import { toFailure } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import type { Place } from '../../core/place.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/notifications.ts';
import type { ImageAt } from '../../platform/pickers.ts';
import { withCancellableProgress } from '../../platform/progress.ts';
import type { ReadOnlyDocuments } from '../../platform/read-only-documents.ts';
import type { CloudsStore } from '../../state/clouds.ts';
import { chosenImages, namedAt } from './chosen-images.ts';
import { imageAsJson } from './image-json.ts';

/** What the actions on images need. */
export interface ImagesOptions {
  readonly engines: EngineAccess;
  readonly clouds: CloudsStore;
  readonly documents: ReadOnlyDocuments;
  readonly notifications: Notifications;
  readonly commands: Commands;
  readonly log: GlanceLog;
}

/** What others may do with images. */
export interface ImagesFeature {
  /** Shows a live image as a read-only document. Throws `Failure`. */
  readonly show: (place: Place, id: string) => Promise<void>;
}

/** *Show Image*, *Copy ID* and *Delete*, from the view or the palette. */
export function registerImages(options: ImagesOptions): ImagesFeature {
  const { commands, engines } = options;
  const { t } = vscode.l10n;
  commands.register('glanceImages.showImage', async (...args) => {
    for (const at of await chosenImages(engines, args, t('Show Image'))) await showImage(options, at);
  });
  commands.register('glanceImages.copyImageId', async (...args) => {
    const images = await chosenImages(engines, args, t('Copy ID'));
    if (images.length > 0) await vscode.env.clipboard.writeText(images.map(({ id }) => id).join('\n'));
  });
  commands.register('glanceImages.deleteImages', async (...args) => {
    await deleteImages(options, await chosenImages(engines, args, t('Delete Image')));
  });
  return { show: (place, id) => showImage(options, { place, id }) };
}

async function showImage({ engines, documents, clouds }: ImagesOptions, { place, id }: ImageAt): Promise<void> {
  const image = await engines.use((engine) => engine.image(place, id));
  if (clouds.find(place, id) !== undefined) clouds.put(place, image);
  const path = ['image', place.cloud, place.region, id, `${image.name ?? id}.json`];
  const document = await vscode.workspace.openTextDocument(documents.write(path, imageAsJson(image)));
  await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(document, 'json'), {
    preview: true,
  });
}

async function deleteImages(options: ImagesOptions, images: readonly ImageAt[]): Promise<void> {
  if (images.length === 0 || !(await agreed(images))) return;
  const { engines, clouds, log, notifications } = options;
  const failures: Failure[] = [];
  const deleted: ImageAt[] = [];
  await withCancellableProgress(vscode.l10n.t('Deleting {0}', counted(images)), async (signal, report) => {
    for (const at of images) {
      if (signal.aborted) break;
      report(namedAt(at));
      try {
        await engines.use((engine) => engine.deleteImage(at.place, at.id, signal));
        clouds.remove(at.place, at.id);
        deleted.push(at);
        log.info(`Deleted image ${at.id} in ${at.place.cloud}/${at.place.region}`);
      } catch (error) {
        failures.push(toFailure(error));
      }
    }
  });
  tell(notifications, log, images, deleted, failures);
}

function tell(
  notifications: Notifications,
  log: GlanceLog,
  images: readonly ImageAt[],
  deleted: readonly ImageAt[],
  failures: readonly Failure[],
): void {
  const { t } = vscode.l10n;
  const [first, ...others] = failures;
  if (first !== undefined && others.length === 0 && images.length === 1) notifications.failed(first);
  else if (first !== undefined) {
    for (const failure of failures) log.failure(failure);
    notifications.error(
      t('{0} of {1} images were not deleted. {2}', images.length - deleted.length, images.length, first.explain()),
    );
  } else if (deleted.length < images.length) {
    notifications.warn(t('Cancelled: {0} of {1} images are deleted.', deleted.length, images.length));
  } else notifications.inform(t('Deleted {0}.', counted(deleted)));
}

/** Deleting can't be undone, so the modal names every image. */
async function agreed(images: readonly ImageAt[]): Promise<boolean> {
  const { t } = vscode.l10n;
  const [only] = images;
  const question =
    images.length === 1 && only !== undefined
      ? t('Delete image {0}?', namedAt(only))
      : t('Delete {0} images?', images.length);
  const listed = images.slice(0, 20).map((at) => (images.length === 1 ? at.id : `${namedAt(at)}, ${at.id}`));
  const rest = images.length > listed.length ? [t('and {0} more', images.length - listed.length)] : [];
  const detail = [...listed, ...rest, '', t('This cannot be undone.')].join('\n');
  const button = t('Delete');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

function counted(images: readonly ImageAt[]): string {
  const [only] = images;
  return images.length === 1 && only !== undefined ? namedAt(only) : vscode.l10n.t('{0} images', images.length);
}
