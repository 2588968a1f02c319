import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { useImages } from '../../../host/live-images.ts';
import { eventually, lensTitles, workspaceFile } from '../../opened.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const TEXT = `{
  "name": "Drifting",
  "container_format": "bare",
  "disk_format": "raw",
  "local_file_path": "images/disk.raw",
  "min_disk_gb": 10, // GiB
  "region": "RegionOne",
  "properties": {
    "os_distro": "debian", // distro
    "hw_disk_bus": "virtio",
  },
}
`;

describe('drift', () => {
  const uri = workspaceFile(`drift-${randomUUID()}.image.jsonc`);
  const cloudsFile = process.env.OS_CLIENT_CONFIG_FILE ?? '';
  let document: vscode.TextDocument;
  let id = '';

  const drift = (): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter(({ code }) => code === 'drift');
  const fixesAt = async ({ range }: vscode.Diagnostic): Promise<vscode.CodeAction[]> => {
    const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
    return found.filter(({ edit, command }) => edit !== undefined || command?.command.startsWith('glanceImages.'));
  };

  before(async () => {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(TEXT));
    document = (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri))).document;
    const results = await vscode.commands.executeCommand<readonly ApplyResult[]>(
      'glanceImages.applyDefinition',
      uri.toString(),
      0,
    );
    id = results[0]?.imageId ?? '';
    await useImages(cloudsFile, 'RegionOne', (images) =>
      images.patch(id, [
        { op: 'replace', path: 'min_disk', value: 1 },
        { op: 'add', path: 'os_distro', value: '<b>[x](command:y)' },
        { op: 'add', path: 'hw_disk_bus', value: 'scsi' },
      ]),
    );
    await vscode.commands.executeCommand('glanceImages.previewDefinition', uri, 0);
    await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
    await useImages(cloudsFile, 'RegionOne', (images) => images.delete(id));
  });

  it('stands on the very line after a plan, as information, with the live value', () => {
    assert.deepEqual(
      drift().map(({ range, severity, message }) => [document.getText(range), severity, message]),
      [
        [
          '10',
          vscode.DiagnosticSeverity.Information,
          'The live value of "min_disk_gb" differs from this definition (10). Live: RegionOne: 1.',
        ],
        [
          '"debian"',
          vscode.DiagnosticSeverity.Information,
          'The live value of "os_distro" differs from this definition ("debian"). Live: RegionOne: "<b>[x](command:y)".',
        ],
        [
          '"virtio"',
          vscode.DiagnosticSeverity.Information,
          'The live value of "hw_disk_bus" differs from this definition ("virtio"). Live: RegionOne: "scsi".',
        ],
      ],
    );
  });

  it('says more where somebody points at it, and shows what a cloud says as text', async () => {
    const [, second] = drift();
    assert.ok(second);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      second.range.start,
    );
    const parts = hovers.flatMap(({ contents }) => contents.filter((each) => each instanceof vscode.MarkdownString));
    const ours = parts.find(({ value }) => value.includes('Live value of'));
    assert.ok(ours);
    assert.notEqual(ours.isTrusted, true);
    assert.match(ours.value, /\| RegionOne \| .*&lt;b&gt;\\\[x\\\]\\\(command.* \| \d{4}\\-\d\d/);
  });

  it('offers ways out; the others stay while one is settled', async () => {
    const [first, second, third] = drift();
    assert.ok(first && second && third);
    assert.deepEqual(
      (await fixesAt(first)).map(({ title }) => title),
      ['Use the live value: 1', 'Apply again'],
    );
    assert.deepEqual(
      (await fixesAt(third)).map(({ title }) => title),
      ['Use the live value: "scsi"', 'Ignore: add "hw_disk_bus" to "ignore"', 'Apply again'],
    );
    const [take] = await fixesAt(first);
    assert.ok(take?.edit);
    await vscode.workspace.applyEdit(take.edit);
    assert.equal(document.getText(), TEXT.replace('10,', '1,'));
    await eventually(vscode.languages.onDidChangeDiagnostics, () => (drift().length === 2 ? true : undefined));
    const last = drift().at(-1);
    assert.ok(last);
    const ignore = (await fixesAt(last))[1];
    assert.ok(ignore?.edit);
    await vscode.workspace.applyEdit(ignore.edit);
    assert.match(document.getText(), /"ignore": \["hw_disk_bus"\]/);
    assert.doesNotMatch(document.getText(), /"virtio"/);
    await eventually(vscode.languages.onDidChangeDiagnostics, () => (drift().length === 1 ? true : undefined));
  });

  it('is gone after an apply, and the line over the definition says so', async () => {
    await vscode.commands.executeCommand('glanceImages.applyDefinition', uri.toString(), 0);
    await eventually(vscode.languages.onDidChangeDiagnostics, () => (drift().length === 0 ? true : undefined));
    assert.equal((await lensTitles(uri))[2], 'Applied');
  });
});
