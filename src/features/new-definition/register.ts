import * as vscode from 'vscode';
import type { CommandId } from '../../platform/command-ids.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
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
  commands.register('glanceImages.newDefinition', async () => {
    const chosen = await vscode.window.showQuickPick(waysOf(commands), {
      title: 'New Definition',
      placeHolder: 'Where does the image come from?',
    });
    await chosen?.go();
  });
}

function waysOf(commands: Commands): readonly Way[] {
  const way = (icon: string, label: string, detail: string, command: CommandId): Way => ({
    label: `$(${icon}) ${label}`,
    detail,
    go: () => commands.run(command),
  });
  return [
    way('file-binary', 'From a file', 'Detects format and sizes', 'glanceImages.newDefinitionFromFile'),
    way('globe', 'From a URL', 'Detects format, sizes and a published checksum', 'glanceImages.newDefinitionFromUrl'),
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
    { label: `$(new-file) Empty`, detail: 'Only a name', go: newEmptyDefinition },
  ];
}
