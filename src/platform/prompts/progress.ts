import * as vscode from 'vscode';
import { plainMessage } from './plain-message.ts';

/** An `AbortSignal` that fires with the token. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Runs `work` under a progress notification with *Cancel*. What `work` throws is passed on, aborts too. */
export async function withCancellableProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, percent?: number) => void) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: plainMessage(title), cancellable: true },
    async (progress, token) => {
      let shown = 0;
      return work(signalOf(token), (message, percent) => {
        // VS Code adds increments up to 100.
        const increment = percent === undefined ? 0 : Math.max(0, percent - shown);
        shown += increment;
        progress.report({ message: plainMessage(message), increment });
      });
    },
  );
}

/** Runs `work` with the progress line of the Glance view. */
export async function withViewProgress<T>(work: () => Promise<T>): Promise<T> {
  return vscode.window.withProgress({ location: { viewId: 'glanceImages.explorer' } }, work);
}
