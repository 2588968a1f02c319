// `npm test`: builds, runs every suite, and ends with the sum of their counts. A suite that crashes or runs no test has failed.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devcloudInstalled, startDevcloud } from './host/devcloud.ts';
import { OUT } from './host/folders.ts';
import { runProgram } from './host/program.ts';

interface Suite {
  readonly name: string;
  readonly program: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Each failed test, with its error's first line. */
  readonly failures: readonly string[];
}

const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/host/counting-reporter.cjs'];
/** Milliseconds after which a suite is taken for hanging: no measure of its speed, which is a third on a busy machine. */
const TIME_AT_MOST = 60 * 60 * 1000;
/** What programs made of their sources, kept from one to the next: the contract suites start hundreds that run from the same ones. */
const compiled = join(OUT, 'compile-cache');
/** The counts of what failed before it had any. */
const NONE: Counts = { passed: 0, failed: 1, skipped: 0, failures: ['No test ran.'] };
const ON_OPENSTACK: readonly Suite[] = [
  {
    name: 'contract on OpenStack',
    program: [...mocha, 'test/contract/**/*.test.ts'],
    environment: { CONTRACT_CLOUD: 'openstack' },
  },
  { name: 'e2e on OpenStack', program: [...mocha, 'test/e2e/openstack/*.test.ts'] },
  { name: 'torture on OpenStack', program: ['test/torture/run.ts', '--cloud', 'openstack', '--minutes', '2'] },
];
const runningCloud = process.env.GLANCE_IMAGES_CONTRACT_CLOUDS_FILE;
const fromSource = process.env.GLANCE_IMAGES_PRODUCT === 'source';
const required = process.env.GLANCE_IMAGES_REQUIRE_OPENSTACK === '1';
const named = process.argv.slice(2).filter((word) => word !== '--oldest');
// The suites of the editor on the oldest VS Code that the manifest admits.
const oldest = process.argv.includes('--oldest');
if (oldest) process.env.GLANCE_IMAGES_VSCODE = 'oldest';
const wanted = oldest && named.length === 0 ? ['vscode', 'e2e'] : named;

// Ctrl+C, and what ends a job of a CI, end what runs here and then report.
const interruption = new AbortController();
for (const word of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(word, () => interruption.abort());

await mkdir(OUT, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'glance-images-tests-'));
const vsix = join(folder, 'glance-images.vsix');
const results = new Map<string, Counts>();
try {
  await build();
  await suite({ name: 'unit', program: [...mocha, 'test/unit/**/*.test.ts'] });
  await suite({ name: 'artefact', program: [...mocha, '--timeout', '60000', 'test/artefact/**/*.test.ts'] });
  await suite({
    name: 'contract on the sandbox',
    program: [...mocha, 'test/contract/**/*.test.ts'],
    environment: { CONTRACT_CLOUD: 'sandbox' },
  });
  await suite({ name: 'fuzz', program: ['test/fuzz/run.ts', '--seconds', '60'] });
  await suite({
    name: 'torture on the sandbox',
    program: ['test/torture/run.ts', '--cloud', 'sandbox', '--minutes', '2'],
  });
  // The pictures of one run, of all its files.
  if (selected('e2e')) await rm(join(OUT, 'screenshots'), { recursive: true, force: true });
  await onOpenstack();
  await suite({ name: 'vscode', program: ['test/vscode/run.ts'] });
  const e2e = ['--ignore', 'test/e2e/openstack/**', 'test/e2e/**/*.test.ts'];
  await suite({ name: 'e2e', program: [...mocha, ...e2e] });
} finally {
  // Processes of a cloud end a moment after they are told to, and write until then.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }).catch(console.error);
}
report();

/** What all suites run: packed once, as users get it. */
async function build(): Promise<void> {
  for (const program of [['esbuild.mjs'], ['test/host/vsix.ts', vsix]]) {
    const code = await runProgram(program, { environment: process.env, signal: interruption.signal });
    if (code !== 0) return void results.set('build', NONE);
  }
}

/** The suites on a real Keystone and Glance: on one that runs already, else, where they are installed, on a fresh one, which ends with them. */
async function onOpenstack(): Promise<void> {
  const names = ON_OPENSTACK.map(({ name }) => name).filter(selected);
  if (names.length === 0) return;
  if (runningCloud !== undefined) return suites(ON_OPENSTACK);
  if (!devcloudInstalled()) {
    console.log(
      `\nNo OpenStack is installed here (test/openstack/devcloud install), and so without: ${names.join(', ')}.`,
    );
    if (required) for (const name of names) results.set(name, NONE);
    return;
  }
  try {
    const cloud = await startDevcloud(join(folder, 'openstack'));
    const environment = { GLANCE_IMAGES_CONTRACT_CLOUDS_FILE: cloud.cloudsFile, WEB_PORT: String(cloud.webPort) };
    try {
      await suites(ON_OPENSTACK.map((each) => ({ ...each, environment: { ...each.environment, ...environment } })));
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    console.error(error);
    for (const name of names) results.set(name, NONE);
  }
}

async function suites(all: readonly Suite[]): Promise<void> {
  for (const each of all) await suite(each);
}

async function suite({ name, program, environment }: Suite): Promise<void> {
  if (!selected(name)) return;
  console.log(`\n=== ${name}`);
  const counts = join(folder, 'counts.json');
  await rm(counts, { force: true });
  const hanging = AbortSignal.timeout(TIME_AT_MOST);
  const code = await runProgram(program, {
    environment: {
      ...process.env,
      ...environment,
      GLANCE_IMAGES_TEST_COUNTS: counts,
      ...(fromSource ? {} : { GLANCE_IMAGES_PRODUCT: vsix }),
      NODE_COMPILE_CACHE: compiled,
    },
    signal: AbortSignal.any([hanging, interruption.signal]),
  });
  if (hanging.aborted) console.error(`${name} did not end within ${TIME_AT_MOST / 60_000} minutes.`);
  results.set(name, settle(await readCounts(counts), code));
}

/** The counts of a suite; one that ended badly without a failed test, or without any test, has a failure all the same. */
function settle(counts: Counts | undefined, code: number | null): Counts {
  if (counts === undefined || counts.passed + counts.failed === 0) return NONE;
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`Ended with ${code ?? 'a signal'}, though no test failed.`] };
}

async function readCounts(file: string): Promise<Counts | undefined> {
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as Counts;
}

/** After an interruption, and without a build, nothing is. */
function selected(name: string): boolean {
  if (interruption.signal.aborted || results.has('build')) return false;
  return wanted.length === 0 || wanted.some((word) => name.startsWith(word));
}

function report(): void {
  if (interruption.signal.aborted) results.set('interrupted', NONE);
  else if (results.size === 0) results.set(`no suite begins with ${wanted.join(' or ')}`, NONE);
  const sum = (part: 'passed' | 'failed' | 'skipped'): number =>
    [...results.values()].reduce((total, counts) => total + counts[part], 0);
  console.log('');
  for (const [name, { passed, failed, skipped }] of results) {
    const on = name.startsWith('contract') ? (fromSource ? ' from source' : ' on the unpacked VSIX') : '';
    console.log(`${name}: ${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}${on}`);
  }
  // Last, where they are looked for.
  for (const [name, { failures }] of results) for (const failure of failures) console.log(`FAILED ${name}: ${failure}`);
  const failed = sum('failed');
  const skipped = sum('skipped');
  console.log('');
  console.log(`${sum('passed')} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
