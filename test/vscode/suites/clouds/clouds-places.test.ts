import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Failure } from '../../../../src/core/failure.ts';
import type { CloudConfiguration } from '../../../../src/core/keystone/clouds/configuration.ts';
import { registerCloudsDiagnostics } from '../../../../src/features/clouds/clouds-diagnostics.ts';
import { treeItem } from '../../../../src/features/explorer/tree-items.ts';
import { actionsFor } from '../../../../src/platform/prompts/failure-actions.ts';
import { CloudsStore } from '../../../../src/state/clouds/clouds.ts';
import { failureNode, problemNode } from '../../../../src/state/clouds/clouds-tree.ts';
import { workspaceFile } from '../../opened.ts';

const facts = { management: () => ({ kind: 'unmanaged' }) as const, transfer: () => undefined };

describe('what is wrong with clouds.yaml', () => {
  let uri: vscode.Uri;

  before(async () => {
    uri = workspaceFile('described.yaml');
    const text = 'clouds:\n  one:\n    verify: maybe\n  two:\n    auth_type: v3kerberos\n';
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
  });

  /** What is selected once a node of the view was clicked. */
  async function opened(item: Pick<vscode.TreeItem, 'command'>): Promise<string> {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.ok(item.command);
    await vscode.commands.executeCommand(item.command.command, ...((item.command.arguments ?? []) as unknown[]));
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.fsPath, uri.fsPath);
    const { line, character } = editor.selection.active;
    return `${line + 1}:${character + 1}`;
  }

  const problem = (line: number): Parameters<typeof problemNode>[0] => ({
    severity: 'warning',
    code: 'value-not-boolean',
    message: '"verify" is neither true nor false.',
    file: uri.fsPath,
    line,
    column: 5,
  });

  it('opens at its line from the view', async () => {
    const item = treeItem(problemNode(problem(3)), facts);
    assert.ok(typeof item.tooltip === 'string');
    assert.match(item.tooltip, /described\.yaml:3:5$/);
    assert.equal(await opened(item), '3:5');
  });

  it('opens at its line where a cloud can’t be used, from the view and from the notification', async () => {
    const place = { file: uri.fsPath, line: 5, column: 5 };
    const failure = new Failure('auth-type-unknown', 'No such login.', { place });
    assert.equal(await opened(treeItem(failureNode(undefined, failure), facts)), '5:5');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const [button] = actionsFor(failure);
    assert.equal(button?.title, 'Open clouds.yaml');
    await button.run();
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 4);
  });

  it('stands in the Problems view, until it is mended', async () => {
    let problems: CloudConfiguration['problems'] = [problem(3), { ...problem(5), severity: 'error', message: 'No.' }];
    const source = {
      clouds: () => Promise.resolve({ clouds: [], files: [uri.fsPath], problems }),
      regions: () => Promise.resolve([]),
      images: () => assert.fail('Nobody looks at images.'),
    };
    const clouds = new CloudsStore(
      (work) => work(source),
      () => 100,
    );
    const registered = registerCloudsDiagnostics({ clouds });
    const shown = (): readonly string[] =>
      vscode.languages
        .getDiagnostics(uri)
        .map(({ range, severity, message }) => `${range.start.line + 1} ${severity} ${message}`);
    await clouds.children();
    assert.deepEqual(shown(), ['3 1 "verify" is neither true nor false.', '5 0 No.']);
    problems = [];
    clouds.refresh();
    await clouds.children();
    assert.deepEqual(shown(), []);
    for (const each of registered) each.dispose();
    clouds.dispose();
  });
});
