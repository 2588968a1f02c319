import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Log } from '../../core/log.ts';
import type { TransferPersistence } from '../../state/transfers/transfers.ts';
import { TransferFiles } from '../files/transfer-files.ts';
import type { ImageViewMemory } from '../../state/clouds/image-view.ts';

/** Keeps transfers for this and other windows on the same workspace. VS Code gives each window of one workspace a storage of its own, and its state to the last. */
export function keepTransfers({ globalStorageUri }: vscode.ExtensionContext, log: Log): TransferPersistence {
  return new TransferFiles({ folder: join(globalStorageUri.fsPath, 'transfers', workspaceId()), log });
}

function workspaceId(): string {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const named = workspaceFile === undefined ? workspaceFolders.map(({ uri }) => uri) : [workspaceFile];
  return createHash('sha256').update(named.join('\n')).digest('hex').slice(0, 16);
}

const key = 'imageView';

/** Keeps filter and grouping of the Glance view in the workspace's state. */
export function keepImageView(state: vscode.Memento): ImageViewMemory {
  return {
    load: () => state.get<unknown>(key),
    save: (view) => void state.update(key, view),
  };
}
