// `npm test`: builds, runs every suite, and ends with the sum of their counts. A suite that crashes or runs no test has failed.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OUT, ROOT } from './host/folders.ts';
import { freePort } from './host/server.ts';

interface Suite {
  readonly name: string;
  readonly program: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/host/counting-reporter.cjs'];
const devcloud = join(ROOT, 'test', 'openstack', 'devcloud');
/** Sources are modules by what they say, in a package whose bundles are CommonJS: Node warns of that once for each file. */
const quiet = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=MODULE_TYPELESS_PACKAGE_JSON`.trim();
const required = process.env.GLANCE_IMAGES_REQUIRE_OPENSTACK === '1';
const wanted = process.argv.slice(2);

await mkdir(OUT, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'glance-images-tests-'));
const results = new Map<string, Counts>();
try {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: ROOT, stdio: 'inherit' });
  await suite({ name: 'unit', program: [...mocha, 'test/unit/**/*.test.ts'] });
  await suite({
    name: 'contract on the sandbox',
    program: [...mocha, 'test/contract/**/*.test.ts'],
    environment: { CONTRACT_CLOUD: 'sandbox' },
  });
  await openstack();
  await suite({ name: 'vscode', program: ['test/vscode/run.ts'] });
  await suite({ name: 'e2e', program: [...mocha, '--timeout', '120000', 'test/e2e/**/*.test.ts'] });
} finally {
  await rm(folder, { recursive: true, force: true });
}
report();

/** The contract suite on a real Keystone and Glance: one that runs already, else a fresh one where they are installed. */
async function openstack(): Promise<void> {
  const name = 'contract on OpenStack';
  if (!selected(name)) return;
  const contract = (cloudsFile: string, webPort?: number): Suite => ({
    name,
    program: [...mocha, '--timeout', '120000', 'test/contract/**/*.test.ts'],
    environment: {
      CONTRACT_CLOUD: 'openstack',
      GLANCE_IMAGES_CONTRACT_CLOUDS_FILE: cloudsFile,
      ...(webPort === undefined ? {} : { WEB_PORT: String(webPort) }),
    },
  });
  const given = process.env.GLANCE_IMAGES_CONTRACT_CLOUDS_FILE;
  if (given !== undefined) return suite(contract(given));
  if (!existsSync('/usr/bin/glance-api') || !existsSync('/usr/bin/keystone-manage')) {
    console.log('\nNo OpenStack is installed here (test/openstack/devcloud install): its contract tests do not run.');
    if (required) results.set(name, { passed: 0, failed: 1, skipped: 0 });
    return;
  }
  const directory = join(folder, 'openstack');
  const webPort = await freePort();
  // One port for each region: the second is the next one.
  const glancePort = 20000 + Math.floor(Math.random() * 10000);
  const environment = {
    ...process.env,
    KEYSTONE_PORT: String(await freePort()),
    GLANCE_PORT: String(glancePort),
    WEB_PORT: String(webPort),
  };
  try {
    console.log('\nStarting Keystone and Glance');
    execFileSync('bash', [devcloud, 'up', directory], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
    await suite(contract(join(directory, 'clouds.yaml'), webPort));
  } catch (error) {
    console.error(error);
    results.set(name, { passed: 0, failed: 1, skipped: 0 });
  } finally {
    execFileSync('bash', [devcloud, 'down', directory], { env: environment, stdio: 'inherit' });
  }
}

async function suite({ name, program, environment }: Suite): Promise<void> {
  if (!selected(name)) return;
  console.log(`\n=== ${name}`);
  const counts = join(folder, 'counts.json');
  await rm(counts, { force: true });
  const child = spawn(process.execPath, [...program], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment, GLANCE_IMAGES_TEST_COUNTS: counts, NODE_OPTIONS: quiet },
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  results.set(name, settle(await readCounts(counts), code));
}

/** The counts of a suite; one that ended badly without a failed test, or without any test, has a failure all the same. */
function settle(counts: Counts | undefined, code: number | null): Counts {
  if (counts === undefined || counts.passed + counts.failed === 0) return { passed: 0, failed: 1, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readCounts(file: string): Promise<Counts | undefined> {
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as Counts;
}

function selected(name: string): boolean {
  return wanted.length === 0 || wanted.some((word) => name.startsWith(word));
}

function report(): void {
  const sum = (part: keyof Counts): number => [...results.values()].reduce((total, counts) => total + counts[part], 0);
  console.log('');
  for (const [name, { passed, failed, skipped }] of results) {
    console.log(`${name}: ${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
  }
  const failed = sum('failed');
  const skipped = sum('skipped');
  console.log('');
  console.log(`${sum('passed')} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
