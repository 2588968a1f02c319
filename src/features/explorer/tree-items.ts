import * as vscode from 'vscode';
import { placeInWords, placeOf } from '../../core/keystone/clouds/cloud-problem.ts';
import type {
  CloudNode,
  EmptyNode,
  FailureNode,
  GroupNode,
  ImageNode,
  MoreNode,
  ProblemNode,
  RegionNode,
  TransferNode,
  TreeNode,
} from '../../state/clouds/clouds-tree.ts';
import type { Standing } from '../../state/clouds/image-standing.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import { facetIcon, groupLabel } from './facet-words.ts';
import { imageUri } from './image-uri.ts';
import { contextSet, imageContext, imageDescription, imageIcon, imageInWords, imageLabel } from './image-words.ts';
import { transferInWords } from './transfer-words.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** What is known of nodes besides themselves. */
export interface NodeFacts {
  readonly standing: (node: ImageNode) => Standing;
  /** The running transfer of an image, or of a row that stands for one. */
  readonly transfer: (node: ImageNode | TransferNode) => Transfer | undefined;
}

/** How a node looks. Tooltips of images are made when they are asked for. */
export function treeItem(node: TreeNode, facts: NodeFacts): vscode.TreeItem {
  const item = bare(node, facts);
  item.id = node.id;
  return item;
}

function bare(node: TreeNode, facts: NodeFacts): vscode.TreeItem {
  switch (node.kind) {
    case 'cloud':
      return cloudItem(node);
    case 'region':
      return regionItem(node);
    case 'image':
      return imageItem(node, facts);
    case 'group':
      return groupItem(node);
    case 'transfer':
      return transferItem(node, facts);
    case 'more':
      return moreItem(node);
    case 'failure':
      return failureItem(node);
    case 'problem':
      return problemItem(node);
    case 'empty':
      return emptyItem(node);
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
  const { t } = vscode.l10n;
  const item = new vscode.TreeItem(region === '' ? cloud : region, Expanded);
  const insecure = node.insecure ? [t('certificate not checked')] : [];
  item.description = insecure.join('');
  item.iconPath = node.insecure
    ? new vscode.ThemeIcon('unlock', new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon('server-environment');
  item.tooltip = [t('Region {0} of cloud {1}, from {2}', region, cloud, origin), ...insecure].join('\n');
  item.accessibilityInformation = { label: [t('Region {0} of cloud {1}', region, cloud), ...insecure].join(', ') };
  item.contextValue = contextSet(['region']);
  return item;
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const { t } = vscode.l10n;
  const label = groupLabel(node.facet, node.value);
  const item = new vscode.TreeItem(label, Collapsed);
  // What is not loaded yet may belong here too.
  item.description = node.open ? t('{0} loaded', node.count) : String(node.count);
  item.iconPath = new vscode.ThemeIcon(facetIcon(node.facet));
  item.accessibilityInformation = { label: t('{0}, {1} images', label, item.description) };
  item.contextValue = contextSet(['group']);
  return item;
}

function imageItem(node: ImageNode, facts: NodeFacts): vscode.TreeItem {
  const { image } = node;
  const standing = facts.standing(node);
  const transfer = facts.transfer(node);
  const item = new vscode.TreeItem(imageLabel(image), None);
  item.description = transfer === undefined ? imageDescription(image, standing) : transferInWords(transfer);
  item.iconPath = transfer === undefined ? imageIcon(image) : new vscode.ThemeIcon('loading~spin');
  item.resourceUri = imageUri(node.place, image.id);
  const words = imageInWords(image, standing);
  item.accessibilityInformation = {
    label: transfer === undefined ? words : `${words}, ${transferInWords(transfer)}`,
  };
  item.contextValue = imageContext(image, standing);
  item.command = { command: 'glanceImages.showImage', title: vscode.l10n.t('Show Image'), arguments: [node] };
  return item;
}

function transferItem(node: TransferNode, facts: NodeFacts): vscode.TreeItem {
  const transfer = facts.transfer(node);
  const item = plainItem(transfer?.name ?? '', 'transfer', 'loading~spin');
  const words = transfer === undefined ? '' : transferInWords(transfer);
  item.description = words;
  item.accessibilityInformation = { label: vscode.l10n.t('Image {0}, {1}', transfer?.name ?? '', words) };
  item.command = { command: 'glanceImages.showTransfers', title: vscode.l10n.t('Show Transfers') };
  return item;
}

function emptyItem({ filtered }: EmptyNode): vscode.TreeItem {
  if (filtered === 0) return noImagesItem();
  const item = plainItem(vscode.l10n.t('No image matches the filter'), 'empty', 'filter');
  item.description = vscode.l10n.t('{0} hidden', filtered);
  item.command = { command: 'glanceImages.clearFilter', title: vscode.l10n.t('Clear Filter') };
  return item;
}

function noImagesItem(): vscode.TreeItem {
  const title = vscode.l10n.t('New definition…');
  const item = plainItem(vscode.l10n.t('No images'), 'empty', 'new-file');
  item.description = title;
  item.accessibilityInformation = { label: vscode.l10n.t('No images, new definition') };
  item.command = { command: 'glanceImages.newDefinition', title };
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const label = node.loading ? vscode.l10n.t('Loading…') : vscode.l10n.t('Load more…');
  const item = plainItem(label, 'more', node.loading ? 'loading~spin' : 'ellipsis');
  if (node.shown < node.read) {
    item.description = vscode.l10n.t('{0} of {1} images match', node.shown, node.read);
    item.accessibilityInformation = { label: `${label}, ${item.description}` };
  } else item.description = vscode.l10n.t('{0} loaded', node.read);
  if (!node.loading) item.command = { command: 'glanceImages.loadMore', title: label, arguments: [node] };
  return item;
}

function failureItem(node: FailureNode): vscode.TreeItem {
  if (node.failure.code === 'signed-out') return signedOutItem(node);
  const item = plainItem(node.failure.message, 'failure', 'error', 'list.errorForeground');
  item.tooltip = node.failure.explain();
  item.accessibilityInformation = { label: vscode.l10n.t('Error: {0}', node.failure.explain()) };
  item.command =
    node.failure.place === undefined
      ? { command: 'glanceImages.showLog', title: vscode.l10n.t('Show Log') }
      : { command: 'glanceImages.openCloudsFile', title: vscode.l10n.t('Open clouds.yaml'), arguments: [node] };
  return item;
}

function signedOutItem(node: FailureNode): vscode.TreeItem {
  const item = plainItem(vscode.l10n.t('Signed out'), 'failure', 'account');
  item.description = vscode.l10n.t('Sign in…');
  item.tooltip = node.failure.explain();
  item.accessibilityInformation = { label: node.failure.explain() };
  item.contextValue = contextSet(['failure', 'signedout']);
  item.command = { command: 'glanceImages.signIn', title: vscode.l10n.t('Sign In'), arguments: [node] };
  return item;
}

function problemItem(node: ProblemNode): vscode.TreeItem {
  const error = node.problem.severity === 'error';
  const item = error
    ? plainItem(node.problem.message, 'problem', 'error', 'list.errorForeground')
    : plainItem(node.problem.message, 'problem', 'warning', 'list.warningForeground');
  const place = placeOf(node.problem);
  item.tooltip = place === undefined ? node.problem.message : `${node.problem.message}\n${placeInWords(place)}`;
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
