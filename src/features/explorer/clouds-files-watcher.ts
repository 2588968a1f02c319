import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { isTrusted } from '../../platform/trust.ts';
import type { Subscription } from '../../state/observable.ts';

/** Tells when a `clouds.yaml` or `secure.yaml` changes, at the places where one was found or would be. Watches nothing before `watch`. */
export class CloudsFilesWatcher implements Subscription {
  readonly #changed: () => void;
  readonly #watchers = new Map<string, Subscription>();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Watches the folders of these files, the workspace's folders and the user's own configuration. */
  watch(files: readonly string[]): void {
    const workspace = isTrusted() ? (vscode.workspace.workspaceFolders ?? []) : [];
    const folders = new Set([
      ...files.map((file) => dirname(file)),
      ...workspace.filter((folder) => folder.uri.scheme === 'file').map((folder) => folder.uri.fsPath),
      join(homedir(), '.config', 'openstack'),
    ]);
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.dispose();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watchers.set(folder, this.#open(folder));
  }

  dispose(): void {
    for (const watcher of this.#watchers.values()) watcher.dispose();
    this.#watchers.clear();
  }

  #open(folder: string): Subscription {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(folder), '{clouds,clouds-public,secure}.{yaml,yml,json}'),
    );
    watcher.onDidChange(this.#changed);
    watcher.onDidCreate(this.#changed);
    watcher.onDidDelete(this.#changed);
    return watcher;
  }
}
