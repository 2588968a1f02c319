import * as vscode from 'vscode';
import type { Failure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { Commands } from '../../platform/commands.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import type { EngineAccess } from '../../platform/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import { withViewProgress } from '../../platform/progress.ts';
import { onDidChangeSettings } from '../../platform/settings.ts';
import type { CloudsStore } from '../../state/clouds.ts';
import { isTreeNode } from '../../state/clouds-tree.ts';
import type { TreeNode } from '../../state/clouds-tree.ts';
import { CloudsFilesWatcher } from './clouds-files-watcher.ts';
import { imageTooltip } from './image-words.ts';
import { treeItem } from './tree-items.ts';
import type { Subscription } from '../../state/observable.ts';

/** What the Glance view needs. */
export interface ExplorerOptions {
  readonly clouds: CloudsStore;
  readonly engines: EngineAccess;
  readonly commands: Commands;
  readonly log: GlanceLog;
}

class CloudsTree implements vscode.TreeDataProvider<TreeNode> {
  readonly #clouds: CloudsStore;
  readonly #log: GlanceLog;
  readonly #logged = new WeakSet<Failure>();
  readonly onDidChangeTreeData: vscode.Event<TreeNode | undefined>;

  constructor(clouds: CloudsStore, log: GlanceLog) {
    this.#clouds = clouds;
    this.#log = log;
    this.onDidChangeTreeData = clouds.onDidChange;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItem(node);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const children = await withViewProgress(() => this.#clouds.children(node));
    for (const child of children) if (child.kind === 'failure') this.#logOnce(child.failure);
    return [...children];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.#clouds.parent(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'image') item.tooltip = imageTooltip(node.image);
    return item;
  }

  /** A region is drawn more often than it is read. */
  #logOnce(failure: Failure): void {
    if (this.#logged.has(failure)) return;
    this.#logged.add(failure);
    this.#log.failure(failure);
  }
}

/** The Glance view, its commands, and what has it drawn again. */
export function registerExplorer(options: ExplorerOptions): { disposables: Subscription[]; reveal: RevealImage } {
  const { clouds, engines, commands, log } = options;
  const view = vscode.window.createTreeView('glanceImages.explorer', {
    treeDataProvider: new CloudsTree(clouds, log),
    canSelectMany: true,
    showCollapseAll: true,
  });
  const watcher = new CloudsFilesWatcher(() => void engines.reload());

  commands.register('glanceImages.refresh', async (node) => {
    if (isTreeNode(node)) clouds.refresh(node);
    else await engines.reload();
  });
  commands.register('glanceImages.retry', (node) =>
    clouds.refresh(isTreeNode(node) && node.kind === 'failure' ? node.of : undefined),
  );
  commands.register('glanceImages.loadMore', async (node) => {
    if (isTreeNode(node) && node.kind === 'more') await clouds.loadMore(node.place);
  });

  const disposables = [
    view,
    watcher,
    { dispose: () => clouds.dispose() },
    engines.onDidChange(() => clouds.refresh()),
    onDidChangeSettings(['explorer.pageSize'], () => clouds.refresh()),
    clouds.onDidRead((configuration) => {
      if (configuration === undefined) setContextKey('glanceImages.clouds', 'failed');
      else setContextKey('glanceImages.clouds', configuration.clouds.length === 0 ? 'none' : 'some');
      watcher.watch(configuration?.files ?? []);
    }),
  ];
  return { disposables, reveal: (place, image) => reveal(view, clouds, place, image) };
}

/** Shows an image in the view, if the view is open and has its region. */
export type RevealImage = (place: Place, image: LiveImage) => Promise<void>;

async function reveal(
  view: vscode.TreeView<TreeNode>,
  clouds: CloudsStore,
  place: Place,
  image: LiveImage,
): Promise<void> {
  clouds.put(place, image);
  const node = clouds.find(place, image.id);
  if (view.visible && node !== undefined) await view.reveal(node, { select: true, focus: false });
}
