import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Failure } from '../../core/failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** The sandbox is a program of its own beside this one, so that the command line does not carry it. */
function sandboxProgram(): string {
  return extname(import.meta.filename) === '.ts'
    ? join(import.meta.dirname, '..', '..', 'sandbox', 'main.ts')
    : join(import.meta.dirname, 'sandbox.js');
}

/** `sandbox`: runs the sandbox cloud until it is stopped. Without `--dir` its data is gone with it. */
export async function sandbox(
  options: { readonly dir?: string; readonly port?: string },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const temporary = options.dir === undefined ? await mkdtemp(join(tmpdir(), 'glance-images-sandbox-')) : undefined;
  const folder = options.dir ?? temporary ?? '';
  try {
    const port = options.port === undefined ? [] : ['--port', options.port];
    const child = spawn(process.execPath, [sandboxProgram(), '--dir', folder, ...port, '--while-stdin'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('exit', resolve);
      child.once('error', reject);
    });
    signal.addEventListener('abort', () => child.stdin.end(), { once: true });
    for await (const line of createInterface({ input: child.stdout })) announce(line, terminal);
    const code = await ended;
    if (code !== 0 && !signal.aborted)
      throw new Failure('sandbox-failed', `The sandbox ended with code ${String(code)}.`);
    return EXIT.done;
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

function announce(line: string, terminal: Terminal): void {
  const ready: unknown = JSON.parse(line);
  if (typeof ready !== 'object' || ready === null || !('cloudsFile' in ready) || !('authUrl' in ready)) return;
  terminal.line(`Sandbox cloud at ${String(ready.authUrl)}, until Ctrl+C. In another terminal:`);
  terminal.line(`  export OS_CLIENT_CONFIG_FILE=${String(ready.cloudsFile)} OS_CLOUD=sandbox`);
}
