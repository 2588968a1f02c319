import { spawn } from 'node:child_process';
import { ROOT } from './folders.ts';

/** Milliseconds that an interrupted program has for tidying up. */
const GRACE = 10_000;

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the program with everything that it started, as Ctrl+C does. */
  readonly signal: AbortSignal;
  /** The descriptor of a file for its output; this terminal where omitted. */
  readonly output?: number;
}

/**
 * Runs a program of Node in the project's root. It leads a process group, so that its VS Codes and clouds end with it, however it
 * ended.
 *
 * @returns its exit code, null where a signal ended it
 */
export async function runProgram(
  parameters: readonly string[],
  { environment, signal, output }: ProgramOptions,
): Promise<number | null> {
  const child = spawn(process.execPath, [...parameters], {
    cwd: ROOT,
    stdio: ['ignore', output ?? 'inherit', output ?? 'inherit'],
    env: environment,
    detached: process.platform !== 'win32',
  });
  const end = (word: NodeJS.Signals): void => {
    if (child.pid !== undefined) endGroup(child.pid, word);
  };
  let late: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    end('SIGINT');
    late ??= setTimeout(() => end('SIGKILL'), GRACE);
  };
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  signal.addEventListener('abort', interrupt);
  if (signal.aborted) interrupt();
  try {
    return await ended;
  } finally {
    signal.removeEventListener('abort', interrupt);
    clearTimeout(late);
    end('SIGKILL');
  }
}

function endGroup(leader: number, word: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, word);
  } catch (error) {
    // Nobody of it is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
