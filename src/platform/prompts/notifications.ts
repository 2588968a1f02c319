import * as vscode from 'vscode';
import { isAbort } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import { actionsFor } from './failure-actions.ts';
import type { NotificationAction } from './failure-actions.ts';
import type { GlanceLog } from '../log.ts';
import { plainMessage } from './plain-message.ts';

/** Results of what the user did, and errors with *Show Log*. None of the calls waits until the user has closed the notification. */
export class Notifications {
  readonly #log: GlanceLog;

  constructor(log: GlanceLog) {
    this.#log = log;
  }

  /** One notification for a failure, with at most two actions besides *Show Log*; a cancellation only reaches the log. */
  failed(failure: Failure, actions: readonly NotificationAction[] = actionsFor(failure)): void {
    if (isAbort(failure)) {
      this.#log.info(failure.message);
      return;
    }
    this.#log.failure(failure);
    this.error(failure.explain(), actions);
  }

  /** An error in words; it has to be in the log already, or need none. */
  error(message: string, actions: readonly NotificationAction[] = []): void {
    this.#offer(vscode.window.showErrorMessage, message, [...actions.slice(0, 2), this.#showLog()]);
  }

  warn(message: string, actions: readonly NotificationAction[] = []): void {
    this.#offer(vscode.window.showWarningMessage, message, actions.slice(0, 3));
  }

  inform(message: string, actions: readonly NotificationAction[] = []): void {
    this.#offer(vscode.window.showInformationMessage, message, actions.slice(0, 3));
  }

  #showLog(): NotificationAction {
    return { title: 'Show Log', run: () => this.#log.show() };
  }

  #offer(
    show: (message: string, ...items: string[]) => Thenable<string | undefined>,
    message: string,
    actions: readonly NotificationAction[],
  ): void {
    void show(plainMessage(message), ...actions.map((action) => action.title)).then((chosen) =>
      actions.find((action) => action.title === chosen)?.run(),
    );
  }
}
