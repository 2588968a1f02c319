import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Failure } from '../../../src/core/failure.ts';
import { imageContext, imageDescription, imageTooltip } from '../../../src/features/explorer/image-words.ts';
import { treeItem } from '../../../src/features/explorer/tree-items.ts';
import type { RegionNode, TreeNode } from '../../../src/state/clouds-tree.ts';
import { liveImage, placeNamed } from '../../unit/state/live-image.ts';

const place = placeNamed('RegionOne');
const region: RegionNode = { kind: 'region', id: 'region/demo/RegionOne', place };
const image = liveImage('1f2e', 'Ubuntu');

const nodes: readonly TreeNode[] = [
  { kind: 'cloud', id: 'cloud/demo', cloud: 'demo', origin: place.origin, insecure: false },
  { kind: 'cloud', id: 'cloud/lab', cloud: 'lab', origin: place.origin, insecure: true, chosenBy: 'OS_CLOUD' },
  region,
  { kind: 'image', id: 'image/demo/RegionOne/1f2e', place, image },
  { kind: 'more', id: 'more/demo/RegionOne', place, loading: false },
  { kind: 'more', id: 'more/demo/RegionOne', place, loading: true },
  {
    kind: 'failure',
    id: 'failure/x',
    of: region,
    failure: new Failure('unavailable', 'Glance is down.', { status: 503 }),
  },
  {
    kind: 'problem',
    id: 'problem/x',
    problem: { severity: 'error', code: 'yaml', message: 'clouds.yaml is no YAML.' },
  },
  { kind: 'empty', id: 'empty/demo/RegionOne', place },
];

describe('the Glance view', () => {
  for (const node of nodes) {
    it(`gives a node of kind ${node.kind} its id, a label for screen readers and a set of words for menus`, () => {
      const item = treeItem(node);
      assert.equal(item.id, node.id);
      assert.ok((item.accessibilityInformation?.label ?? '') !== '');
      assert.match(item.contextValue ?? '', /^;[a-z;]+;$/);
      assert.match(item.contextValue ?? '', new RegExp(`;${node.kind};`));
    });
  }

  it('says status, format, size, visibility and ownership in words', () => {
    const managed = { 'glance_images.self': '1f2e', 'glance_images.key': 'Ubuntu' };
    const words = imageDescription({ ...image, size: 626_950_144, protected: true, properties: managed });
    assert.equal(words, 'qcow2 · 598 MiB · private · protected · managed');
    assert.match(imageDescription({ ...image, status: 'queued', size: null }), /^queued · /);
    const label = treeItem({ kind: 'image', id: 'i', place, image: { ...image, status: 'killed' } })
      .accessibilityInformation?.label;
    assert.match(label ?? '', /killed/);
  });

  it('lets menus ask for single words', () => {
    const words = imageContext({ ...image, protected: true });
    assert.match(words, /;protected;/);
    assert.doesNotMatch(words, /;deletable;/);
    assert.match(imageContext(image), /;deletable;/);
    assert.doesNotMatch(imageContext({ ...image, properties: { 'glance_images.self': 'another' } }), /;managed;/);
  });

  it('shows what a cloud says as text: no link, no HTML, no table of its own', () => {
    const tooltip = imageTooltip({ ...image, name: '<b>x</b> [y](command:z)\n| a |', tags: ['$(trash)'] });
    assert.notEqual(tooltip.isTrusted, true);
    assert.notEqual(tooltip.supportHtml, true);
    assert.doesNotMatch(tooltip.value, /<b>|\]\(command:|[^\\]\$\(trash/);
  });

  it('makes no tooltip before somebody points at an image', () => {
    assert.equal(treeItem({ kind: 'image', id: 'i', place, image }).tooltip, undefined);
  });

  it('opens, with its clouds read, on its own command', async () => {
    await vscode.commands.executeCommand('glanceImages.explorer.focus');
    await vscode.commands.executeCommand('glanceImages.refresh');
  });
});
