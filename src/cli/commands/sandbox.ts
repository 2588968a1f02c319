import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Failure } from '../../core/failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** The sandbox is a separate program, so that the command line stays small. */
function sandboxProgram(): string {
  return extname(import.meta.filename) === '.ts'
    ? join(import.meta.dirname, '..', '..', 'sandbox', 'main.ts')
    : join(import.meta.dirname, 'sandbox.cjs');
}

export interface SandboxCommandOptions {
  readonly dir?: string;
  readonly port?: number;
  /** The release of Glance that it imitates. */
  readonly release: string;
}

/** `sandbox`: runs the sandbox cloud until it is stopped. Without `dir` its data is deleted at the end. */
export async function sandbox(
  options: SandboxCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
  folder: string,
): Promise<ExitCode> {
  const { dir } = options;
  const temporary = dir === undefined ? await mkdtemp(join(tmpdir(), 'glance-images-sandbox-')) : undefined;
  try {
    await runUntilStopped(temporary ?? resolve(folder, dir ?? ''), options, terminal, signal);
    return EXIT.done;
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

async function runUntilStopped(
  folder: string,
  { port, release }: SandboxCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const chosen = [...(port === undefined ? [] : ['--port', String(port)]), '--release', release];
  const child = spawn(process.execPath, [sandboxProgram(), '--dir', folder, ...chosen, '--while-stdin'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((settle, reject) => {
    child.once('exit', settle);
    child.once('error', reject);
  });
  // It may have exited before its input is closed.
  child.stdin.on('error', () => undefined);
  const stop = (): void => void child.stdin.end();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  for await (const line of createInterface({ input: child.stdout })) announce(line, terminal);
  const code = await ended;
  if (code === 0 || signal.aborted) return;
  throw new Failure('sandbox-failed', `The sandbox exited with code ${String(code)}.`);
}

/** The line that it prints once it answers. Other lines pass through. */
function announce(line: string, terminal: Terminal): void {
  const ready = parsed(line);
  if (
    typeof ready !== 'object' ||
    ready === null ||
    !('cloudsFile' in ready) ||
    !('authUrl' in ready) ||
    !('release' in ready)
  ) {
    terminal.problem(line);
    return;
  }
  const { authUrl, release } = ready;
  terminal.line(
    `Sandbox cloud with Glance ${String(release)} running at ${String(authUrl)}. Press Ctrl+C to stop it. In another terminal:`,
  );
  terminal.line(`  export OS_CLIENT_CONFIG_FILE=${quoted(String(ready.cloudsFile))} OS_CLOUD=sandbox`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Quoted for a shell. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
