import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { DEFINITION_FILE_BYTES, parseDefinitions } from '../../core/definition/parse.ts';
import { readTextFile } from '../../node/files/text-file.ts';
import type { SavedDefinitions } from '../../state/definitions/saved-definitions.ts';
import type { Subscription } from '../../state/observable.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import type { GlanceLog } from '../log.ts';
import { isTrusted } from '../trust.ts';
import { definitionGlob, filePath } from './uris.ts';

/** Files that are read at once. */
const atOnce = 16;

/** Keeps the definitions of the workspace's files, as they were saved. Reads and watches nothing before `start`, and nothing in an untrusted workspace. */
export class WorkspaceDefinitions implements Subscription {
  readonly #saved: SavedDefinitions;
  readonly #plans: PlansStore;
  readonly #log: GlanceLog;
  readonly #subscriptions: Subscription[] = [];
  #started: Promise<void> | undefined;

  constructor(savedDefinitions: SavedDefinitions, plans: PlansStore, log: GlanceLog) {
    this.#saved = savedDefinitions;
    this.#plans = plans;
    this.#log = log;
  }

  /** Settles when every file was read; later calls wait for the same reading. */
  start(): Promise<void> {
    if (!isTrusted()) return Promise.resolve();
    this.#started ??= this.#begin();
    return this.#started;
  }

  dispose(): void {
    for (const each of this.#subscriptions.splice(0)) each.dispose();
  }

  async #begin(): Promise<void> {
    const watcher = vscode.workspace.createFileSystemWatcher(definitionGlob);
    const read = (uri: vscode.Uri): void => void this.#readOne(uri);
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate(read),
      watcher.onDidChange(read),
      watcher.onDidDelete((uri) => this.#forget(uri)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#readAll()),
    );
    await this.#readAll();
  }

  #forget(uri: vscode.Uri): void {
    // What was planned from it says nothing any more of the images that it leaves behind.
    this.#plans.forgetFile(filePath(uri));
    this.#saved.set(filePath(uri), []);
  }

  async #readAll(): Promise<void> {
    const files = new Map<string, readonly Definition[]>();
    const queue = (await vscode.workspace.findFiles(definitionGlob)).values();
    const work = async (): Promise<void> => {
      for (const uri of queue) files.set(filePath(uri), await this.#definitionsIn(uri));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    this.#saved.setAll(files);
  }

  async #readOne(uri: vscode.Uri): Promise<void> {
    this.#saved.set(filePath(uri), await this.#definitionsIn(uri));
  }

  async #definitionsIn(uri: vscode.Uri): Promise<readonly Definition[]> {
    try {
      return parseDefinitions(await textOf(uri), filePath(uri)).definitions;
    } catch (error) {
      this.#log.warn(`${uri.toString(true)} can't be read: ${String(error)}`);
      return [];
    }
  }
}

/** Of a file system that is not the disk's, VS Code says whether it is a file, and how large. */
async function textOf(uri: vscode.Uri): Promise<string> {
  if (uri.scheme === 'file') return readTextFile(uri.fsPath, { atMost: DEFINITION_FILE_BYTES });
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > DEFINITION_FILE_BYTES) throw new Error('It is too large.');
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
