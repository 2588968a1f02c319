import * as vscode from 'vscode';
import type { Place } from '../../core/place.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import type { ImageManagement, Management } from '../../state/clouds/image-management.ts';
import type { Subscription } from '../../state/observable.ts';
import { imageScheme, imageUri } from './image-uri.ts';

interface Given {
  readonly place: Place;
  readonly id: string;
  readonly management: string;
}

/** Badges on images that a definition made: from the last plans and the workspace's files, never from a cloud. */
export class ImageDecorations implements vscode.FileDecorationProvider, Subscription {
  readonly #clouds: CloudsStore;
  readonly #imageManagement: ImageManagement;
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  /** What VS Code was told, by URI. */
  readonly #given = new Map<string, Given>();
  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(clouds: CloudsStore, imageManagement: ImageManagement) {
    this.#clouds = clouds;
    this.#imageManagement = imageManagement;
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== imageScheme) return undefined;
    const [cloud = '', region = '', id = ''] = uri.path.slice(1).split('/').map(decodeURIComponent);
    const place = { cloud, region, origin: '' };
    const image = this.#clouds.loadedImage(place, id);
    if (image === undefined) return undefined;
    const management = this.#imageManagement.of(place, image);
    this.#given.set(uri.toString(), { place, id, management: JSON.stringify(management) });
    return decorationOf(management);
  }

  /** Has the rows drawn again whose management changed, and no others. */
  lookAgain(): void {
    this.#look([...this.#given.keys()]);
  }

  /** Does the same for one image. */
  lookAt(place: Place, id: string): void {
    this.#look([imageUri(place, id).toString()]);
  }

  #look(keys: readonly string[]): void {
    const changed: vscode.Uri[] = [];
    for (const key of keys) {
      const given = this.#given.get(key);
      if (given === undefined) continue;
      const { place, id, management } = given;
      const image = this.#clouds.loadedImage(place, id);
      if (image === undefined) this.#given.delete(key);
      else if (JSON.stringify(this.#imageManagement.of(place, image)) !== management) {
        changed.push(imageUri(place, id));
        this.#clouds.redrawImage(place, id);
      }
    }
    if (changed.length > 0) this.#changed.fire(changed);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#given.clear();
  }
}

/** At most two letters, and the same in words. */
export function decorationOf(management: Management): vscode.FileDecoration | undefined {
  const made = (badge: string, tooltip: string, color?: string): vscode.FileDecoration =>
    new vscode.FileDecoration(badge, tooltip, color === undefined ? undefined : new vscode.ThemeColor(color));
  switch (management.kind) {
    case 'unmanaged':
      return undefined;
    case 'managed':
      return made('M', 'Managed by a definition');
    case 'equal':
      return made('M', 'Matches its definition as of the last plan');
    case 'differs': {
      const words = management.replace
        ? 'Differs from its definition as of the last plan: to be replaced'
        : `Differs from its definition as of the last plan: ${management.changes} changes`;
      return made('D', words, 'gitDecoration.modifiedResourceForeground');
    }
    case 'unclaimed':
      return made('N', 'Managed by a definition that is not in this workspace', 'list.warningForeground');
  }
}
