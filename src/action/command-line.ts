import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import process from 'node:process';

/** How a run of the command line ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line that is built with this program. No shell reads the words. */
export async function runCommandLine(words: readonly string[], folder: string): Promise<Ended> {
  const source = extname(import.meta.filename) === '.ts';
  const program = join(import.meta.dirname, '..', ...(source ? ['cli', 'main.ts'] : ['cli.cjs']));
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  // The runner interrupts this process alone where a run is cancelled.
  const interrupt = (): void => void child.kill('SIGINT');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 130));
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  return { code, ...said };
}
