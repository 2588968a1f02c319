import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OUT } from '../host/folders.ts';
import { runProgram } from '../host/program.ts';

/** Milliseconds after which a suite is taken for hanging: no measure of its speed, which is a third on a busy machine. */
const TIME_AT_MOST = 60 * 60 * 1000;

/** A program of Node that runs tests and writes its counts to the file that GLANCE_IMAGES_TEST_COUNTS names. */
export interface Suite {
  readonly name: string;
  readonly program: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Each failed test, with its error's first line. */
  readonly failures: readonly string[];
}

/** The counts of what failed before it had any. */
export const NONE: Counts = { passed: 0, failed: 1, skipped: 0, failures: ['No test ran.'] };

export interface SuiteOptions {
  /** Of this process; the suite's own is added. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the suite, as Ctrl+C does. */
  readonly signal: AbortSignal;
  /** Whether another suite may run meanwhile: then the output is kept in `out/suites`, and printed in one piece at the end. */
  readonly beside: boolean;
}

/** Runs a suite. One that ends badly without a failed test, or without any test, has a failure all the same. */
export async function runSuite(suite: Suite, { environment, signal, beside }: SuiteOptions): Promise<Counts> {
  const { name } = suite;
  const file = join(OUT, 'suites', name.replaceAll(' ', '-'));
  await mkdir(join(OUT, 'suites'), { recursive: true });
  const counts = `${file}.json`;
  await rm(counts, { force: true });
  console.log(beside ? `${name} runs, with its output in ${file}.log until it ends` : `\n=== ${name}`);
  const began = performance.now();
  const output = beside ? await open(`${file}.log`, 'w') : undefined;
  const hanging = AbortSignal.timeout(TIME_AT_MOST);
  const code = await runProgram(suite.program, {
    environment: { ...environment, ...suite.environment, GLANCE_IMAGES_TEST_COUNTS: counts },
    signal: AbortSignal.any([hanging, signal]),
    ...(output && { output: output.fd }),
  });
  await output?.close();
  if (beside) {
    console.log(`\n=== ${name}, ${Math.round((performance.now() - began) / 1000)} s`);
    process.stdout.write(await readFile(`${file}.log`));
  }
  if (hanging.aborted) console.error(`${name} did not end within ${TIME_AT_MOST / 60_000} minutes.`);
  return settle(await readCounts(counts), code);
}

function settle(counts: Counts | undefined, code: number | null): Counts {
  if (counts === undefined || counts.passed + counts.failed === 0) return NONE;
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`Ended with ${code ?? 'a signal'}, though no test failed.`] };
}

async function readCounts(file: string): Promise<Counts | undefined> {
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as Counts;
}
