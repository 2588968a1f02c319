import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installServer, type InstalledServer } from './install.ts';

export interface ServerOptions {
  /** Fresh, so that nothing of another run shows. */
  readonly dataFolder: string;
  /** Whether every workspace is trusted without asking. */
  readonly trust: boolean;
  /** Lets the page name an extension under development and its tests. */
  readonly development: boolean;
  /** Needed in the address by whoever opens it; without one everybody on this machine can. */
  readonly connectionToken?: string;
  /** Beside this process's, of which nothing that names a cloud is taken. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** VSIX files to install first. */
  readonly extensions?: readonly string[];
}

/** A VS Code that runs. */
export interface VsCodeServer {
  readonly port: number;
  /** Everything it printed. */
  output(): string;
  /** Ends the process that runs extensions in a window, as a crash does; VS Code starts another one. */
  killExtensionHosts(): Promise<void>;
  stop(): Promise<void>;
}

/** Quiet, and with dialogs that a page can press. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'window.dialogStyle': 'custom',
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  // It notifies of every port that anybody on the machine begins to listen on.
  'remote.autoForwardPorts': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.banner': 'never',
  // VS Code 1.103 asks in a modal as a folder opens; newer ones only restrict it.
  'security.workspace.trust.startupPrompt': 'never',
};

/** Starts VS Code's server on a loopback port of the system's choice and waits until it listens. */
export async function startServer(options: ServerOptions): Promise<VsCodeServer> {
  const installed = await installServer();
  const user = join(options.dataFolder, 'data', 'User');
  await mkdir(user, { recursive: true });
  await writeFile(join(user, 'settings.json'), JSON.stringify({ ...SETTINGS, ...options.settings }));
  for (const extension of options.extensions ?? []) {
    await program(
      installed,
      '--install-extension',
      extension,
      '--server-data-dir',
      options.dataFolder,
      '--accept-server-license-terms',
    );
  }
  const child = spawn(installed.node, ['out/server-main.js', ...parameters(options)], {
    cwd: installed.folder,
    env: { ...withoutClouds(process.env), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`VS Code's server ended:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        output += piece.toString();
        const [, listening] = /^Extension host agent listening on (\d+)$/m.exec(output) ?? [];
        if (listening !== undefined) resolve(Number(listening));
      });
    }
  });
  return {
    port,
    output: () => output,
    killExtensionHosts: () => killExtensionHosts(child),
    stop: () => stop(child),
  };
}

function parameters(options: ServerOptions): readonly string[] {
  const { connectionToken: token } = options;
  return [
    ...['--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms', '--telemetry-level', 'off'],
    ...['--server-data-dir', options.dataFolder],
    ...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]),
    ...(options.trust ? ['--disable-workspace-trust'] : []),
    ...(options.development ? ['--enable-smoke-test-driver'] : []),
  ];
}

/** Nobody's own cloud is meant here. */
export function withoutClouds(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('OS_')));
}

async function program({ folder, node }: InstalledServer, ...words: readonly string[]): Promise<void> {
  await promisify(execFile)(node, ['out/server-main.js', ...words], { cwd: folder });
}

async function killExtensionHosts({ pid }: ChildProcess): Promise<void> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args=']);
  for (const line of stdout.split('\n')) {
    const [own, parent] = line.trim().split(/\s+/).map(Number);
    if (own !== undefined && parent === pid && line.includes('--type=extensionHost')) process.kill(own, 'SIGKILL');
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, setTimeout(30_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
}
