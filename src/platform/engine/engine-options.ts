import * as vscode from 'vscode';
import type { Engine, EngineAnswers, EngineSetup } from '../../core/engine.ts';
import type { SandboxStore } from '../../state/sandbox.ts';
import type { SignedOutClouds } from '../../state/clouds/signed-out.ts';
import { EngineAccess } from './engine-access.ts';
import type { GlanceLog } from '../log.ts';
import { askLogin } from '../prompts/login-prompt.ts';
import type { Notifications } from '../prompts/notifications.ts';
import { confirmSecure } from '../prompts/secure-prompt.ts';
import { askSecret, confirmVariable } from '../prompts/secret-prompt.ts';
import type { NamedSecrets, Passwords } from '../memory/secrets.ts';
import { onDidChangeSettings, readSettings } from '../settings.ts';
import { isTrusted } from '../trust.ts';
import type { Subscription } from '../../state/observable.ts';

/** What the editor's engine is made from. */
export interface EngineDeps {
  readonly version: string;
  readonly log: GlanceLog;
  readonly passwords: Passwords;
  readonly secrets: NamedSecrets;
  /** What is remembered for all workspaces. */
  readonly memory: vscode.Memento;
  readonly notifications: Notifications;
  readonly sandbox: SandboxStore;
  readonly signedOut: SignedOutClouds;
}

/** The engine as this window has it; made anew when settings, folders, trust or the sandbox change. Nothing is loaded before its first use. */
export function createEngineAccess(deps: EngineDeps): {
  access: EngineAccess;
  disposables: Subscription[];
} {
  const access = new EngineAccess(() => makeEngine(deps));
  const replace = (): void => access.replace();
  let cloudsFile = sandboxFile(deps.sandbox);
  const disposables = [
    { dispose: () => access.dispose() },
    onDidChangeSettings(['cloud', 'allowedEnvironment', 'parallelism'], replace),
    vscode.workspace.onDidChangeWorkspaceFolders(replace),
    vscode.workspace.onDidGrantWorkspaceTrust(replace),
    deps.sandbox.onDidChange(() => {
      const now = sandboxFile(deps.sandbox);
      if (now === cloudsFile) return;
      cloudsFile = now;
      replace();
    }),
  ];
  return { access, disposables };
}

async function makeEngine(deps: EngineDeps): Promise<Engine> {
  const { createEngine } = await import('../../node/engine.ts');
  const { log, signedOut } = deps;
  return createEngine({
    ...engineSetup(deps),
    ...engineAnswers(deps),
    signedOut: (cloud) => signedOut.has(cloud),
    log,
  });
}

/** How the engine of this window is set up. */
export function engineSetup({ version, sandbox }: EngineDeps): EngineSetup {
  const settings = readSettings();
  const file = sandboxFile(sandbox);
  return {
    environment: process.env,
    workspaceFolders: isTrusted() ? localFolders() : [],
    extraCloudsFiles: file === undefined ? [] : [file],
    ...(settings.cloud === ''
      ? {}
      : { preferredCloud: { name: settings.cloud, chosenBy: 'the setting "glanceImages.cloud"', isSetting: true } }),
    allowedEnvironment: settings.allowedEnvironment,
    parallelism: settings.parallelism,
    userAgent: `glance-images-vscode/${version} vscode/${vscode.version}`,
  };
}

/** What an engine asks the user of this window. */
export function engineAnswers({ passwords, secrets, memory, notifications, signedOut }: EngineDeps): EngineAnswers {
  return {
    askLogin: askLogin(passwords, notifications, signedOut),
    confirmSecure: confirmSecure(memory),
    secret: askSecret(secrets),
    confirmSecret: confirmVariable(memory),
  };
}

/** The engine reads files by path, so folders of virtual workspaces are not for it. */
function localFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
}

function sandboxFile(sandbox: SandboxStore): string | undefined {
  return sandbox.state.kind === 'running' ? sandbox.state.cloudsFile : undefined;
}
