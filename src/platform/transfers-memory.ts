import type * as vscode from 'vscode';
import type { TransferPersistence } from '../state/transfers.ts';

const key = 'transfers';

/** Keeps transfers in the workspace's state, for the next window on the same workspace. */
export function keepTransfers(state: vscode.Memento): TransferPersistence {
  return {
    load: () => state.get<unknown>(key),
    save: (transfers) => void state.update(key, transfers),
  };
}
