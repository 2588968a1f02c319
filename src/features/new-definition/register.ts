import * as vscode from 'vscode';
import { newPlace, type NewPlace } from '../../core/definition/writing/suggest.ts';
import { describePlace, type Place } from '../../core/place.ts';
import type { CommandId } from '../../platform/command-ids.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { pickPlace } from '../../platform/prompts/pickers.ts';
import { requireTrust } from '../../platform/trust.ts';
import { isTreeNode } from '../../state/clouds/clouds-tree.ts';
import type { SandboxStore } from '../../state/sandbox.ts';
import { newEmptyDefinition } from './empty.ts';
import { newDefinitionFromFile, newDefinitionFromUrl } from './from-source.ts';
import { newSampleDefinition } from './sample.ts';

export interface NewDefinitionOptions {
  readonly commands: Commands;
  readonly engines: EngineAccess;
  readonly sandbox: SandboxStore;
  /** The extension's global storage. */
  readonly storage: vscode.Uri;
}

interface Way extends vscode.QuickPickItem {
  readonly go: () => unknown;
}

/** *New Definition…* and its ways: from a file, a URL, a live image, Terraform, empty, or a sample. */
export function registerNewDefinition({ commands, engines, sandbox, storage }: NewDefinitionOptions): void {
  commands.register('glanceImages.newDefinitionFromFile', (target) => newDefinitionFromFile(target, engines));
  commands.register('glanceImages.newDefinitionFromUrl', () => newDefinitionFromUrl(engines));
  commands.register('glanceImages.newSampleDefinition', () => newSampleDefinition(storage, sandbox));
  commands.register('glanceImages.newDefinitionHere', async (node) => {
    const place = await placeOf(node, engines);
    if (place === undefined) return;
    const chosen = await vscode.window.showQuickPick(waysTo(newPlace(place), engines), {
      title: `New Definition in ${describePlace(place)}`,
      placeHolder: 'Where does the image come from?',
    });
    await chosen?.go();
  });
  commands.register('glanceImages.uploadFile', async (node, file) => {
    requireTrust();
    const place = await placeOf(node, engines);
    if (place === undefined) return;
    const editor = await newDefinitionFromFile(file, engines, newPlace(place));
    if (editor !== undefined) await commands.run('glanceImages.previewDefinition', editor.document.uri, 0);
  });
  commands.register('glanceImages.newDefinition', async () => {
    const chosen = await vscode.window.showQuickPick(waysOf(commands), {
      title: 'New Definition',
      placeHolder: 'Where does the image come from?',
    });
    await chosen?.go();
  });
}

/** The place of a node of the view, or one that the user picks. */
async function placeOf(node: unknown, engines: EngineAccess): Promise<Place | undefined> {
  return isTreeNode(node) && 'place' in node ? node.place : pickPlace(engines);
}

const FROM_FILE = { label: '$(file-binary) From a file', detail: 'Detects format and sizes' };
const FROM_URL = { label: '$(globe) From a URL', detail: 'Detects format, sizes and a published checksum' };
const EMPTY = { label: '$(new-file) Empty', detail: 'Only a name' };

function waysTo(place: NewPlace, engines: EngineAccess): readonly Way[] {
  return [
    { ...FROM_FILE, go: () => newDefinitionFromFile(undefined, engines, place) },
    { ...FROM_URL, go: () => newDefinitionFromUrl(engines, place) },
    { ...EMPTY, go: () => newEmptyDefinition(place) },
  ];
}

function waysOf(commands: Commands): readonly Way[] {
  const way = (icon: string, label: string, detail: string, command: CommandId): Way => ({
    label: `$(${icon}) ${label}`,
    detail,
    go: () => commands.run(command),
  });
  return [
    { ...FROM_FILE, go: () => commands.run('glanceImages.newDefinitionFromFile') },
    { ...FROM_URL, go: () => commands.run('glanceImages.newDefinitionFromUrl') },
    way('cloud-download', 'From an image of the cloud', 'Import as Definition', 'glanceImages.importImage'),
    way(
      'symbol-structure',
      'From Terraform',
      'The resources in the active file or on the clipboard',
      'glanceImages.newDefinitionFromTerraform',
    ),
    way(
      'beaker',
      'A sample',
      'A small disk to experiment with, and its definition',
      'glanceImages.newSampleDefinition',
    ),
    { ...EMPTY, go: () => newEmptyDefinition() },
  ];
}
