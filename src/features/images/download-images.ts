import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { DownloadResult } from '../../core/download/download-image.ts';
import { Failure, isAbort, toFailure } from '../../core/failure.ts';
import { imageFileName, type LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { action } from '../../platform/prompts/failure-actions.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { revealFile } from '../../platform/files/reveal-file.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import { askModal } from '../../platform/prompts/questions.ts';

/** Downloads that run side by side. */
const atOnce = 2;

/** What downloads need. */
export interface DownloadsOptions {
  readonly engines: EngineAccess;
  readonly transfers: TransferStore;
  readonly notifications: Notifications;
  readonly log: GlanceLog;
}

/** A download that is asked for. */
interface Wanted {
  readonly place: Place;
  readonly image: LiveImage;
  /** Absolute; a folder means a file in it that is called after the image. */
  readonly path: string;
  readonly replace: boolean;
}

/** *Download…*: the data of images as verified files. Each is a transfer of the panel and can be cancelled there. */
export class ImageDownloads implements vscode.Disposable {
  readonly #options: DownloadsOptions;
  readonly #running = new Map<string, AbortController>();

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /** Asks where to, and downloads. */
  async ask(images: readonly ImageAt[], showTransfers: () => void): Promise<void> {
    const { engines } = this.#options;
    const known = await Promise.all(
      images.map(async ({ place, id }) => ({ place, image: await engines.use((engine) => engine.image(place, id)) })),
    );
    const wanted = await chooseTargets(known);
    if (wanted.length === 0) return;
    showTransfers();
    await this.#all(wanted);
  }

  /** Repeats a download of the panel, and resumes what was interrupted. Throws `Failure`. */
  async again(place: Place, id: string, path: string): Promise<void> {
    const replace = await mayReplace(path);
    if (replace === undefined) return;
    const image = await this.#options.engines.use((engine) => engine.image(place, id));
    await this.#all([{ place, image, path, replace }]);
  }

  /** Cancels a transfer. Returns whether it was a download under way. */
  cancel(id: string): boolean {
    const running = this.#running.get(id);
    running?.abort();
    return running !== undefined;
  }

  dispose(): void {
    for (const running of this.#running.values()) running.abort();
  }

  async #all(wanted: readonly Wanted[]): Promise<void> {
    const [only] = wanted;
    const what = wanted.length === 1 && only !== undefined ? nameOf(only.image) : `${wanted.length} images`;
    const done: DownloadResult[] = [];
    const failed: { readonly wanted: Wanted; readonly failure: Failure }[] = [];
    await withCancellableProgress(`Downloading ${what}`, async (signal, report) => {
      const queue = wanted.values();
      const work = async (): Promise<void> => {
        // One iterator for all: each takes what is next.
        for (const each of queue) {
          if (signal.aborted) return;
          try {
            done.push(
              await this.#one(each, signal, (percent) =>
                report(`${percent}%`, wanted.length > 1 ? undefined : percent),
              ),
            );
          } catch (error) {
            if (!isAbort(error)) failed.push({ wanted: each, failure: toFailure(error) });
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, wanted.length) }, work));
    });
    this.#tell(done, failed);
  }

  async #one(
    { place, image, path, replace }: Wanted,
    signal: AbortSignal,
    report: (percent: number) => void,
  ): Promise<DownloadResult> {
    const { engines, transfers, log } = this.#options;
    const id = randomUUID();
    const running = new AbortController();
    this.#running.set(id, running);
    transfers.beginDownload({ id, place, image, path });
    try {
      const result = await engines.use((engine) =>
        engine.downloadImage(place, image.id, path, {
          replace,
          signal: AbortSignal.any([signal, running.signal]),
          onProgress: ({ received, total }) => {
            transfers.received(id, received);
            if (total > 0) report(Math.floor((received / total) * 100));
          },
        }),
      );
      transfers.endDownload(id, result);
      log.info(`Downloaded the image ${image.id} as ${result.path}: ${result.verdict}, ${result.size} bytes.`);
      return result;
    } catch (error) {
      transfers.endDownload(id, toFailure(error));
      throw error;
    } finally {
      this.#running.delete(id);
    }
  }

  #tell(
    done: readonly DownloadResult[],
    failed: readonly { readonly wanted: Wanted; readonly failure: Failure }[],
  ): void {
    const { notifications, log } = this.#options;
    const showTransfers = action('Show Transfers', 'glanceImages.showTransfers');
    for (const { failure } of failed.slice(1)) log.failure(failure);
    const [first] = failed;
    if (first !== undefined) notifications.failed(first.failure, [showTransfers]);
    const [result] = done;
    if (result === undefined) return;
    const reveal = { title: 'Show File', run: () => revealFile(result.path, notifications) };
    const unverified = done.filter(({ verdict }) => verdict === 'unverified');
    const what = done.length === 1 ? nameOf(result.image) : `${done.length} images`;
    if (unverified.length > 0) {
      notifications.warn(`Downloaded ${what}, but the cloud has no checksum to compare with.`, [reveal, showTransfers]);
    } else notifications.inform(`Downloaded and verified ${what}.`, [reveal, showTransfers]);
  }
}

/** A file for one image, a folder for several. Empty where the user declined. The dialog asks before it takes a name that is there. */
async function chooseTargets(
  images: readonly { readonly place: Place; readonly image: LiveImage }[],
): Promise<readonly Wanted[]> {
  const [only] = images;
  if (only === undefined) return [];
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const start = folder?.uri ?? vscode.Uri.file(homedir());
  if (images.length === 1) {
    const uri = await vscode.window.showSaveDialog({
      title: `Download ${nameOf(only.image)}`,
      saveLabel: 'Download',
      defaultUri: vscode.Uri.joinPath(start, imageFileName(only.image)),
    });
    return uri === undefined ? [] : [{ ...only, path: localPath(uri), replace: true }];
  }
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: `Download ${images.length} images into`,
      openLabel: 'Download Here',
      defaultUri: start,
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return uri === undefined ? [] : images.map((each) => ({ ...each, path: localPath(uri), replace: false }));
}

/** Whether a file of this name gives way; `undefined` where the user declined. A folder never does. */
async function mayReplace(path: string): Promise<boolean | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return false;
  const detail = 'The existing file stays until the download is complete and verified.';
  return (await askModal({ question: `Replace ${path}?`, detail, button: 'Replace' })) || undefined;
}

/** Throws `target-not-writable` for a place that is no folder of the machine that the extension runs on. */
function localPath(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new Failure('target-not-writable', `"${uri.toString(true)}" is not on the machine that downloads.`, {
    next: 'Choose a folder on that machine.',
  });
}

function nameOf(image: LiveImage): string {
  return `"${image.name ?? image.id}"`;
}
