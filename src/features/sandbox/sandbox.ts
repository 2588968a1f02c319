import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Commands } from '../../platform/commands.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { SandboxStore } from '../../state/sandbox.ts';
import { claimSandboxFolder } from './sandbox-folders.ts';
import { SandboxProcess } from './sandbox-process.ts';
import type { Subscription } from '../../state/observable.ts';

/** What the sandbox's commands need. */
export interface SandboxOptions {
  readonly sandbox: SandboxStore;
  /** Where the extension is installed. */
  readonly extensionUri: vscode.Uri;
  /** The extension's global storage. */
  readonly storage: vscode.Uri;
  readonly commands: Commands;
  readonly notifications: Notifications;
  readonly log: GlanceLog;
}

/** *Start* and *Stop Sandbox Cloud*: a cloud on loopback, gone with its window. */
export function registerSandbox(options: SandboxOptions): Subscription[] {
  const { sandbox, commands } = options;
  const control = new SandboxControl(options);
  commands.register('glanceImages.startSandbox', () => control.start());
  commands.register('glanceImages.stopSandbox', () => control.stop());
  return [
    sandbox.onDidChange(({ kind }) => setContextKey('glanceImages.sandbox', kind)),
    { dispose: () => void control.stop() },
    { dispose: () => sandbox.dispose() },
  ];
}

class SandboxControl {
  readonly #options: SandboxOptions;
  #process: Promise<SandboxProcess> | undefined;
  #folder: string | undefined;

  constructor(options: SandboxOptions) {
    this.#options = options;
  }

  /** Started twice, it is one. */
  async start(): Promise<void> {
    const { sandbox, notifications } = this.#options;
    const again = this.#process !== undefined;
    const starting = (this.#process ??= this.#spawn());
    try {
      const { cloudsFile } = await starting;
      if (this.#process !== starting) return;
      if (!again) sandbox.set({ kind: 'running', cloudsFile });
      await vscode.commands.executeCommand('glanceImages.explorer.focus');
      if (again) notifications.inform('The sandbox cloud is already running as cloud "sandbox".');
    } catch (error) {
      if (this.#process === starting) this.#gone();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    this.#gone();
    await running.then(
      (process) => process.stop(),
      () => undefined,
    );
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #spawn(): Promise<SandboxProcess> {
    const { sandbox, storage, extensionUri, log, notifications } = this.#options;
    sandbox.set({ kind: 'starting' });
    this.#folder = await claimSandboxFolder(vscode.Uri.joinPath(storage, 'sandbox').fsPath, process.pid);
    return SandboxProcess.start({
      script: vscode.Uri.joinPath(extensionUri, 'dist', 'sandbox.cjs').fsPath,
      folder: this.#folder,
      log,
      onExit: (reason) => {
        this.#gone();
        log.error(`The sandbox cloud ended: ${reason}`);
        notifications.error(`The sandbox cloud stopped unexpectedly (${reason}).`);
      },
    });
  }

  #gone(): void {
    this.#process = undefined;
    this.#options.sandbox.set({ kind: 'stopped' });
  }
}
