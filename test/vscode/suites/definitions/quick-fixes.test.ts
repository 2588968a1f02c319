import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { useImages } from '../../../host/live-images.ts';
import { eventually, workspaceFile } from '../../opened.ts';

const GOOD = '"name": "Fixed", "container_format": "bare", "disk_format": "raw", "local_file_path": "images/disk.raw"';

async function fileWith(text: string): Promise<vscode.TextDocument> {
  const uri = workspaceFile(`fixes-${randomUUID()}.image.jsonc`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri))).document;
}

function problemOf(document: vscode.TextDocument, code: string): Promise<vscode.Diagnostic> {
  return eventually(vscode.languages.onDidChangeDiagnostics, () =>
    vscode.languages.getDiagnostics(document.uri).find((each) => each.code === code),
  );
}

async function fixesAt(document: vscode.TextDocument, { range }: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
  const found = await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );
  // VS Code adds some of its own, such as "Fix using Chat".
  return found
    .filter((each) => each instanceof vscode.CodeAction)
    .filter(({ edit, command }) => {
      return edit !== undefined || command?.command.startsWith('glanceImages.') === true;
    });
}

async function choose(actions: readonly vscode.CodeAction[], title: string): Promise<void> {
  const action = actions.find((each) => each.title === title);
  assert.ok(action?.edit, `${title} among ${actions.map((each) => each.title).join(', ')}`);
  assert.equal(await vscode.workspace.applyEdit(action.edit), true);
}

/** Runs a command, whose question is accepted as it stands as soon as it is there. */
async function accepted(command: string, ...parameters: readonly unknown[]): Promise<void> {
  const question = { over: false };
  const done = vscode.commands.executeCommand(command, ...parameters).then(() => (question.over = true));
  while (!question.over) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  await done;
}

/** The header of an empty qcow2 disk of this many bytes (https://www.qemu.org/docs/master/interop/qcow2.html). */
function qcow2Disk(size: number): Uint8Array {
  const header = Buffer.alloc(4096);
  header.write('QFI\xfb', 0, 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(BigInt(size), 24);
  header.writeUInt32BE(4, 96);
  header.writeUInt32BE(104, 100);
  return header;
}

describe('quick fixes', () => {
  const made: vscode.Uri[] = [];
  const open = async (text: string): Promise<vscode.TextDocument> => {
    const document = await fileWith(text);
    made.push(document.uri);
    return document;
  };

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const uri of made.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  it('mend a slip where it stands and keep comments', async () => {
    const document = await open(`{\n  ${GOOD},\n  "min_dsk_gb": 5, // GiB\n}\n`);
    const slip = await problemOf(document, 'unknown-argument');
    const actions = await fixesAt(document, slip);
    assert.deepEqual(
      actions.map(({ title, isPreferred }) => [title, isPreferred]),
      [['Change to "min_disk_gb"', true]],
    );
    await choose(actions, 'Change to "min_disk_gb"');
    assert.equal(document.getText(), `{\n  ${GOOD},\n  "min_disk_gb": 5, // GiB\n}\n`);
  });

  it('mend all slips of a file at once', async () => {
    const document = await open(`{\n  ${GOOD},\n  "min_dsk_gb": 5,\n  "protected": "yes"\n}\n`);
    const actions = await fixesAt(document, await problemOf(document, 'wrong-type'));
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Change to true', 'Fix all 2 problems in this file'],
    );
    const [all, ...others] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, 0, 0),
      'source.fixAll.glance',
    );
    assert.deepEqual([all?.kind?.value, others.length], ['source.fixAll.glance', 0]);
    assert.ok(all?.edit);
    await vscode.workspace.applyEdit(all.edit);
    assert.equal(document.getText(), `{\n  ${GOOD},\n  "min_disk_gb": 5,\n  "protected": true\n}\n`);
  });

  it('put a second definition and the first into a list, where VS Code itself says that it is no JSON', async () => {
    await vscode.extensions.getExtension('vscode.json-language-features')?.activate();
    const document = await open(`{\n  ${GOOD}\n}\n{ ${GOOD}, "key": "b" }\n`);
    const behind = await eventually(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(document.uri).find(({ range }) => range.start.line === 3),
    );
    await choose(await fixesAt(document, behind), 'Turn the definitions into an array');
    assert.equal(document.getText(), `[\n  {\n    ${GOOD}\n  },\n  { ${GOOD}, "key": "b" }\n]\n`);
    await document.save();
  });

  it('set min_disk_gb to what the disk needs, in a file with its own layout', async () => {
    const disk = workspaceFile('images/large.qcow2');
    await vscode.workspace.fs.writeFile(disk, qcow2Disk(5 * 2 ** 30 + 1));
    const text = `{\r\n\t${GOOD.replace('"raw"', '"qcow2"').replace('disk.raw', 'large.qcow2')},\r\n\t"min_disk_gb": 2, // GiB\r\n\t"region": "RegionOne",\r\n}\r\n`;
    try {
      const document = await open(text);
      await vscode.commands.executeCommand('glanceImages.previewDefinition', document.uri, 0);
      const small = await problemOf(document, 'min-disk-too-small');
      assert.equal(document.getText(small.range), '2');
      await choose(await fixesAt(document, small), 'Set "min_disk_gb" to 6');
      assert.equal(document.getText(), text.replace(': 2,', ': 6,'));
      await document.save();
    } finally {
      await vscode.workspace.fs.delete(disk);
    }
  });

  it('mean one of several images of a name', async () => {
    const ids = [randomUUID(), randomUUID()];
    const cloudsFile = process.env.OS_CLIENT_CONFIG_FILE ?? '';
    const image = { name: 'Fixed', container_format: 'bare', disk_format: 'raw', properties: {} };
    await useImages(cloudsFile, 'RegionOne', (images) => Promise.all(ids.map((id) => images.create({ ...image, id }))));
    try {
      const document = await open(`[{ ${GOOD}, "region": "RegionOne" }]`);
      await vscode.commands.executeCommand('glanceImages.previewDefinition', document.uri, 0);
      const actions = await fixesAt(document, await problemOf(document, 'ambiguous-image'));
      assert.deepEqual(
        new Set(actions.map(({ title }) => title)),
        new Set([...ids.map((id) => `Use the image ${id}`), 'Choose image…']),
      );
      await choose(actions, `Use the image ${ids[1] ?? ''}`);
      assert.equal(document.getText(), `[{ ${GOOD}, "region": "RegionOne", "image_id": "${ids[1] ?? ''}" }]`);
      await document.save();
    } finally {
      await useImages(cloudsFile, 'RegionOne', (images) => Promise.all(ids.map((id) => images.delete(id))));
    }
  });

  it('set disk_format to what the bytes say, after a plan', async () => {
    const document = await open(`{ ${GOOD.replace('"raw"', '"qcow2"')}, "region": "RegionOne" }`);
    await vscode.commands.executeCommand('glanceImages.previewDefinition', document.uri, 0);
    const wrong = await problemOf(document, 'format-mismatch');
    await choose(await fixesAt(document, wrong), 'Set "disk_format" to "raw"');
    assert.match(document.getText(), /"disk_format": "raw"/);
  });

  it('adopt an image that nobody marked, or choose another', async () => {
    const id = randomUUID();
    const cloudsFile = process.env.OS_CLIENT_CONFIG_FILE ?? '';
    const image = { id, name: 'Fixed', container_format: 'bare', disk_format: 'raw', properties: {} };
    await useImages(cloudsFile, 'RegionOne', (images) => images.create(image));
    try {
      const document = await open(`{\n  ${GOOD},\n  "region": "RegionOne", // here\n}\n`);
      await vscode.commands.executeCommand('glanceImages.previewDefinition', document.uri, 0);
      const actions = await fixesAt(document, await problemOf(document, 'unmarked-image'));
      assert.deepEqual(
        actions.map(({ title }) => title),
        [`Adopt the image ${id}`, 'Choose image…'],
      );
      await choose(actions, `Adopt the image ${id}`);
      assert.equal(document.getText(), `{\n  ${GOOD},\n  "region": "RegionOne", // here\n  "image_id": "${id}",\n}\n`);
      await document.save();
    } finally {
      await useImages(cloudsFile, 'RegionOne', (images) => images.delete(id));
    }
  });

  it('move a password out of the file, and never hand it to a command', async () => {
    const document = await open(`{ ${GOOD}, "image_source_password": "hunter2" }`);
    const actions = await fixesAt(document, await problemOf(document, 'literal-secret'));
    const [action] = actions;
    assert.equal(action?.title, 'Move it to the secret storage…');
    assert.doesNotMatch(JSON.stringify(action.command), /hunter2/);
    await accepted('glanceImages.keepSecret', ...((action.command?.arguments ?? []) as unknown[]));
    assert.equal(document.getText(), `{ ${GOOD}, "image_source_password": "\${secret:image-source}" }`);
  });

  it('move a password out of an address too', async () => {
    const source = '"name": "a", "container_format": "bare", "disk_format": "raw"';
    const document = await open(`{ ${source}, "image_source_url": "https://reader:hunter2@mirror.example/a" }`);
    const problem = await problemOf(document, 'literal-secret');
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Warning);
    const [action] = await fixesAt(document, problem);
    await accepted('glanceImages.keepSecret', ...((action?.command?.arguments ?? []) as unknown[]));
    assert.match(
      document.getText(),
      /"https:\/\/mirror\.example\/a", "image_source_username": "reader", "image_source_password": "\$\{secret:[\w-]+\}" \}$/,
    );
  });
});
