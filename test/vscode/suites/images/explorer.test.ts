import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Failure } from '../../../../src/core/failure.ts';
import { filterItems } from '../../../../src/features/explorer/choose-view.ts';
import { decorationOf } from '../../../../src/features/explorer/image-decorations.ts';
import { treeItem } from '../../../../src/features/explorer/tree-items.ts';
import type { NodeFacts } from '../../../../src/features/explorer/tree-items.ts';
import type { RegionNode, TreeNode } from '../../../../src/state/clouds/clouds-tree.ts';
import type { Management } from '../../../../src/state/clouds/image-management.ts';
import { liveImage, placeNamed } from '../../../unit/state/live-image.ts';
import { sampleTransfer } from '../../../unit/webview/transfers/sample-transfers.ts';

const place = placeNamed('RegionOne');
const region: RegionNode = { kind: 'region', id: 'region/demo/RegionOne', place, insecure: false };
const image = liveImage('1f2e', 'Ubuntu');

const nodes: readonly TreeNode[] = [
  { kind: 'cloud', id: 'cloud/demo', cloud: 'demo', origin: place.origin, insecure: false },
  { kind: 'cloud', id: 'cloud/lab', cloud: 'lab', origin: place.origin, insecure: true, chosenBy: 'OS_CLOUD' },
  region,
  { ...region, id: 'region/lab/RegionOne', insecure: true },
  { kind: 'image', id: 'image/demo/RegionOne/1f2e', place, image },
  { kind: 'more', id: 'more/demo/RegionOne', place, loading: false, read: 100, shown: 100 },
  { kind: 'more', id: 'more/demo/RegionOne', place, loading: true, read: 100, shown: 3 },
  {
    kind: 'failure',
    id: 'failure/x',
    of: region,
    failure: new Failure('service-unavailable', 'Glance is down.', { status: 503 }),
  },
  { kind: 'failure', id: 'failure/y', of: region, failure: new Failure('signed-out', 'You are signed out.') },
  {
    kind: 'problem',
    id: 'problem/x',
    problem: { severity: 'error', code: 'configuration-unreadable', message: 'clouds.yaml is no YAML.' },
  },
  { kind: 'empty', id: 'empty/demo/RegionOne', place, filtered: 0 },
  { kind: 'empty', id: 'empty/demo/RegionOne', place, filtered: 7 },
  { kind: 'group', id: 'group/demo/RegionOne/tag/lts', place, facet: 'tag', value: 'lts', count: 3, open: true },
  { kind: 'transfer', id: 'transfer/1', place, transferId: '1' },
];

const unmanaged: Management = { kind: 'unmanaged' };
const facts = (management = unmanaged, transfer?: ReturnType<typeof sampleTransfer>): NodeFacts => ({
  management: () => management,
  transfer: () => transfer,
});

describe('the Glance view', () => {
  for (const node of nodes) {
    it(`gives a node of kind ${node.kind} its id, a label for screen readers and a set of words for menus`, () => {
      const item = treeItem(node, facts(unmanaged, sampleTransfer()));
      assert.equal(item.id, node.id);
      assert.ok((item.accessibilityInformation?.label ?? '') !== '');
      assert.match(item.contextValue ?? '', /^;[a-z;]+;$/);
      assert.match(item.contextValue ?? '', new RegExp(`;${node.kind};`));
    });
  }

  it('says to screen readers that Glance gave an image up', () => {
    const killed = treeItem({ kind: 'image', id: 'i', place, image: { ...image, status: 'killed' } }, facts());
    assert.match(killed.accessibilityInformation?.label ?? '', /killed/);
  });

  it('makes no tooltip before somebody points at an image', () => {
    assert.equal(treeItem({ kind: 'image', id: 'i', place, image }, facts()).tooltip, undefined);
  });

  it('shows the bytes of an upload on the row of its image', () => {
    const transfer = {
      ...sampleTransfer(),
      status: 'running' as const,
      phase: 'uploading' as const,
      sent: 43,
      total: 100,
    };
    const item = treeItem({ kind: 'image', id: 'i', place, image }, facts(unmanaged, transfer));
    assert.equal(item.description, 'uploading, 43%');
    assert.ok(item.iconPath instanceof vscode.ThemeIcon);
    assert.equal(item.iconPath.id, 'loading~spin');
    assert.match(item.accessibilityInformation?.label ?? '', /43%/);
  });

  it('marks what a definition made with two letters at most, in words too', () => {
    const imageManagement: readonly Management[] = [
      { kind: 'managed', key: 'k' },
      { kind: 'equal', key: 'k' },
      { kind: 'differs', key: 'k', changes: 2, replace: false },
      { kind: 'differs', key: 'k', changes: 1, replace: true },
      { kind: 'unclaimed', key: 'k' },
    ];
    for (const management of imageManagement) {
      const decoration = decorationOf(management);
      assert.ok((decoration?.badge ?? '').length > 0 && (decoration?.badge ?? '').length <= 2);
      assert.notEqual(decoration?.tooltip ?? '', '');
    }
    assert.equal(decorationOf(unmanaged), undefined);
    assert.equal(decorationOf({ kind: 'unclaimed', key: 'k' })?.color instanceof vscode.ThemeColor, true);
  });

  it('marks regions of a cloud whose certificate is not checked', () => {
    const item = treeItem({ ...region, insecure: true }, facts());
    assert.match(String(item.description), /certificate not checked/);
    assert.match(item.accessibilityInformation?.label ?? '', /certificate not checked/);
  });

  it('offers every value that a loaded image has, and keeps what was chosen', () => {
    const loaded = [
      { place, image: liveImage('1', 'a', { tags: ['lts'], visibility: 'public' }) },
      { place, image: liveImage('2', 'b', { tags: ['lts', 'old'] }) },
    ];
    const items = filterItems([{ facet: 'tag', value: 'gone' }], loaded, { of: () => unmanaged });
    const tags = items.filter(({ criterion }) => criterion?.facet === 'tag');
    assert.deepEqual(
      tags.map(({ label, picked }) => [label, picked]),
      [
        ['lts', false],
        ['old', false],
        ['gone', true],
      ],
    );
    assert.ok(items.some(({ criterion }) => criterion?.facet === 'visibility' && criterion.value === 'community'));
  });

  it('opens, with its clouds read, on its own command', async () => {
    await vscode.commands.executeCommand('glanceImages.explorer.focus');
    await vscode.commands.executeCommand('glanceImages.refresh');
  });
});
