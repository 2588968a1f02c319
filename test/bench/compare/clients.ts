import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../host/folders.ts';
import { timed, type Cost, type Environment } from './timed.ts';

const run = promisify(execFile);

/** Has a process of Node write how many requests it sent, into the file that a variable names. */
const COUNTER = `let sent = 0;
require('node:diagnostics_channel').subscribe('http.client.request.start', () => { sent += 1; });
process.on('exit', () => require('node:fs').writeFileSync(process.env.BENCH_REQUESTS, String(sent)));`;

/** A build of the command line. */
export interface Build {
  readonly name: 'ours' | 'before';
  /** Its `cli.cjs`. */
  readonly program: string;
}

/** This checkout as it is built, and the one before if there is one, which is built. */
export async function builds(before: string | undefined): Promise<readonly Build[]> {
  const ours: Build = { name: 'ours', program: join(ROOT, 'dist/cli.cjs') };
  if (before === undefined) return [ours];
  const folder = resolve(before);
  if (!existsSync(join(folder, 'node_modules'))) throw new Error(`Run npm ci in ${folder} first.`);
  await run(process.execPath, ['esbuild.mjs'], { cwd: folder });
  return [ours, { name: 'before', program: join(folder, 'dist/cli.cjs') }];
}

/** Runs a command of a build. */
export async function ours(build: Build, words: readonly string[], environment: Environment): Promise<Cost> {
  return timed(process.execPath, [build.program, ...words], environment);
}

/** How many requests a command sends. */
export async function requestsOf(
  build: Build,
  words: readonly string[],
  environment: Environment,
  folder: string,
): Promise<number> {
  const [counter, counted] = [join(folder, 'counter.cjs'), join(folder, 'counted')];
  await writeFile(counter, COUNTER);
  await run(process.execPath, ['--require', counter, build.program, ...words], {
    env: { ...process.env, ...environment, BENCH_REQUESTS: counted },
    maxBuffer: 1024 ** 3,
  });
  return Number(await readFile(counted, 'utf8'));
}
