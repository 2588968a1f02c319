import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, lensTitles, workspaceFile } from '../../opened.ts';

/** Runs a command and accepts each question as it stands, as soon as it is there. */
async function accepting(command: string, ...args: readonly unknown[]): Promise<void> {
  const running = { over: false };
  const done = vscode.commands.executeCommand(command, ...args).then(() => (running.over = true));
  while (!running.over) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  await done;
}

describe('a new definition', () => {
  it('of a file in the explorer stands beside it, has its format and plans to create its image', async () => {
    await accepting('glanceImages.newDefinitionFromFile', workspaceFile('images/disk.raw'));
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    try {
      assert.equal(vscode.workspace.asRelativePath(document.uri), 'images/disk.image.jsonc');
      assert.deepEqual(JSON.parse(document.getText()), {
        name: 'disk',
        container_format: 'bare',
        disk_format: 'raw',
        local_file_path: 'disk.raw',
        min_disk_gb: 1,
      });
      await vscode.commands.executeCommand('glanceImages.previewDefinition', document.uri, 0);
      const titles = await eventually(vscode.languages.onDidChangeDiagnostics, async () => {
        const found = await lensTitles(document.uri);
        return found.length > 2 ? found : undefined;
      });
      assert.equal(titles[2], 'To be created');
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.workspace.fs.delete(document.uri);
    }
  });
});
