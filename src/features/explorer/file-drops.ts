import type * as vscode from 'vscode';
import type { Commands } from '../../platform/commands.ts';
import type { TreeNode } from '../../state/clouds/clouds-tree.ts';

const URI_LIST = 'text/uri-list';

/** Files that are dropped on a region, or on anything in it, become definitions there. */
export class FileDrops implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dropMimeTypes = [URI_LIST];
  readonly dragMimeTypes = [];
  readonly #commands: Commands;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  async handleDrop(target: TreeNode | undefined, dropped: vscode.DataTransfer): Promise<void> {
    if (target === undefined || !('place' in target)) return;
    const list = await dropped.get(URI_LIST)?.asString();
    for (const uri of urisOf(list ?? '')) await this.#commands.run('glanceImages.uploadFile', target, uri);
  }
}

/** The addresses of a list (https://www.rfc-editor.org/rfc/rfc2483#section-5). */
export function urisOf(list: string): readonly string[] {
  return list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}
