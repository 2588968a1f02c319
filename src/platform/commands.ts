import * as vscode from 'vscode';
import { toFailure } from '../core/failure.ts';
import type { CommandId } from './command-ids.ts';
import type { Notifications } from './prompts/notifications.ts';
import type { Subscription } from '../state/observable.ts';

/**
 * The only way to register a command. Whatever a handler throws ends here: a cancellation in the log, everything else in one
 * notification. The promise of such a command resolves with `undefined`.
 */
export class Commands implements Subscription {
  readonly #notifications: Notifications;
  readonly #registered: Subscription[] = [];

  constructor(notifications: Notifications) {
    this.#notifications = notifications;
  }

  /** Arguments come from menus, keybindings and other extensions, so a handler has to check them. */
  register(id: CommandId, handler: (...args: readonly unknown[]) => unknown): void {
    this.#registered.push(
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          return await handler(...args);
        } catch (error) {
          this.#notifications.failed(toFailure(error));
          return undefined;
        }
      }),
    );
  }

  /** Runs a command of ours with errors handled as above. */
  run(id: CommandId, ...args: readonly unknown[]): Thenable<unknown> {
    return vscode.commands.executeCommand(id, ...args);
  }

  dispose(): void {
    for (const each of this.#registered.splice(0)) each.dispose();
  }
}
