import * as vscode from 'vscode';
import { PARALLELISM, PARALLELISM_AT_MOST } from '../core/engine.ts';
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
  /** Sources that are fetched, or read and sent, at once. */
  readonly parallelism: number;
}

/** Reads the settings; a value of the wrong type counts as not set. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(section);
  const cloud = configuration.get<unknown>('cloud');
  const pageSize = configuration.get<unknown>('explorer.pageSize');
  const parallelism = configuration.get<unknown>('parallelism');
  const allowed = configuration.get<unknown>('allowedEnvironment');
  return {
    cloud: typeof cloud === 'string' ? cloud.trim() : '',
    codeLens: configuration.get<unknown>('codeLens.enabled') !== false,
    pageSize: whole(pageSize, 100, 1000),
    allowedEnvironment: Array.isArray(allowed) ? allowed.filter((name) => typeof name === 'string') : [],
    parallelism: whole(parallelism, PARALLELISM, PARALLELISM_AT_MOST),
  };
}

/** A whole number of at least 1. */
function whole(value: unknown, fallback: number, most: number): number {
  return typeof value === 'number' && Number.isInteger(value) ? Math.min(Math.max(value, 1), most) : fallback;
}

/** Calls `listener` after one of these settings changed. */
export function onDidChangeSettings(
  names: readonly ('cloud' | 'codeLens.enabled' | 'explorer.pageSize' | 'allowedEnvironment' | 'parallelism')[],
  listener: () => void,
): Subscription {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(`${section}.${name}`))) listener();
  });
}
