import * as vscode from 'vscode';
import type { LiveImage } from '../../core/glance/image.ts';
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
import type { Management } from '../../state/clouds/image-management.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import { facetIcon, groupLabel } from './facet-words.ts';
import { imageUri } from './image-uri.ts';
import { contextSet, imageContext, imageDescription, imageInWords, imageLabel } from './image-words.ts';
import { transferInWords } from '../../state/transfers/transfer-words.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** What is known of nodes besides themselves. */
export interface NodeFacts {
  readonly management: (node: ImageNode) => Management;
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
    node.chosenBy === undefined ? undefined : 'default',
    node.insecure ? 'certificate not checked' : undefined,
  ].filter((word) => word !== undefined);
  item.description = words.join(' · ');
  item.iconPath = new vscode.ThemeIcon(node.insecure ? 'unlock' : 'cloud');
  item.tooltip = [
    `Cloud ${node.cloud}, from ${node.origin}`,
    node.chosenBy === undefined ? undefined : `Default cloud, chosen by ${node.chosenBy}`,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
  item.accessibilityInformation = { label: [`Cloud ${node.cloud}`, ...words].join(', ') };
  item.contextValue = contextSet(['cloud']);
  return item;
}

function regionItem(node: RegionNode): vscode.TreeItem {
  const { cloud, region, origin } = node.place;
  const item = new vscode.TreeItem(region === '' ? cloud : region, Expanded);
  const insecure = node.insecure ? ['certificate not checked'] : [];
  item.description = insecure.join('');
  item.iconPath = node.insecure
    ? new vscode.ThemeIcon('unlock', new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon('server-environment');
  item.tooltip = [`Region ${region} of cloud ${cloud}, from ${origin}`, ...insecure].join('\n');
  item.accessibilityInformation = { label: [`Region ${region} of cloud ${cloud}`, ...insecure].join(', ') };
  item.contextValue = contextSet(['region']);
  return item;
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const label = groupLabel(node.facet, node.value);
  const item = new vscode.TreeItem(label, Collapsed);
  // What is not loaded yet may belong here too.
  item.description = node.open ? `${node.count} loaded` : String(node.count);
  item.iconPath = new vscode.ThemeIcon(facetIcon(node.facet));
  item.accessibilityInformation = { label: `${label}, ${item.description} images` };
  item.contextValue = contextSet(['group']);
  return item;
}

function imageItem(node: ImageNode, facts: NodeFacts): vscode.TreeItem {
  const { image } = node;
  const management = facts.management(node);
  const transfer = facts.transfer(node);
  const item = new vscode.TreeItem(imageLabel(image), None);
  item.description = transfer === undefined ? imageDescription(image, management) : transferInWords(transfer);
  item.iconPath = transfer === undefined ? imageIcon(image) : new vscode.ThemeIcon('loading~spin');
  item.resourceUri = imageUri(node.place, image.id);
  const words = imageInWords(image, management);
  item.accessibilityInformation = {
    label: transfer === undefined ? words : `${words}, ${transferInWords(transfer)}`,
  };
  item.contextValue = imageContext(image, management);
  item.command = { command: 'glanceImages.showImage', title: 'Show Image', arguments: [node] };
  return item;
}

function transferItem(node: TransferNode, facts: NodeFacts): vscode.TreeItem {
  const transfer = facts.transfer(node);
  const item = plainItem(transfer?.name ?? '', 'transfer', 'loading~spin');
  const words = transfer === undefined ? '' : transferInWords(transfer);
  item.description = words;
  item.accessibilityInformation = { label: `Image ${transfer?.name ?? ''}, ${words}` };
  item.command = { command: 'glanceImages.showTransfers', title: 'Show Transfers' };
  return item;
}

function emptyItem({ filtered }: EmptyNode): vscode.TreeItem {
  if (filtered === 0) return noImagesItem();
  const item = plainItem('No image matches the filter', 'empty', 'filter');
  item.description = `${filtered} hidden`;
  item.command = { command: 'glanceImages.clearFilter', title: 'Clear Filter' };
  return item;
}

function noImagesItem(): vscode.TreeItem {
  const title = 'New definition…';
  const item = plainItem('No images', 'empty', 'new-file');
  item.description = title;
  item.accessibilityInformation = { label: 'No images, new definition' };
  item.command = { command: 'glanceImages.newDefinition', title };
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const label = node.loading ? 'Loading…' : 'Load more…';
  const item = plainItem(label, 'more', node.loading ? 'loading~spin' : 'ellipsis');
  if (node.shown < node.read) {
    item.description = `${node.shown} of ${node.read} images match`;
    item.accessibilityInformation = { label: `${label}, ${item.description}` };
  } else item.description = `${node.read} loaded`;
  if (!node.loading) item.command = { command: 'glanceImages.loadMore', title: label, arguments: [node] };
  return item;
}

function failureItem(node: FailureNode): vscode.TreeItem {
  if (node.failure.code === 'signed-out') return signedOutItem(node);
  const item = plainItem(node.failure.message, 'failure', 'error', 'list.errorForeground');
  item.tooltip = node.failure.explain();
  item.accessibilityInformation = { label: `Error: ${node.failure.explain()}` };
  item.command =
    node.failure.place === undefined
      ? { command: 'glanceImages.showLog', title: 'Show Log' }
      : { command: 'glanceImages.openCloudsFile', title: 'Open clouds.yaml', arguments: [node] };
  return item;
}

function signedOutItem(node: FailureNode): vscode.TreeItem {
  const item = plainItem('Signed out', 'failure', 'account');
  item.description = 'Sign in…';
  item.tooltip = node.failure.explain();
  item.accessibilityInformation = { label: node.failure.explain() };
  item.contextValue = contextSet(['failure', 'signedout']);
  item.command = { command: 'glanceImages.signIn', title: 'Sign In', arguments: [node] };
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
    title: 'Open clouds.yaml',
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

const statusIcons: Readonly<Record<string, string>> = {
  queued: 'clock',
  saving: 'cloud-upload',
  uploading: 'cloud-upload',
  importing: 'cloud-download',
  killed: 'error',
  deactivated: 'circle-slash',
  deleted: 'trash',
  pending_delete: 'trash',
};

const visibilityIcons: Readonly<Record<string, string>> = {
  public: 'globe',
  community: 'organization',
  shared: 'live-share',
  private: 'lock',
};

/** The status where it is anything but active, else the visibility. */
function imageIcon(image: LiveImage): vscode.ThemeIcon {
  const failed = image.status === 'killed' ? new vscode.ThemeColor('list.errorForeground') : undefined;
  const icon = image.status === 'active' ? visibilityIcons[image.visibility] : statusIcons[image.status];
  return new vscode.ThemeIcon(icon ?? 'question', failed);
}
