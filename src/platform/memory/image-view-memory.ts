import type * as vscode from 'vscode';
import type { ImageViewMemory } from '../../state/clouds/image-view.ts';

const key = 'imageView';

/** Keeps filter and grouping of the Glance view in the workspace's state. */
export function keepImageView(state: vscode.Memento): ImageViewMemory {
  return {
    load: () => state.get<unknown>(key),
    save: (view) => void state.update(key, view),
  };
}
