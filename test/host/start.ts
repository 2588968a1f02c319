// `npm start`: a cloud, a workspace and the main job in a minute. Starts the sandbox cloud, makes a sample workspace, plans and applies one
// of its definitions in the terminal, then opens the workspace in VS Code until Ctrl+C. Ends after the apply where nobody is at the terminal.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './folders.ts';
import { driftImage, makeSampleWorkspace } from './sample-workspace.ts';
import { startServer, withoutClouds } from './server.ts';
import { pack, VSIX } from './vsix.ts';

const cli = join(ROOT, 'dist', 'cli.cjs');
const folder = await mkdtemp(join(tmpdir(), 'glance-images-start-'));
const workspace = join(folder, 'workspace');
const closing: (() => Promise<void>)[] = [];
// The handlers stay: npm passes Ctrl+C on, so that it can come twice.
const interruption = new AbortController();
const { signal } = interruption;
for (const word of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(word, () => interruption.abort(word));
const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

try {
  await main();
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  // What was interrupted failed for that reason.
  if (!signal.aborted) console.error(error);
} finally {
  for (const close of closing.reverse()) await close();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

async function main(): Promise<void> {
  const cloudsFile = await startSandbox();
  await mkdir(workspace);
  await makeSampleWorkspace(workspace, cloudsFile);
  say(`A sandbox cloud runs, and a sample workspace is in ${workspace}`);

  say('The main job: plan, then apply, one definition to two regions');
  await glanceImages('plan', 'ubuntu.image.jsonc');
  await glanceImages('apply', '--auto-approve', 'ubuntu.image.jsonc');
  say('Again: no changes');
  await glanceImages('plan', 'ubuntu.image.jsonc');

  say('A second definition is applied and then changed by somebody else; a third is left for you to create');
  await glanceImages('apply', '--auto-approve', 'debian.image.jsonc');
  await driftImage(cloudsFile, 'Debian 13');
  await glanceImages('plan', '.');

  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    say(
      'Nobody is at the terminal: this would now open the workspace in VS Code, the desktop one or one in the browser, until Ctrl+C.',
    );
    return;
  }
  await openWorkspace();
}

/** The sandbox as users start it: the command line's, in a process of its own. */
async function startSandbox(): Promise<string> {
  const program = [join(ROOT, 'dist', 'sandbox.cjs'), '--dir', join(folder, 'sandbox'), '--demo-only', '--while-stdin'];
  // In a group of its own, so that Ctrl+C leaves it to what is still cancelling; it ends with its input.
  const detached = process.platform !== 'win32';
  const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'], detached });
  closing.push(() => end(child));
  for await (const line of createInterface({ input: child.stdout })) {
    const ready: unknown = JSON.parse(line);
    if (typeof ready === 'object' && ready !== null && 'cloudsFile' in ready) return String(ready.cloudsFile);
  }
  throw new Error('The sandbox did not start.');
}

/** Runs the command line in the workspace, with this terminal, and lets it finish what Ctrl+C makes it do. */
async function glanceImages(...parameters: readonly string[]): Promise<void> {
  signal.throwIfAborted();
  console.log(`\n$ glance-images ${parameters.join(' ')}`);
  const environment = {
    ...withoutClouds(process.env),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_DATA_HOME: join(folder, 'data'),
  };
  const child = spawn(process.execPath, [cli, ...parameters], { cwd: workspace, stdio: 'inherit', env: environment });
  // Ctrl+C and the end of a terminal reach it without us, and twice would mean at once.
  const pass = (): void => {
    if (signal.reason === 'SIGTERM') child.kill('SIGTERM');
  };
  signal.addEventListener('abort', pass);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  signal.removeEventListener('abort', pass);
  signal.throwIfAborted();
  if (status !== 0) throw new Error(`glance-images ${parameters.join(' ')} ended with ${String(status)}.`);
}

async function openWorkspace(): Promise<void> {
  const desktop =
    process.getuid?.() !== 0 &&
    spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;
  if (desktop) {
    const data = join(folder, 'vscode');
    const window = spawn(
      'code',
      ['--wait', '--new-window', `--user-data-dir=${data}`, `--extensionDevelopmentPath=${ROOT}`, workspace],
      {
        stdio: 'inherit',
        env: withoutClouds(process.env),
        shell: process.platform === 'win32',
      },
    );
    closing.push(() => end(window));
    say('VS Code opens. Ctrl+C here ends everything.');
    const closed = new Promise<void>((resolve) => window.once('exit', () => resolve()));
    return Promise.race([closed, interrupted]);
  }
  await openBrowserVsCode();
  return interrupted;
}

/** VS Code in a browser. Its address holds a token: whoever has it, has a shell here. */
async function openBrowserVsCode(): Promise<void> {
  say('Getting VS Code from npm (once)');
  const connectionToken = randomBytes(24).toString('hex');
  pack();
  const extensions = [VSIX];
  const environment = { XDG_CACHE_HOME: join(folder, 'cache'), XDG_DATA_HOME: join(folder, 'data') };
  const server = await startServer({
    dataFolder: join(folder, 'vscode'),
    trust: true,
    development: false,
    connectionToken,
    environment,
    extensions,
  });
  closing.push(() => server.stop());
  signal.throwIfAborted();
  const address = new URL(`http://localhost:${server.port}/`);
  address.search = new URLSearchParams({ tkn: connectionToken, folder: workspace }).toString();
  say(`VS Code: ${address.href}\nOpen it in a browser on this machine. Ctrl+C ends everything.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function say(text: string): void {
  console.log(`\n=== ${text}`);
}
