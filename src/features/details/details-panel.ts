import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Failure, isAbort, toFailure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { CommandId } from '../../platform/command-ids.ts';
import { imageLabel } from '../../state/clouds/image-words.ts';
import type { ImageNode } from '../../state/clouds/clouds-tree.ts';
import { imageNodeId, regionId } from '../../state/clouds/node-id.ts';
import type { Subscription } from '../../state/observable.ts';
import type { DetailsOptions } from './details-options.ts';
import { detailsPage } from './details-page.ts';
import type { ImageDetails, MoreDetails } from './image-details.ts';
import { readMore } from './read-more.ts';

/** What the page's buttons run on its image. */
const COMMANDS: ReadonlyMap<string, CommandId> = new Map([
  ['apply', 'glanceImages.applyDefinition'],
  ['preview', 'glanceImages.previewDefinition'],
  ['openDefinition', 'glanceImages.openDefinition'],
  ['import', 'glanceImages.importImage'],
  ['download', 'glanceImages.downloadImages'],
  ['share', 'glanceImages.shareImages'],
  ['compare', 'glanceImages.compareImages'],
  ['delete', 'glanceImages.deleteImages'],
  ['json', 'glanceImages.showImageJson'],
]);

interface Shown {
  readonly place: Place;
  readonly image: LiveImage;
  readonly more: MoreDetails | 'loading';
}

/** The one panel with the page of an image; another image takes its place. It follows what becomes of its image. */
export class DetailsPanel implements Subscription {
  readonly #options: DetailsOptions;
  readonly #following: readonly Subscription[];
  #panel: vscode.WebviewPanel | undefined;
  #shown: Shown | undefined;
  #reading = new AbortController();

  constructor(options: DetailsOptions) {
    this.#options = options;
    this.#following = [
      options.images.onDidChange(({ place, id }) => this.#follow(place, id)),
      options.plans.onDidChange(() => this.#draw()),
      options.savedDefinitions.onDidChange(() => this.#draw()),
    ];
  }

  /** Reads an image and shows its page. Throws `Failure`. */
  async show(place: Place, id: string, viewColumn?: vscode.ViewColumn, preserveFocus = false): Promise<void> {
    const { engines, clouds } = this.#options;
    this.#reading.abort();
    const reading = (this.#reading = new AbortController());
    const image = await engines.use((engine) => engine.image(place, id, reading.signal));
    if (clouds.find(place, id) !== undefined) clouds.put(place, image);
    this.#open(viewColumn, preserveFocus);
    this.#shown = { place, image, more: 'loading' };
    this.#draw();
    const more = await readMore(this.#options, place, image, reading.signal);
    if (reading.signal.aborted) return;
    this.#shown = { place, image, more };
    this.#draw();
  }

  dispose(): void {
    this.#reading.abort();
    for (const each of this.#following) each.dispose();
    this.#panel?.dispose();
  }

  #open(viewColumn = vscode.ViewColumn.Active, preserveFocus: boolean): void {
    const { extensionUri } = this.#options;
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, preserveFocus);
      return;
    }
    const roots = ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder));
    const panel = vscode.window.createWebviewPanel(
      'glanceImages.image',
      '',
      { viewColumn, preserveFocus },
      { enableScripts: true, enableFindWidget: true, localResourceRoots: roots },
    );
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'definition.svg');
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#panel = this.#shown = undefined;
      this.#reading.abort();
    });
    this.#panel = panel;
  }

  #draw(): void {
    const panel = this.#panel;
    if (panel === undefined || this.#shown === undefined) return;
    const { webview } = panel;
    const at = (...path: readonly string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#options.extensionUri, ...path)).toString();
    panel.title = imageLabel(this.#shown.image);
    webview.html = detailsPage(this.#details(this.#shown), {
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      script: at('dist', 'webview', 'details.js'),
      style: at('media', 'css', 'details.css'),
    });
  }

  #details({ place, image, more }: Shown): ImageDetails {
    const { imageManagement, savedDefinitions } = this.#options;
    const [saved] = savedDefinitions.meaning(place, image);
    const definition =
      saved === undefined ? {} : { definition: `${vscode.workspace.asRelativePath(saved.file)}:${saved.line}` };
    return { place, image, management: imageManagement.of(place, image), ...definition, more };
  }

  /** Something else read or deleted the image. */
  #follow(place: Place, id: string): void {
    const shown = this.#shown;
    if (shown?.image.id !== id || regionId(shown.place) !== regionId(place)) return;
    const now = this.#options.images.of(place, id);
    if (now === 'gone') this.#panel?.dispose();
    else if (now !== undefined && now !== shown.image) {
      this.#shown = { ...shown, image: now };
      this.#draw();
    }
  }

  #receive(message: unknown): void {
    if (this.#shown === undefined || typeof message !== 'object' || message === null) return;
    const { action, value } = message as { readonly action?: unknown; readonly value?: unknown };
    if (typeof action !== 'string' || typeof value !== 'string') return;
    this.#act(this.#shown, action, value).catch((error: unknown) => {
      if (!isAbort(error)) this.#options.notifications.failed(toFailure(error));
    });
  }

  async #act({ place, image, more }: Shown, action: string, value: string): Promise<void> {
    const { commands } = this.#options;
    const node = nodeOf(place, image);
    const command = COMMANDS.get(action);
    if (command !== undefined) await commands.run(command, node, [node]);
    else if (action === 'refresh') await this.show(place, image.id, undefined, false);
    else if (action === 'show') await this.show(place, value);
    else if (action === 'copy') {
      await vscode.env.clipboard.writeText(value);
      vscode.window.setStatusBarMessage('Copied to the clipboard.', 3000);
    } else if (action === 'compareWith') {
      const other = more === 'loading' ? undefined : more.versions.find(({ id }) => id === value);
      if (other === undefined) throw new Failure('no-image', 'The other image is not known any more.');
      await commands.run('glanceImages.compareImages', node, [nodeOf(place, other), node]);
    }
  }
}

function nodeOf(place: Place, image: LiveImage): ImageNode {
  return { kind: 'image', id: imageNodeId(place, image.id), place, image };
}
