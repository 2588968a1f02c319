// `npm test`: builds, runs every suite, three at a time, and ends with the sum of their counts. A suite that crashes or runs no test has
// failed. `npm test NAME` runs those whose names begin so.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { devcloudInstalled, startDevcloud, type OpenstackSource } from './host/devcloud.ts';
import { OUT } from './host/folders.ts';
import { runProgram } from './host/program.ts';
import { report } from './run/report.ts';
import { NONE, runSuite, type Counts, type Suite } from './run/suite.ts';
import { ON_OPENSTACK, ON_THE_SANDBOX, type CloudSuites } from './run/suites.ts';

/** Suites that run at the same time, on two processors too: each waits for servers, and for time to pass, more than it computes. */
const AT_ONCE = 3;
const runningCloud = process.env.GLANCE_IMAGES_CONTRACT_CLOUDS_FILE;
const fromSource = process.env.GLANCE_IMAGES_PRODUCT === 'source';
// Those of `OPENSTACK_FROM` that have to be there, with blanks between.
const required = process.env.GLANCE_IMAGES_REQUIRE_OPENSTACK?.split(' ') ?? [];
const named = process.argv.slice(2).filter((word) => word !== '--oldest');
// The suites of the editor on the oldest VS Code that the manifest admits.
const oldest = process.argv.includes('--oldest');
if (oldest) process.env.GLANCE_IMAGES_VSCODE = 'oldest';
const wanted = oldest && named.length === 0 ? ['vscode', 'e2e'] : named;

// Ctrl+C, and what ends a job of a CI, end what runs here and then report.
const interruption = new AbortController();
for (const word of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(word, () => interruption.abort());

const folder = await mkdtemp(join(tmpdir(), 'glance-images-tests-'));
const vsix = join(folder, 'glance-images.vsix');
const environment = {
  ...process.env,
  ...(fromSource ? {} : { GLANCE_IMAGES_PRODUCT: vsix }),
  // What programs made of their sources: the contract suites start hundreds that run from the same ones.
  NODE_COMPILE_CACHE: join(OUT, 'compile-cache'),
};
const results = new Map<string, Counts>();
try {
  if (await build()) await runSuites();
  else results.set('build', NONE);
} finally {
  // Processes of a cloud end a moment after they are told to, and write until then.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }).catch(console.error);
}
if (interruption.signal.aborted) results.set('interrupted', NONE);
else if (results.size === 0) results.set(`no suite begins with ${wanted.join(' or ')}`, NONE);
console.log(`\n${report(results, fromSource ? 'from source' : 'on the unpacked VSIX').join('\n')}`);
process.exitCode = [...results.values()].every(({ failed }) => failed === 0) ? 0 : 1;

/** What all suites run: packed once, as users get it. Returns whether that went well. */
async function build(): Promise<boolean> {
  for (const program of [['esbuild.mjs'], ['test/host/vsix.ts', vsix]])
    if ((await runProgram(program, { environment: process.env, signal: interruption.signal })) !== 0) return false;
  return true;
}

async function runSuites(): Promise<void> {
  const selected = ({ name }: Suite): boolean => wanted.length === 0 || wanted.some((word) => name.startsWith(word));
  const suites = ON_THE_SANDBOX.filter(selected);
  const clouds = cloudSuites()
    .map((each) => ({ ...each, suites: each.suites.filter(selected) }))
    .filter(canRun);
  // The pictures of one run, of all its files.
  if (suites.some(({ name }) => name === 'e2e')) await rm(join(OUT, 'screenshots'), { recursive: true, force: true });
  const jobs = suites.map((each) => (beside: boolean) => run(each, beside));
  jobs.unshift(...clouds.map((each) => (beside: boolean) => runOnOpenstack(each, beside)));
  await pLimit(AT_ONCE).map(jobs, (job) => job(jobs.length > 1));
}

async function run(suite: Suite, beside: boolean): Promise<void> {
  const { signal } = interruption;
  if (!signal.aborted) results.set(suite.name, await runSuite(suite, { environment, signal, beside }));
}

/** What to run on which OpenStack. One that runs already stands for all from packages. */
function cloudSuites(): readonly CloudSuites[] {
  if (runningCloud === undefined) return ON_OPENSTACK;
  const of = (source: OpenstackSource): Suite[] =>
    ON_OPENSTACK.filter((each) => each.source === source).flatMap(({ suites }) => suites);
  return (['packages', 'pypi'] as const).map((source) => ({ source, suites: of(source) }));
}

/** Whether there is something to run, and an OpenStack to run it on; one that is required and missing is a failure. */
function canRun({ source, suites }: CloudSuites): boolean {
  if (suites.length === 0) return false;
  if (runs(source) || devcloudInstalled(source)) return true;
  const names = suites.map(({ name }) => name);
  const install = `OPENSTACK_FROM=${source} test/openstack/devcloud install`;
  console.log(`\nNo OpenStack from ${source} is installed here (${install}), and so without: ${names.join(', ')}.`);
  if (required.includes(source)) for (const name of names) results.set(name, NONE);
  return false;
}

/** Whether one runs already that is to be taken. */
function runs(source: OpenstackSource): boolean {
  return runningCloud !== undefined && source === 'packages';
}

/** Runs suites one after the other on a real Keystone and Glance: on one that runs already, else on a fresh one, which ends with them. */
async function runOnOpenstack({ source, suites }: CloudSuites, beside: boolean): Promise<void> {
  try {
    const cloud = runs(source) ? undefined : await startDevcloud(await mkdtemp(join(folder, 'openstack-')), source);
    const where = cloud && { GLANCE_IMAGES_CONTRACT_CLOUDS_FILE: cloud.cloudsFile, WEB_PORT: String(cloud.webPort) };
    try {
      for (const suite of suites) await run({ ...suite, environment: { ...suite.environment, ...where } }, beside);
    } finally {
      await cloud?.stop();
    }
  } catch (error) {
    console.error(error);
    for (const { name } of suites) results.set(name, NONE);
  }
}
