import * as vscode from 'vscode';
import { renderArguments } from '../../core/definition/writing/render.ts';
import { openDefinitionFile, workspaceFolderForNew, writeNewFile } from '../../platform/files/new-definition-file.ts';
import type { SandboxStore } from '../../state/sandbox.ts';
import { sampleDisk } from './sample-disk.ts';

/**
 * *New Sample Definition*: a small disk image and its definition, in the workspace, or in the extension's storage where no folder is
 * open. Asked for again, it opens the one that is there. While the sandbox runs it means the sandbox, in both its regions.
 */
export async function newSampleDefinition(storage: vscode.Uri, sandbox: SandboxStore): Promise<void> {
  const chosen = await workspaceFolderForNew();
  if (chosen === 'declined') return;
  const folder = chosen ?? vscode.Uri.joinPath(storage, 'sample');
  const definition = vscode.Uri.joinPath(folder, 'sample.image.jsonc');
  const disk = vscode.Uri.joinPath(folder, 'sample.raw');
  await writeNewFile(disk, sampleDisk());
  await writeNewFile(definition, new TextEncoder().encode(sampleText(sandbox.state.kind === 'running')));
  await openDefinitionFile(definition);
}

function sampleText(forSandbox: boolean): string {
  return renderArguments(
    {
      ...(forSandbox ? { cloud: 'sandbox', regions: ['RegionOne', 'RegionTwo'] } : {}),
      name: 'Sample',
      container_format: 'bare',
      disk_format: 'raw',
      local_file_path: 'sample.raw',
      min_disk_gb: 1,
      tags: ['sample'],
      properties: { hw_disk_bus: 'virtio' },
    },
    // Read by people of any language in their files: it stays as it is.
    { header: ['A small disk to experiment with: preview, apply, change a line, preview again.'] },
  );
}
