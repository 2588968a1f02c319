import * as vscode from 'vscode';
import type {
  CloudNode,
  FailureNode,
  ImageNode,
  MoreNode,
  ProblemNode,
  RegionNode,
  TreeNode,
} from '../../state/clouds-tree.ts';
import { contextSet, imageContext, imageDescription, imageIcon, imageInWords, imageLabel } from './image-words.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** How a node looks. Tooltips of images are made when they are asked for. */
export function treeItem(node: TreeNode): vscode.TreeItem {
  const item = bare(node);
  item.id = node.id;
  return item;
}

function bare(node: TreeNode): vscode.TreeItem {
  switch (node.kind) {
    case 'cloud':
      return cloudItem(node);
    case 'region':
      return regionItem(node);
    case 'image':
      return imageItem(node);
    case 'more':
      return moreItem(node);
    case 'failure':
      return failureItem(node);
    case 'problem':
      return problemItem(node);
    case 'empty':
      return plainItem(vscode.l10n.t('No images'), 'empty');
  }
}

function cloudItem(node: CloudNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.cloud, node.chosenBy === undefined ? Collapsed : Expanded);
  const words = [
    node.chosenBy === undefined ? undefined : vscode.l10n.t('default'),
    node.insecure ? vscode.l10n.t('certificate not checked') : undefined,
  ].filter((word) => word !== undefined);
  item.description = words.join(' · ');
  item.iconPath = new vscode.ThemeIcon(node.insecure ? 'unlock' : 'cloud');
  item.tooltip = [
    vscode.l10n.t('Cloud {0}, from {1}', node.cloud, node.origin),
    node.chosenBy === undefined ? undefined : vscode.l10n.t('Used where nothing else is said: {0}', node.chosenBy),
  ]
    .filter((line) => line !== undefined)
    .join('\n');
  item.accessibilityInformation = { label: [vscode.l10n.t('Cloud {0}', node.cloud), ...words].join(', ') };
  item.contextValue = contextSet(['cloud']);
  return item;
}

function regionItem(node: RegionNode): vscode.TreeItem {
  const { cloud, region, origin } = node.place;
  const item = new vscode.TreeItem(region === '' ? cloud : region, Expanded);
  item.iconPath = new vscode.ThemeIcon('server-environment');
  item.tooltip = vscode.l10n.t('Region {0} of cloud {1}, from {2}', region, cloud, origin);
  item.accessibilityInformation = { label: vscode.l10n.t('Region {0} of cloud {1}', region, cloud) };
  item.contextValue = contextSet(['region']);
  return item;
}

function imageItem(node: ImageNode): vscode.TreeItem {
  const item = new vscode.TreeItem(imageLabel(node.image), None);
  item.description = imageDescription(node.image);
  item.iconPath = imageIcon(node.image);
  item.accessibilityInformation = { label: imageInWords(node.image) };
  item.contextValue = imageContext(node.image);
  item.command = { command: 'glanceImages.showImage', title: vscode.l10n.t('Show Image'), arguments: [node] };
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const label = node.loading ? vscode.l10n.t('Loading…') : vscode.l10n.t('Load more…');
  const item = plainItem(label, 'more', node.loading ? 'loading~spin' : 'ellipsis');
  if (!node.loading) item.command = { command: 'glanceImages.loadMore', title: label, arguments: [node] };
  return item;
}

function failureItem(node: FailureNode): vscode.TreeItem {
  const item = plainItem(node.failure.message, 'failure', 'error', 'list.errorForeground');
  item.tooltip = node.failure.explain();
  item.accessibilityInformation = { label: vscode.l10n.t('Error: {0}', node.failure.explain()) };
  item.command = { command: 'glanceImages.showLog', title: vscode.l10n.t('Show Log') };
  return item;
}

function problemItem(node: ProblemNode): vscode.TreeItem {
  const error = node.problem.severity === 'error';
  const item = error
    ? plainItem(node.problem.message, 'problem', 'error', 'list.errorForeground')
    : plainItem(node.problem.message, 'problem', 'warning', 'list.warningForeground');
  item.tooltip = node.problem.message;
  item.command = {
    command: 'glanceImages.openCloudsFile',
    title: vscode.l10n.t('Open clouds.yaml'),
    arguments: [node],
  };
  return item;
}

function plainItem(label: string, kind: string, icon?: string, color?: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, None);
  if (icon !== undefined) {
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  }
  item.accessibilityInformation = { label };
  item.contextValue = contextSet([kind]);
  return item;
}
