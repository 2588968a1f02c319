import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { CloudFacts } from '../../../../src/core/cloud-facts.ts';
import { NameCompletion } from '../../../../src/features/editing/name-completion.ts';
import { ValueCompletion } from '../../../../src/features/editing/value-completion.ts';
import { ValueHover } from '../../../../src/features/editing/value-hover.ts';
import { CloudKnowledge } from '../../../../src/state/clouds/cloud-knowledge.ts';
import { systemClock } from '../../../../src/state/clock.ts';
import { placeNamed } from '../../../unit/state/live-image.ts';
import { eventually, workspaceFile } from '../../opened.ts';

const FACTS: CloudFacts = {
  place: placeNamed('RegionOne'),
  regions: ['RegionOne'],
  formats: { disk: ['acmefs', 'raw', 'qcow2'], container: ['bare'] },
  properties: [
    {
      name: 'acme_tier',
      title: 'Tier [x](command:y)',
      description: 'Which hosts it runs on.',
      type: 'string',
      values: ['gold', 'silver'],
      namespace: 'ACME',
    },
  ],
  projects: [],
};

const BY_HAND: vscode.CompletionContext = {
  triggerKind: vscode.CompletionTriggerKind.Invoke,
  triggerCharacter: undefined,
};

const made: vscode.Uri[] = [];

/** A definition file, and where its bar is. */
async function at(marked: string): Promise<[vscode.TextDocument, vscode.Position]> {
  const uri = workspaceFile(`facts-${randomUUID()}.image.jsonc`);
  made.push(uri);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(marked.replace('|', '')));
  const document = await vscode.workspace.openTextDocument(uri);
  return [document, document.positionAt(marked.indexOf('|'))];
}

describe('what a cloud says of itself', () => {
  const knowing = new CloudKnowledge(
    () => Promise.resolve(FACTS),
    () => undefined,
    systemClock,
  );
  const silent = new CloudKnowledge(
    () => Promise.reject(new Error('503')),
    () => undefined,
    systemClock,
  );
  const token = new vscode.CancellationTokenSource().token;

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const uri of made.splice(0)) await vscode.workspace.fs.delete(uri);
    knowing.dispose();
    silent.dispose();
  });

  async function names(knowledge: CloudKnowledge, marked: string): Promise<vscode.CompletionItem[]> {
    return (await new NameCompletion(knowledge).provideCompletionItems(...(await at(marked)), token, BY_HAND)).items;
  }

  async function values(knowledge: CloudKnowledge, marked: string): Promise<readonly unknown[]> {
    const completion = new ValueCompletion({
      knowledge,
      clouds: () => Promise.resolve([]),
      secrets: () => Promise.resolve([]),
    });
    const { items } = await completion.provideCompletionItems(...(await at(marked)), token, BY_HAND);
    return items.map(({ label }) => label);
  }

  it('is offered: the properties of its operator behind those that are bundled, with their values', async () => {
    const items = await names(knowing, '{ "properties": { "os_type": "linux", | } }');
    const [own] = items.slice(-1);
    assert.deepEqual([own?.label, own?.detail], ['acme_tier', 'ACME']);
    assert.ok(own?.documentation instanceof vscode.MarkdownString && own.insertText instanceof vscode.SnippetString);
    assert.equal(own.insertText.value, '"acme_tier": "$1"');
    assert.match(own.documentation.value, /Which hosts it runs on[^]*`gold`, `silver`[^]*A change updates the image/);
    assert.doesNotMatch(own.documentation.value, /[^\\]\]\(command/);
    assert.ok(items.length > 50);
    assert.deepEqual(await values(knowing, '{ "properties": { "acme_tier": "|" } }'), ['gold', 'silver']);
    assert.deepEqual(await values(knowing, '{ "disk_format": "|" }'), ['qcow2', 'raw', 'acmefs']);
  });

  it('is replaced by what is bundled where it says nothing', async () => {
    const formats = await values(silent, '{ "disk_format": "|" }');
    assert.ok(formats.length > 8 && formats[0] === 'qcow2');
    assert.ok((await names(silent, '{ "properties": { | } }')).some(({ label }) => label === 'hw_disk_bus'));
  });

  it('is told where somebody points at a value', async () => {
    const [document, position] = await at('{ "disk_format": "vm|dk", "properties": { "acme_tier": "gold" } }');
    const told = new ValueHover(knowing);
    const text = (place: vscode.Position): string =>
      (told.provideHover(document, place)?.contents ?? [])
        .map((part) => (part instanceof vscode.MarkdownString ? part.value : ''))
        .join();
    await values(knowing, '{ "disk_format": "|" }');
    assert.match(text(position), /does not accept it\. It offers: acmefs, raw, qcow2/);
    assert.match(text(document.positionAt(document.getText().indexOf('acme'))), /Which hosts it runs on/);
  });

  it('is compared with what the definition says, with the nearest value for a fix', async () => {
    const [document, place] = await at(
      '{ "name": "a", "container_format": "bare", "disk_format": "|raw", "local_file_path": "images/disk.raw", "properties": { "hw_cpu_policy": "dedicted" } }',
    );
    const { uri } = document;
    await vscode.window.showTextDocument(document);
    const marked = eventually(vscode.languages.onDidChangeDiagnostics, () =>
      vscode.languages.getDiagnostics(uri).find(({ code }) => code === 'property-value-unlisted'),
    );
    await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', uri, place);
    const { range, severity } = await marked;
    assert.equal(severity, vscode.DiagnosticSeverity.Information);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.ok(actions.some(({ title }) => title === 'Change to "dedicated"'));
  });
});
