import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a program cost, with the processes that it waited for. */
export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of user and system time. */
  readonly cpu: number;
  /** The most resident memory of one of its processes, in MB. */
  readonly megabytes: number;
}

export type Environment = Readonly<Record<string, string>>;

/** Runs a program under GNU time. Throws, with its words, where it fails. */
export async function timed(
  program: string,
  parameters: readonly string[],
  environment: Environment = {},
): Promise<Cost & { readonly output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-images-timed-'));
  const file = join(folder, 'time');
  try {
    const started = performance.now();
    const { stdout } = await run('/usr/bin/time', ['-f', '%U %S %M', '-o', file, program, ...parameters], {
      env: { ...process.env, ...environment },
      maxBuffer: 1024 ** 3,
    });
    const wall = (performance.now() - started) / 1000;
    const [user = NaN, system = NaN, kilobytes = NaN] = (await readFile(file, 'utf8')).trim().split(' ').map(Number);
    return { wall, cpu: user + system, megabytes: (kilobytes * 1024) / 1e6, output: stdout };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
