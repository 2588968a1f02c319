import * as vscode from 'vscode';
import { toFailure } from '../core/failure.ts';
import type { CommandId } from './command-ids.ts';
import type { Notifications } from './prompts/notifications.ts';
import type { Subscription } from '../state/observable.ts';

type Handler = (...args: readonly unknown[]) => unknown;

/**
 * The only way to register a command. Whatever a handler throws ends here: a cancellation in the log, everything else in one
 * notification. The promise of such a command resolves with `undefined`.
 */
export class Commands implements Subscription {
  readonly #notifications: Notifications;
  readonly #registered: Subscription[] = [];
  readonly #handlers = new Map<CommandId, Handler>();
  /** What registers the handlers of commands that did not run yet. */
  readonly #loads = new Map<CommandId, () => Promise<unknown>>();

  constructor(notifications: Notifications) {
    this.#notifications = notifications;
  }

  /** Arguments come from menus, keybindings and other extensions, so a handler has to check them. */
  register(id: CommandId, handler: Handler): void {
    if (this.#handlers.has(id)) throw new TypeError(`${id} is registered already.`);
    this.#handlers.set(id, handler);
    if (!this.#loads.has(id)) this.#tell(id);
  }

  /** Commands that `load` registers: the first of them that runs loads the code of all. */
  registerLater(ids: readonly CommandId[], load: () => Promise<unknown>): void {
    for (const id of ids) {
      this.#loads.set(id, load);
      this.#tell(id);
    }
  }

  /** Runs a command of ours with errors handled as above. */
  run(id: CommandId, ...args: readonly unknown[]): Thenable<unknown> {
    return vscode.commands.executeCommand(id, ...args);
  }

  #tell(id: CommandId): void {
    const run = async (...args: unknown[]): Promise<unknown> => {
      try {
        return await (
          await this.#handler(id)
        )(...args);
      } catch (error) {
        this.#notifications.failed(toFailure(error));
        return undefined;
      }
    };
    this.#registered.push(vscode.commands.registerCommand(id, run));
  }

  async #handler(id: CommandId): Promise<Handler> {
    if (!this.#handlers.has(id)) await this.#loads.get(id)?.();
    const handler = this.#handlers.get(id);
    if (handler === undefined) throw new TypeError(`${id} has no handler.`);
    return handler;
  }

  dispose(): void {
    for (const each of this.#registered.splice(0)) each.dispose();
  }
}
