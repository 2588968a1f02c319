import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, openDefinition } from '../opened.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

function ours(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension<unknown>('glance-images.glance-images');
  assert.ok(found);
  return found;
}

/** First of the suites, by its file's path: nothing has woken the extension yet. */
describe('the extension', () => {
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('sleeps while other files are opened, JSON with comments too', async () => {
    for (const language of ['json', 'jsonc', 'yaml']) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language }));
    }
    assert.equal(ours().isActive, false);
  });

  it('wakes on a definition, which has a language of its own', async () => {
    const { document } = await openDefinition('mistakes.image.jsonc');
    assert.equal(document.languageId, 'glance-image');
    // Only the extension says this: it is awake.
    await eventually(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(document.uri).find(({ source }) => source === 'glance'),
    );
    assert.equal(ours().isActive, true);
  });

  it('registers every command that its manifest contributes, and no other', async () => {
    const { contributes } = ours().packageJSON as Manifest;
    const views = Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id));
    // VS Code makes some for each view, such as the one that moves the focus there.
    const ofViews = (id: string): boolean => views.some((view) => id.startsWith(`${view}.`));
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('glanceImages.'));
    assert.deepEqual(
      registered.filter((id) => !ofViews(id)).toSorted(),
      contributes.commands.map(({ command }) => command).toSorted(),
    );
    for (const view of views)
      assert.ok(registered.includes(`${view}.focus`), `VS Code does not know the view ${view}.`);
  });
});
