import * as vscode from 'vscode';
import type { Subscription } from '../state/observable.ts';

const section = 'glanceImages';

/** The extension's settings as they are now. In an untrusted workspace VS Code itself leaves out the workspace's values of the restricted ones. */
export interface Settings {
  /** Empty: `OS_CLOUD`, or the only one. */
  readonly cloud: string;
  readonly codeLens: boolean;
  /** Images a page in the view, 1 to 1000. */
  readonly pageSize: number;
  /** Environment variables that `${env:NAME}` may read besides `GLANCE_IMAGES_*`. */
  readonly allowedEnvironment: readonly string[];
}

/** Reads the settings; a value of the wrong type counts as not set. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(section);
  const cloud = configuration.get<unknown>('cloud');
  const pageSize = configuration.get<unknown>('explorer.pageSize');
  const allowed = configuration.get<unknown>('allowedEnvironment');
  return {
    cloud: typeof cloud === 'string' ? cloud.trim() : '',
    codeLens: configuration.get<unknown>('codeLens.enabled') !== false,
    pageSize: typeof pageSize === 'number' && Number.isInteger(pageSize) ? Math.min(Math.max(pageSize, 1), 1000) : 100,
    allowedEnvironment: Array.isArray(allowed) ? allowed.filter((name) => typeof name === 'string') : [],
  };
}

/** Calls `listener` after one of these settings changed. */
export function onDidChangeSettings(
  names: readonly ('cloud' | 'codeLens.enabled' | 'explorer.pageSize' | 'allowedEnvironment')[],
  listener: () => void,
): Subscription {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(`${section}.${name}`))) listener();
  });
}
