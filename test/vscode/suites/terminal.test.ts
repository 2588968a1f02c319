import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openDefinition } from '../opened.ts';

/** What a new terminal of VS Code leaves in a file, once its shell has ended. */
async function inTerminal(folder: string, command: string): Promise<string> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const terminal = vscode.window.createTerminal({ cwd: folder, shellPath: '/bin/sh' });
  const listener = vscode.window.onDidCloseTerminal((each) => {
    if (each === terminal) resolve();
  });
  try {
    terminal.sendText(`{ ${command}; } > said.txt 2>&1; exit`);
    await closed;
    return await readFile(join(folder, 'said.txt'), 'utf8');
  } finally {
    listener.dispose();
    terminal.dispose();
  }
}

describe('terminals of VS Code', () => {
  let folder = '';

  before(async function () {
    // The oldest server of the tests has no native code for terminals, and Windows another shell.
    if (vscode.version.startsWith('1.103.') || process.platform === 'win32') this.skip();
    folder = await mkdtemp(join(tmpdir(), 'glance-images-terminal-'));
    await openDefinition('ubuntu.image.jsonc');
  });

  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true, force: true });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('find glance-images of this version, which runs on the Node of the editor', async () => {
    const { version } = vscode.extensions.getExtension('glance-images.glance-images')?.packageJSON as {
      readonly version: string;
    };
    assert.equal(await inTerminal(folder, 'glance-images --version'), `${version}\n`);
    assert.match(
      await inTerminal(folder, 'glance-images cache show; command -v glance-images'),
      /: nothing\n.*media\/terminal\/glance-images\n$/s,
    );
    assert.equal(await inTerminal(folder, 'echo "$GLANCE_IMAGES_NODE"'), `${process.execPath}\n`);
  });
});
