import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import * as vscode from 'vscode';
import { eventually, workspaceFile } from '../../opened.ts';

const made: vscode.Uri[] = [];

/** A definition file whose text has a bar where the cursor is. */
async function fileWith(marked: string): Promise<{ document: vscode.TextDocument; at: vscode.Position }> {
  const uri = workspaceFile(`editing-${randomUUID()}.image.jsonc`);
  made.push(uri);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(marked.replace('|', '')));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return { document, at: document.positionAt(Math.max(0, marked.indexOf('|'))) };
}

const labelOf = ({ label }: vscode.CompletionItem): string => (typeof label === 'string' ? label : label.label);

async function completions(
  document: vscode.TextDocument,
  at: vscode.Position,
  trigger?: string,
): Promise<vscode.CompletionItem[]> {
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    at,
    trigger,
  );
  return items.toSorted((one, other) => ((one.sortText ?? '') < (other.sortText ?? '') ? -1 : 1));
}

/** What is offered of files and folders; the examples of the schema are offered besides. */
async function paths({ document, at }: Awaited<ReturnType<typeof fileWith>>): Promise<vscode.CompletionItem[]> {
  const kinds: unknown[] = [vscode.CompletionItemKind.File, vscode.CompletionItemKind.Folder];
  return (await completions(document, at)).filter(({ kind }) => kinds.includes(kind));
}

async function linksOf(document: vscode.TextDocument): Promise<Map<string, string>> {
  const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri);
  return new Map(links.map(({ range, target }) => [document.getText(range), target?.toString(true) ?? '']));
}

describe('while a definition is written', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const uri of made.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  it('paths of files are completed, folders too, from where they begin', async () => {
    const labels = (await paths(await fileWith('{ "local_file_path": "|" }'))).map(labelOf);
    assert.ok(labels.includes('images/') && labels.includes('~/') && labels.includes('${workspaceFolder}/'));
    assert.ok(labels.indexOf('images/') < labels.indexOf('ubuntu.image.jsonc'), 'what can be an image comes first');
    const inside = await fileWith('{ "local_file_path": "images/d|isk" }');
    const [disk, ...others] = await paths(inside);
    assert.ok(disk);
    assert.deepEqual([labelOf(disk), others.length], ['disk.raw', 0]);
    const range = disk.range instanceof vscode.Range ? disk.range : disk.range?.replacing;
    assert.equal(inside.document.getText(range), 'disk');
    const workspace = await fileWith('{ "local_file_path": "${workspaceFolder}/images/|" }');
    assert.deepEqual((await paths(workspace)).map(labelOf), ['disk.raw']);
  });

  it('a cache path is completed with folders only, and an address with nothing', async () => {
    const cache = await fileWith('{ "image_cache_path": "./|" }');
    const labels = (await paths(cache)).map(labelOf);
    assert.ok(labels.includes('images/'));
    assert.deepEqual(
      labels.filter((label) => !label.endsWith('/')),
      [],
    );
    const address = await fileWith('{ "image_source_checksum": "https://example.org/|" }');
    assert.deepEqual(await paths(address), []);
  });

  it('addresses, files and images are links, without the password of an address', async () => {
    const id = randomUUID();
    const { document } = await fileWith(`{
  "image_source_url": "https://reader:hunter2@mirror.example.org/a.img",
  "image_source_checksum": "https://mirror.example.org/SHA256SUMS",
  "local_file_path": "images/disk.raw",
  "image_id": "${id}"
}`);
    const links = await linksOf(document);
    assert.equal(links.get('https://mirror.example.org/SHA256SUMS'), 'https://mirror.example.org/SHA256SUMS');
    const address = links.get('https://reader:hunter2@mirror.example.org/a.img');
    assert.equal(address, 'https://mirror.example.org/a.img');
    assert.match(links.get('images/disk.raw') ?? '', /^command:revealInExplorer\?.*images\/disk\.raw/);
    assert.match(links.get(id) ?? '', /^command:glanceImages\.showImageOfDefinition\?/);
    const digest = await fileWith('{ "image_source_checksum": "sha256:abc" }');
    assert.deepEqual([...(await linksOf(digest.document)).keys()], []);
  });

  it('Rename Symbol on a name adds a key, and says why a key is not renamed', async () => {
    const { document, at } = await fileWith('{\n  "name": "O|ld", // ours\n  "disk_format": "raw"\n}\n');
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      at,
      'New',
    );
    await vscode.workspace.applyEdit(edit);
    assert.equal(document.getText(), '{\n  "name": "New", // ours\n  "disk_format": "raw",\n  "key": "Old"\n}\n');
    await document.save();
    const keyed = await fileWith('{ "name": "a", "key": "k|" }');
    await assert.rejects(
      async () => vscode.commands.executeCommand('vscode.prepareRename', keyed.document.uri, keyed.at),
      /stays the same for the life of its definition/,
    );
  });

  it('names come in the order of definitions, each once, with a value begun and the commas around it', async () => {
    await vscode.extensions.getExtension('vscode.json-language-features')?.activate();
    const { document, at } = await fileWith('{\n  "name": "a" // which\n  |\n  "visibility": "private"\n}');
    const items = await completions(document, at);
    assert.deepEqual(items.slice(0, 4).map(labelOf), [
      'container_format',
      'disk_format',
      'local_file_path',
      'image_source_url',
    ]);
    assert.deepEqual(
      items.filter((item) => labelOf(item) === 'disk_format').length,
      1,
      'the JSON features of VS Code leave names to us',
    );
    const format = items.find((item) => labelOf(item) === 'disk_format');
    assert.ok(format?.insertText instanceof vscode.SnippetString);
    assert.equal(format.insertText.value, '"disk_format": "$1",');
    assert.equal(format.command?.command, 'editor.action.triggerSuggest');
    const [comma] = format.additionalTextEdits ?? [];
    assert.equal(
      comma && document.getText(new vscode.Range(new vscode.Position(0, 0), comma.range.start)).trim(),
      '{\n  "name": "a"',
    );
    const comment = await fileWith('{ "name": "a", // c|\n}');
    assert.deepEqual(await completions(comment.document, comment.at), []);
  });

  it('nothing is offered by the quote that ends a string, for Enter to begin a line', async () => {
    for (const marked of ['{ "disk_f"| }', '{ "disk_format": "raw"| }', '{ "local_file_path": "images/"| }']) {
      const { document, at } = await fileWith(marked);
      const ours = (items: readonly vscode.CompletionItem[]): number =>
        items.filter(({ sortText }) => /^\d/.test(sortText ?? '')).length;
      assert.equal(ours(await completions(document, at, '"')), 0, marked);
      if (!marked.includes('images')) assert.notEqual(ours(await completions(document, at)), 0, marked);
    }
  });

  it('values are offered for lists as lists, and what most people want comes first', async () => {
    await vscode.extensions.getExtension('vscode.json-language-features')?.activate();
    const texts = async (marked: string): Promise<unknown[]> => {
      const { document, at } = await fileWith(marked);
      return (await completions(document, at)).map(({ insertText }) => insertText);
    };
    assert.deepEqual((await texts('{ "disk_format": | "name": "a" }')).slice(0, 2), ['"qcow2",', '"raw",']);
    const ignored = await texts('{ "properties": { "hw_disk_bus": "virtio" }, "ignore": ["|"] }');
    assert.ok(ignored.includes('"os_distro"') && !ignored.includes('"hw_disk_bus"'));
    assert.ok((await texts('{ "ignore": | }')).includes('["os_distro"]'));
    process.env.GLANCE_IMAGES_MIRROR = 'hunter2';
    process.env.OS_GLANCE_TEST = 'hunter2';
    try {
      const secrets = await texts('{ "image_source_password": "|" }');
      assert.ok(
        secrets.some((each) => /^"\$\{secret:[\w-]+\}"$/.test(String(each))),
        secrets.join(),
      );
      assert.ok(secrets.includes('"${env:GLANCE_IMAGES_MIRROR}"'));
      assert.doesNotMatch(secrets.join(), /OS_GLANCE_TEST|hunter2|sha256/);
    } finally {
      delete process.env.GLANCE_IMAGES_MIRROR;
      delete process.env.OS_GLANCE_TEST;
    }
  });

  it('formats, regions, stores and projects of the cloud are offered, each once', async () => {
    await vscode.extensions.getExtension('vscode.json-language-features')?.activate();
    const offered = async (marked: string, ofCloud: string): Promise<string[]> => {
      const { document, at } = await fileWith(marked);
      // A cloud that is slow the first time is there with the next key.
      for (;;) {
        const items = await completions(document, at);
        const detail = items.find(({ filterText }) => filterText === `"${ofCloud}"`)?.detail;
        if (detail !== undefined) return items.map((item) => item.filterText ?? labelOf(item));
      }
    };
    const formats = await offered('{ "disk_format": "|", "region": "RegionOne" }', 'qcow2');
    assert.equal(formats.filter((each) => each === '"qcow2"').length, 1);
    assert.deepEqual(
      (await offered('{ "regions": ["RegionOne", "|"] }', 'RegionTwo')).filter((each) => each.includes('Region')),
      ['"RegionTwo"'],
    );
    assert.ok((await offered('{ "stores": ["|"] }', 'fast')).includes('"slow"'));
    assert.ok((await offered('{ "cloud": "|" }', 'sandbox')).includes('"sandbox"'));
  });

  it('what the cloud does not have is marked once it has said so, with the nearest that it has', async () => {
    const { document, at } = await fileWith(
      '{ "name": "a", "container_format": "bare", "disk_format": "raw", "local_file_path": "images/disk.raw", "regions": ["RegionOne", "RegionTow|"] }',
    );
    const marked = eventually(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(document.uri).find(({ code }) => code === 'region-not-found'),
    );
    await completions(document, at);
    assert.equal(document.getText((await marked).range), '"RegionTow"');
  });

  it('whole definitions are offered where there is none, and values for single arguments', async () => {
    await vscode.extensions.getExtension('vscode.json-language-features')?.activate();
    const { document, at } = await fileWith('|');
    const labels = (await completions(document, at)).map(labelOf);
    for (const label of ['Image from a local file', 'Image from a URL, checked', 'Image in several regions'])
      assert.ok(labels.includes(label), labels.join());
    const timeouts = await fileWith('{ "timeouts": | }');
    assert.ok((await completions(timeouts.document, timeouts.at)).map(labelOf).includes('Timeouts'));
  });
});
