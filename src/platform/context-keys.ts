import * as vscode from 'vscode';

/** The context keys that `when` clauses in package.json use, with their values. */
export interface ContextKeys {
  /** What was found when the clouds were read last. */
  readonly 'glanceImages.clouds': 'unread' | 'none' | 'some' | 'signedOut' | 'failed';
  readonly 'glanceImages.sandbox': 'stopped' | 'starting' | 'running';
  readonly 'glanceImages.applying': boolean;
  /** Whether this window has applied an image. */
  readonly 'glanceImages.applied': boolean;
  /** The preview in the active editor: whether an apply of it does something. */
  readonly 'glanceImages.preview': 'none' | 'open' | 'done';
  /** Whether the Glance view leaves images out. */
  readonly 'glanceImages.filtered': boolean;
}

/** Sets a context key; nothing else in the extension does. */
export function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
