import type * as vscode from 'vscode';
import type { TransferPersistence } from '../../state/transfers.ts';

const memoryKey = 'transfers';

/** Keeps transfers in the workspace's state. VS Code writes it by itself; a write that fails costs the history, nothing else. */
export function keptInMemento(memento: vscode.Memento): TransferPersistence {
  return {
    load: () => memento.get<unknown>(memoryKey),
    save: (transfers) => void memento.update(memoryKey, transfers),
  };
}
