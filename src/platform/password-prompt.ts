import * as vscode from 'vscode';
import type { EngineOptions } from '../core/engine.ts';
import type { Notifications } from './notifications.ts';
import type { Passwords } from './secrets.ts';

/**
 * Answers the engine's question for a password: the kept one, else the user is asked, and offered to keep what was typed. A kept
 * one is handed out once for each engine: if the same engine asks again, it was refused, so the user is asked.
 */
export function askPassword(
  passwords: Passwords,
  notifications: Notifications,
): NonNullable<EngineOptions['askPassword']> {
  const used = new Set<string>();
  return async (cloud, user, authUrl) => {
    const key = JSON.stringify([authUrl, user]);
    const kept = used.has(key) ? undefined : await passwords.get(authUrl, user);
    used.add(key);
    if (kept !== undefined) return kept;
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t('Password for cloud "{0}"', cloud),
      prompt: vscode.l10n.t('User {0} at {1}', user, authUrl),
      password: true,
      ignoreFocusOut: true,
    });
    if (typed !== undefined && typed !== '')
      offerToKeep(notifications, cloud, () => passwords.keep(authUrl, user, typed));
    return typed === '' ? undefined : typed;
  };
}

function offerToKeep(notifications: Notifications, cloud: string, keep: () => unknown): void {
  notifications.inform(vscode.l10n.t('Keep the password of cloud "{0}" in the secret storage of VS Code?', cloud), [
    { title: vscode.l10n.t('Keep'), run: keep },
  ]);
}
