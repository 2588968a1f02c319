import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, lensTitles, openDefinition, workspaceFile } from '../../opened.ts';

const ours = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'glance');

describe('definition files', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('show mistakes at their place, with source and code, and nothing for a good file', async () => {
    const { document } = await openDefinition('mistakes.image.jsonc');
    const shown = await eventually(vscode.languages.onDidChangeDiagnostics, () => {
      const found = ours(document.uri);
      return found.length === 0 ? undefined : found;
    });
    const argument = shown.find(({ code }) => code === 'unknown-argument');
    assert.ok(argument);
    assert.equal(document.getText(argument.range), '"disk_formt"');
    assert.ok(shown.some(({ code }) => code === 'wrong-type'));
    const good = await openDefinition('ubuntu.image.jsonc');
    assert.deepEqual(ours(good.document.uri), []);
  });

  it('show a mistake once, with the JSON features of VS Code at work too', async () => {
    await vscode.extensions.getExtension('vscode.json-language-features')?.activate();
    const { document } = await openDefinition('mistakes.image.jsonc');
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
    // What JSON itself is against, only the JSON features say: it tells that they have looked.
    const text = `{
  "name": 5, "container_format": "bare", "disk_format": "raw",
  "protected": "yes", "min_disk_gb": "ten", "tags": "lts", "visibility": "everybody",
  "properties": { "os_distro": [] }, "ignore": [1], "timeouts": 5
}
`;
    edit.replace(document.uri, whole, `${text}]`);
    await vscode.workspace.applyEdit(edit);
    const shown = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri);
    await eventually(vscode.languages.onDidChangeDiagnostics, () => shown().find(({ source }) => source !== 'glance'));
    const end = document.positionAt(text.length);
    const mended = new vscode.WorkspaceEdit();
    mended.delete(document.uri, new vscode.Range(end, end.translate(0, 1)));
    await vscode.workspace.applyEdit(mended);
    const found = await eventually(vscode.languages.onDidChangeDiagnostics, () =>
      shown().some(({ code }) => code === 'unknown-value') && shown().every(({ source }) => source === 'glance')
        ? shown()
        : undefined,
    );
    assert.deepEqual(
      found.map(({ range }) => document.getText(range)),
      ['5', '"yes"', '"ten"', '"lts"', '"everybody"', '[]', '1', '5'],
    );
  });

  it('takes the mistakes of a closed file back', async () => {
    const { document } = await openDefinition('mistakes.image.jsonc');
    await eventually(vscode.languages.onDidChangeDiagnostics, () => ours(document.uri)[0]);
    await vscode.window.showTextDocument(document);
    // VS Code closes a document some time after its last editor; a rename closes it at once.
    const renamed = workspaceFile('renamed.image.jsonc');
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(document.uri, renamed);
    await vscode.workspace.applyEdit(edit);
    await eventually(vscode.languages.onDidChangeDiagnostics, () =>
      ours(document.uri).length === 0 && ours(renamed).length > 0 ? true : undefined,
    );
    const back = new vscode.WorkspaceEdit();
    back.renameFile(renamed, document.uri);
    await vscode.workspace.applyEdit(back);
  });

  it('have both actions over every definition, also after lines were put above', async () => {
    const { document } = await openDefinition('ubuntu.image.jsonc');
    assert.deepEqual((await lensTitles(document.uri)).slice(0, 2), ['Apply this image', 'Preview changes']);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '// one\n// two\n');
    await vscode.workspace.applyEdit(edit);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    const line = lenses[0]?.range.start.line;
    assert.equal(line === undefined ? undefined : document.lineAt(line).text, '{');
  });

  it('have no actions where the setting is off', async () => {
    const { document } = await openDefinition('ubuntu.image.jsonc');
    const settings = vscode.workspace.getConfiguration('glanceImages');
    await settings.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
    assert.deepEqual(await lensTitles(document.uri), []);
    await settings.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
    assert.notDeepEqual(await lensTitles(document.uri), []);
  });

  it('offer arguments and explain them, from the schema', async () => {
    const { document } = await openDefinition('ubuntu.image.jsonc');
    await vscode.extensions.getExtension('vscode.json-language-features')?.activate();
    const at = document.positionAt(document.getText().indexOf('"min_disk_gb"'));
    const complete = async (): Promise<string[] | undefined> => {
      const found = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        at,
      );
      const labels = found.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      return labels.includes('visibility') ? labels : undefined;
    };
    // The JSON server starts with the first definition that is opened, and tells that it did by its diagnostics.
    const labels = await complete().then(
      (found) => found ?? eventually(vscode.languages.onDidChangeDiagnostics, complete),
    );
    assert.ok(labels.includes('protected'));
    assert.ok(!labels.includes('name'), 'an argument that is there is not offered again');
    const hover = async (name: string): Promise<string> => {
      const place = document.positionAt(document.getText().indexOf(`"${name}"`) + 3);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        place,
      );
      const parts = hovers.flatMap(({ contents }) => contents);
      return parts.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')).join('\n');
    };
    assert.match(
      await hover('min_disk_gb'),
      /GiB.*`min_disk`.*\n\nA change updates the image in place\. Default: `0`\./s,
    );
    assert.match(await hover('disk_format'), /\n\nA change replaces the image, or updates it while it is queued\./);
    assert.match(await hover('regions'), /\n\nA change means another image\./);
    assert.match(await hover('hw_disk_bus'), /`virtio` is fastest.*\n\nA change updates the image in place\./s);
  });

  it('accept comments and trailing commas without a word', async () => {
    const { document } = await openDefinition('ubuntu.image.jsonc');
    assert.match(document.getText(), /\/\/ .*[\s\S]*,\s*}/);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it('become Terraform, and come of it', async () => {
    await openDefinition('ubuntu.image.jsonc');
    await vscode.commands.executeCommand('glanceImages.copyDefinitionAsTerraform');
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /^resource "openstack_images_image_v2" "/m);
    await vscode.commands.executeCommand('glanceImages.newDefinitionFromTerraform');
    const made = vscode.window.activeTextEditor?.document;
    assert.ok(made);
    // Before anything else: the other suites count on the names of the files that there are.
    await vscode.workspace.fs.delete(made.uri);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal(made.languageId, 'glance-image');
    assert.match(made.getText(), /^\/\/ From Terraform: openstack_images_image_v2\./m);
  });

  it('are not made of a Terraform file that has to be computed; its place is selected', async () => {
    const uri = workspaceFile('main.tf');
    const text = 'resource "openstack_images_image_v2" "a" {\n  name = var.name\n}\n';
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    const editor = await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand('glanceImages.newDefinitionFromTerraform');
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, uri.path);
    assert.equal(editor.document.getText(editor.selection), 'var.name');
    await vscode.workspace.fs.delete(uri);
  });
});
