import * as vscode from 'vscode';
import { toFailure } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { Commands } from '../../platform/commands.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import { withViewProgress } from '../../platform/prompts/progress.ts';
import { onDidChangeSettings } from '../../platform/settings.ts';
import type { WorkspaceDefinitions } from '../../platform/files/workspace-definitions.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import { isTreeNode } from '../../state/clouds/clouds-tree.ts';
import type { TreeNode } from '../../state/clouds/clouds-tree.ts';
import type { SavedDefinitions } from '../../state/definitions/saved-definitions.ts';
import type { LiveImages } from '../../state/clouds/live-images.ts';
import type { ImageManagement } from '../../state/clouds/image-management.ts';
import type { ImageView, ImageViewStore } from '../../state/clouds/image-view.ts';
import type { Subscription } from '../../state/observable.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import type { TransferRows } from '../../state/transfers/transfer-rows.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import { chooseFilter, chooseGrouping } from './choose-view.ts';
import { CloudsFilesWatcher } from './clouds-files-watcher.ts';
import { filterInWords, viewInWords } from './facet-words.ts';
import { ImageDecorations } from './image-decorations.ts';
import { imageTooltip } from './image-words.ts';
import { showInView } from './show-in-view.ts';
import { treeItem } from './tree-items.ts';
import type { NodeFacts } from './tree-items.ts';

/** What the Glance view needs. */
export interface ExplorerOptions {
  readonly clouds: CloudsStore;
  readonly images: LiveImages;
  readonly engines: EngineAccess;
  readonly commands: Commands;
  readonly log: GlanceLog;
  readonly imageView: ImageViewStore;
  readonly imageManagement: ImageManagement;
  readonly rows: TransferRows;
  readonly plans: PlansStore;
  readonly transfers: TransferStore;
  readonly savedDefinitions: SavedDefinitions;
  readonly workspaceDefinitions: WorkspaceDefinitions;
}

class CloudsTree implements vscode.TreeDataProvider<TreeNode> {
  readonly #options: ExplorerOptions;
  readonly #logged = new WeakSet<Failure>();
  readonly #facts: NodeFacts;
  readonly onDidChangeTreeData: vscode.Event<TreeNode[] | undefined>;

  constructor(options: ExplorerOptions) {
    const { clouds, imageManagement, transfers, rows } = options;
    this.#options = options;
    this.#facts = {
      management: ({ place, image }) => imageManagement.of(place, image),
      transfer: (node) =>
        node.kind === 'image' ? rows.of(node.place, node.image.id) : transfers.find(node.transferId),
    };
    this.onDidChangeTreeData = clouds.onDidChange;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItem(node, this.#facts);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const { clouds, workspaceDefinitions, log } = this.#options;
    // Somebody looks: now it matters which images have a definition here.
    workspaceDefinitions.start().catch((error: unknown) => log.failure(toFailure(error)));
    const children = await withViewProgress(() => clouds.children(node));
    for (const child of children) if (child.kind === 'failure') this.#logOnce(child.failure);
    // With nothing else to show, the view says what to do.
    if (node === undefined && children.length > 0 && children.every(isSignedOut)) {
      setContextKey('glanceImages.clouds', 'signedOut');
      return [];
    }
    return [...children];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.#options.clouds.parent(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'image')
      item.tooltip = new vscode.MarkdownString(imageTooltip(node.image, this.#facts.management(node)));
    return item;
  }

  /** A region is drawn more often than it is read. */
  #logOnce(failure: Failure): void {
    if (this.#logged.has(failure)) return;
    this.#logged.add(failure);
    this.#options.log.failure(failure);
  }
}

function isSignedOut(node: TreeNode): boolean {
  return node.kind === 'failure' && node.failure.code === 'signed-out';
}

/** The Glance view, its commands, and what has it drawn again. */
export function registerExplorer(options: ExplorerOptions): { disposables: Subscription[]; reveal: RevealImage } {
  const { clouds, engines, images, imageView, imageManagement, plans, savedDefinitions } = options;
  const view = vscode.window.createTreeView('glanceImages.explorer', {
    treeDataProvider: new CloudsTree(options),
    canSelectMany: true,
    showCollapseAll: true,
  });
  const watcher = new CloudsFilesWatcher(() => void engines.reload());
  const decorations = new ImageDecorations(clouds, imageManagement);
  registerCommands(options, view);
  showChoice(view, imageView.view);

  const disposables = [
    view,
    ...followSight(view, clouds),
    watcher,
    decorations,
    vscode.window.registerFileDecorationProvider(decorations),
    { dispose: () => clouds.dispose() },
    plans.onDidChange(() => decorations.lookAgain()),
    images.onDidChange(({ place, id }) => decorations.lookAt(place, id)),
    savedDefinitions.onDidChange(() => decorations.lookAgain()),
    imageView.onDidChange((choice) => {
      showChoice(view, choice);
      clouds.redraw();
    }),
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

/** Keeps the rows that nobody sees from being drawn. */
function followSight(view: vscode.TreeView<TreeNode>, clouds: CloudsStore): Subscription[] {
  const collapsed = new Set<string>();
  const see = (): void => clouds.see(view.visible, ({ id }) => collapsed.has(id));
  see();
  return [
    view.onDidChangeVisibility(see),
    view.onDidCollapseElement(({ element }) => {
      collapsed.add(element.id);
      see();
    }),
    view.onDidExpandElement(({ element }) => {
      collapsed.delete(element.id);
      see();
    }),
  ];
}

function registerCommands(options: ExplorerOptions, view: vscode.TreeView<TreeNode>): void {
  const { clouds, engines, commands, imageView, imageManagement } = options;
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
  commands.register('glanceImages.filterImages', () => chooseFilter(imageView, clouds.loaded(), imageManagement));
  commands.register('glanceImages.clearFilter', () => imageView.filter([]));
  commands.register('glanceImages.groupImages', () => chooseGrouping(imageView));
  const focus = (place: Place, image: LiveImage): Promise<boolean> => bringIntoSight(view, options, place, image);
  commands.register('glanceImages.showInView', (uri, index) => showInView({ ...options, focus }, uri, index));
}

/** A filter must be seen: a view that leaves images out looks like one that has lost them. */
function showChoice(view: vscode.TreeView<TreeNode>, choice: ImageView): void {
  const { filter } = choice;
  view.description = viewInWords(choice) ?? '';
  view.message = filter.length === 0 ? '' : `Only images that are ${filterInWords(filter)}`;
  setContextKey('glanceImages.filtered', filter.length > 0);
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
  // The selection stays the user's: commands act on it.
  if (view.visible && node !== undefined) await view.reveal(node, { select: false, focus: false });
}

/** Opens the view and its region, and selects the image; a filter that hides it is cleared. */
async function bringIntoSight(
  view: vscode.TreeView<TreeNode>,
  { clouds, imageView }: ExplorerOptions,
  place: Place,
  image: LiveImage,
): Promise<boolean> {
  await vscode.commands.executeCommand('glanceImages.explorer.focus');
  if ((await clouds.open(place)) === undefined) return false;
  clouds.put(place, image);
  if (clouds.find(place, image.id) === undefined) imageView.filter([]);
  const node = clouds.find(place, image.id);
  if (node === undefined) return false;
  await view.reveal(node, { select: true, focus: true });
  return true;
}
