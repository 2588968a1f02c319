import * as vscode from 'vscode';
import { Failure } from '../core/failure.ts';

/** Whether the workspace may be read as configuration and its definitions planned and applied. */
export function isTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

/** Throws `Failure` with code `untrusted-workspace` where the workspace is not trusted. To be called before anything that a definition causes. */
export function requireTrust(): void {
  if (isTrusted()) return;
  throw new Failure(
    'untrusted-workspace',
    'This workspace is not trusted. Its definitions are planned and applied only in a trusted one.',
    {
      next: 'Run "Workspaces: Manage Workspace Trust" to trust it.',
    },
  );
}
