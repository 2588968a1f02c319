import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installServer, type InstalledServer } from './install.ts';
import { freePort } from './ports.ts';

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
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.banner': 'never',
  // VS Code 1.103 asks in a modal as a folder opens; newer ones only restrict it.
  'security.workspace.trust.startupPrompt': 'never',
};

/** Starts VS Code's server on a free loopback port and waits until it answers. */
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
  const port = await freePort();
  const child = spawn(installed.node, ['out/server-main.js', ...parameters(options, port)], {
    cwd: installed.folder,
    env: { ...withoutClouds(process.env), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => printed.push(piece.toString()));
  await answering(port, child, printed);
  return {
    port,
    output: () => printed.join(''),
    killExtensionHosts: () => killExtensionHosts(child),
    stop: () => stop(child),
  };
}

function parameters(options: ServerOptions, port: number): readonly string[] {
  const { connectionToken: token } = options;
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--accept-server-license-terms', '--telemetry-level', 'off'],
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

async function answering(port: number, child: ChildProcess, printed: readonly string[]): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if (child.exitCode !== null) throw new Error(`VS Code's server ended:\n${printed.join('')}`);
    const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
    if (answer !== undefined) return;
    await setTimeout(100);
  }
  throw new Error(`VS Code's server does not answer:\n${printed.join('')}`);
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
  await Promise.race([ended, setTimeout(5000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
}
