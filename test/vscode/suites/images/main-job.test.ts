import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import type { ImageNode } from '../../../../src/state/clouds/clouds-tree.ts';
import { eventually, lensTitles, openDefinition, workspaceFile } from '../../opened.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const preview = (uri: vscode.Uri): Thenable<readonly Plan[] | undefined> =>
  vscode.commands.executeCommand('glanceImages.previewDefinition', uri, 0);
const apply = (uri: vscode.Uri): Thenable<readonly ApplyResult[] | undefined> =>
  vscode.commands.executeCommand('glanceImages.applyDefinition', uri.toString(), 0);

/** The node of the view for what an apply left. */
function nodeOf({ plan, live }: ApplyResult): ImageNode {
  assert.ok(live);
  return { kind: 'image', id: live.id, place: plan.place, image: live };
}

function readOnlyTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ label }) => /cloud ↔ definition/i.test(label));
}

describe('the main job', () => {
  const uri = workspaceFile('ubuntu.image.jsonc');
  let results: readonly ApplyResult[] = [];

  it('previews what an apply would do in each region, and changes nothing', async () => {
    await openDefinition('ubuntu.image.jsonc');
    const plans = await preview(uri);
    assert.deepEqual(
      plans?.map(({ action, place }) => [action, place.region]),
      [
        ['create', 'RegionOne'],
        ['create', 'RegionTwo'],
      ],
    );
    assert.equal(readOnlyTabs().length, 1);
    assert.deepEqual(
      (await preview(uri))?.map(({ action }) => action),
      ['create', 'create'],
    );
  });

  it('says over the definition what the last plan found', async () => {
    assert.equal((await lensTitles(uri))[2], 'To be created in 2 regions');
  });

  it('applies the definition to both regions, verified', async () => {
    results = (await apply(uri)) ?? [];
    assert.deepEqual(
      results.map(({ status, verified }) => [status, verified.size, verified.md5, verified.multihash]),
      [
        ['done', true, true, true],
        ['done', true, true, true],
      ],
    );
    assert.equal((await lensTitles(uri))[2], 'Applied in 2 regions');
  });

  it('finds nothing to do the second time', async () => {
    assert.deepEqual(await apply(uri), []);
    assert.equal((await lensTitles(uri))[2], 'No changes in 2 regions');
  });

  it('plans again what was changed in the file, and saves it first', async () => {
    const { document } = await openDefinition('ubuntu.image.jsonc');
    const at = document.getText().indexOf('"lts"');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, document.positionAt(at), '"new", ');
    await vscode.workspace.applyEdit(edit);
    assert.equal((await lensTitles(uri))[2], 'Changed since the last plan');
    const plans = await preview(uri);
    assert.equal(document.isDirty, false);
    assert.deepEqual(
      plans?.map(({ action, changes }) => [action, changes.map(({ path }) => path)]),
      [
        ['update', ['tags']],
        ['update', ['tags']],
      ],
    );
  });

  it('shows the difference in documents that cannot be edited and name no secret', () => {
    const diffs = vscode.workspace.textDocuments.filter((document) => document.uri.scheme === 'glance-images');
    assert.ok(diffs.length >= 2);
    const live = diffs.find((document) => document.uri.query === 'live');
    assert.ok(live);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('glance-images') ?? false, false);
    for (const document of diffs) assert.doesNotMatch(document.uri.toString(), /password|token/i);
  });

  it('refuses a second apply of a definition that is being applied', async () => {
    const [first, second] = await Promise.all([apply(uri), apply(uri)]);
    assert.deepEqual(
      first?.map(({ status }) => status),
      ['done', 'done'],
    );
    assert.equal(second, undefined);
  });

  it('says at its place why a definition is blocked', async () => {
    const { document } = await openDefinition('ubuntu.image.jsonc');
    const text = document.getText();
    const at = text.indexOf('images/disk.raw');
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + 'images/disk.raw'.length));
    edit.replace(uri, range, 'images/none.raw');
    await vscode.workspace.applyEdit(edit);
    const plans = await preview(uri);
    assert.ok(plans?.every(({ action }) => action === 'blocked'));
    const shown = await eventually(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages
        .getDiagnostics(uri)
        .find(({ source, severity }) => source === 'glance' && severity === vscode.DiagnosticSeverity.Error),
    );
    assert.match(document.getText(shown.range), /none\.raw/);
    const back = new vscode.WorkspaceEdit();
    back.replace(uri, range, 'images/disk.raw');
    await vscode.workspace.applyEdit(back);
    await document.save();
    await eventually(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(uri).length === 0 ? true : undefined,
    );
  });

  it('imports an image as a definition that plans to nothing but adopting it', async () => {
    const [first] = results;
    assert.ok(first);
    await vscode.commands.executeCommand('glanceImages.importImage', nodeOf(first));
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.languageId, 'glance-image');
    assert.match(document.uri.path, /Ubuntu-24\.04\.image\.jsonc$/);
    // Another suite had a file of this name: VS Code may show what it held for a moment.
    await eventually(vscode.workspace.onDidChangeTextDocument, () =>
      document.getText().includes('"image_id"') ? true : undefined,
    );
    const plans = await preview(document.uri);
    assert.deepEqual(
      plans?.map(({ action, changes }) => [action === 'none' || action === 'adopt', changes]),
      [[true, []]],
    );
    await vscode.workspace.fs.delete(document.uri);
  });

  it('shows an image as read-only JSON and copies its id', async () => {
    const [first] = results;
    assert.ok(first?.live);
    await vscode.commands.executeCommand('glanceImages.showImage', nodeOf(first));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'glance-images');
    const shown = JSON.parse(document.getText()) as { id: string; properties: Record<string, string> };
    assert.equal(shown.id, first.live.id);
    assert.equal(shown.properties.os_distro, 'ubuntu');
    await vscode.commands.executeCommand('glanceImages.copyImageId', nodeOf(first));
    assert.equal(await vscode.env.clipboard.readText(), first.live.id);
  });

  it('leads from a managed image to its definition', async () => {
    const [first] = results;
    assert.ok(first);
    await vscode.commands.executeCommand('glanceImages.openDefinition', nodeOf(first));
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
  });

  it('protects and hides several images at once, and takes it back', async () => {
    const nodes = results.map(nodeOf);
    type Shown = Readonly<Record<'protected' | 'os_hidden', boolean>>;
    // An open document is filled again a moment after it is asked for.
    const becomes = async (node: ImageNode, wanted: boolean): Promise<void> => {
      await vscode.commands.executeCommand('glanceImages.showImage', node);
      const document = vscode.window.activeTextEditor?.document;
      await eventually(vscode.workspace.onDidChangeTextDocument, () => {
        const image = JSON.parse(document?.getText() ?? '{}') as Shown;
        return image.protected === wanted && image.os_hidden === wanted ? true : undefined;
      });
    };
    const run = (command: string): Thenable<unknown> => vscode.commands.executeCommand(command, nodes[0], nodes);
    await run('glanceImages.protectImages');
    await run('glanceImages.hideImages');
    for (const node of nodes) await becomes(node, true);
    await run('glanceImages.unprotectImages');
    await run('glanceImages.unhideImages');
    for (const node of nodes) await becomes(node, false);
  });
});
