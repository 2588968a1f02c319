import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Change, Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { planItems } from '../../../../src/features/apply/choose-plans.ts';
import { placeNamed } from '../../../unit/state/live-image.ts';
import { definitionOf, planOf } from '../../../unit/state/sample-plans.ts';
import { workspaceFile } from '../../opened.ts';

const change: Change = { path: 'tags', before: [], after: ['x'], forcesReplacement: false, why: 'differs' };
const one = definitionOf({ name: 'one' }, '/space/one.image.jsonc');
const two = definitionOf({ name: 'two | [x](command:y)' }, '/space/two.image.jsonc');
const plans: readonly Plan[] = [
  planOf(one, { action: 'create', bytesToSend: 1024 }),
  planOf(one, { action: 'none', place: placeNamed('RegionTwo') }),
  planOf(two, { action: 'update', changes: [change] }),
  planOf(two, {
    action: 'blocked',
    place: placeNamed('RegionTwo'),
    problems: [{ severity: 'error', code: 'ambiguous-image', message: 'Two images have this name.' }],
  }),
];

describe('plans of several definitions', () => {
  it('are offered by definition and region, with action and reason, and what is blocked last', () => {
    const items = planItems(plans);
    assert.deepEqual(
      items.map(({ label, description, picked }) => [label.replace(/\$\([\w-]+\) /, ''), description, picked]),
      [
        ['one', 'demo/RegionOne · create · 1 KiB to send', true],
        ['two | [x](command:y)', 'demo/RegionOne · update', true],
        ['Blocked, not applied', undefined, undefined],
        ['two | [x](command:y)', 'demo/RegionTwo · blocked', undefined],
      ],
    );
    assert.match(items[1]?.detail ?? '', /tags/);
    assert.equal(items[3]?.detail, 'Two images have this name.');
    assert.equal(items[3].plan, undefined);
  });

  it('are those of the files that are selected in the explorer, whatever else is selected', async () => {
    const second = workspaceFile('second.image.jsonc');
    const text = `{ "name": "second", "container_format": "bare", "disk_format": "raw", "local_file_path": "images/disk.raw" }`;
    await vscode.workspace.fs.writeFile(second, new TextEncoder().encode(text));
    try {
      const selected = [workspaceFile('ubuntu.image.jsonc'), second, workspaceFile('images/disk.raw')];
      const made = await vscode.commands.executeCommand<readonly Plan[]>('glanceImages.previewFile', second, selected);
      assert.deepEqual(made.map(({ definition, place }) => `${definition.arguments.name}: ${place.region}`).sort(), [
        'Ubuntu 24.04: RegionOne',
        'Ubuntu 24.04: RegionTwo',
        'second: RegionOne',
      ]);
    } finally {
      await vscode.workspace.fs.delete(second);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });

  it('of the whole workspace are made without sending anything, and shown', async () => {
    const uri = workspaceFile('second.image.jsonc');
    const text = `{ "name": "second", "container_format": "bare", "disk_format": "raw", "local_file_path": "images/disk.raw" }`;
    const folder = workspaceFile('.');
    const mistakes = workspaceFile('mistakes.image.jsonc');
    const kept = await vscode.workspace.fs.readFile(mistakes);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    await vscode.workspace.fs.delete(mistakes);
    try {
      for (const [command, ...parameters] of [
        ['glanceImages.previewWorkspace'],
        ['glanceImages.previewFile', folder],
      ] as const) {
        const made = await vscode.commands.executeCommand<readonly Plan[]>(command, ...parameters);
        const names = new Set(made.map(({ definition }) => definition.arguments.name));
        assert.ok(names.has('second') && names.size > 1, [...names].join());
      }
      const shown = vscode.workspace.textDocuments.find(({ uri: { path } }) => path.endsWith('/Plan.md'));
      assert.match(shown?.getText() ?? '', /\| \[second\]\(/);
    } finally {
      await vscode.workspace.fs.writeFile(mistakes, kept);
      await vscode.workspace.fs.delete(uri);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });
});
