import * as vscode from 'vscode';
import type { Failure } from '../../core/failure.ts';

/** A button of a notification. */
export interface NotificationAction {
  readonly title: string;
  run(): unknown;
}

/** What helps after a failure, by its code: at most two buttons. */
export function actionsFor(failure: Failure): readonly NotificationAction[] {
  if (failure.place !== undefined) return [action('Open clouds.yaml', 'glanceImages.openCloudsFile', failure)];
  switch (failure.code) {
    case 'untrusted-workspace':
      return [action('Manage Workspace Trust', 'workbench.trust.manage')];
    case 'definition-has-errors':
      return [action('Show Problems', 'workbench.actions.view.problems')];
    case 'apply-running':
      return [action('Show Transfers', 'glanceImages.showTransfers')];
    case 'signed-out':
      return [action('Sign In', 'glanceImages.signIn')];
    case 'no-clouds':
    case 'cloud-not-found':
      return [
        action('Open clouds.yaml', 'glanceImages.openCloudsFile'),
        action('Start Sandbox Cloud', 'glanceImages.startSandbox'),
      ];
    default:
      return [];
  }
}

/** A button that runs a command. */
export function action(title: string, command: string, ...args: readonly unknown[]): NotificationAction {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}
