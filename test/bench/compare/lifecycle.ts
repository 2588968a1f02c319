import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLOUD } from '../real-cloud.ts';
import { ours, requestsOf, type Build } from './clients.ts';
import type { Curl } from './curl.ts';
import type { Result } from './result.ts';
import { forgetSources } from './sources.ts';
import { timed, type Cost, type Environment } from './timed.ts';

const run = promisify(execFile);

/** What is done to images, in this order. */
const STEPS = ['create', 'plan in sync', 'update', 'delete'] as const;

type Step = (typeof STEPS)[number];
type Costs = Readonly<Record<Step, Cost>>;

/** Images that are made, planned, changed and deleted. */
export interface Lifecycle {
  /** `100 images of 64 KiB`. */
  readonly what: string;
  /** Absolute path of the bytes of each. */
  readonly file: string;
  readonly count: number;
  readonly regions: readonly string[];
  readonly rounds: number;
  /** For files. */
  readonly folder: string;
  /** What finds the cloud. */
  readonly environment: Environment;
  readonly growth?: Result['growth'];
}

/** Each build, plain curl and, for one image, Debian's openstackclient, in turn through the whole life of the images. */
export async function lifecycle(
  life: Lifecycle,
  builds: readonly Build[],
  curl: Curl,
  openstack: boolean,
): Promise<readonly Result[]> {
  const contenders = new Map<string, (round: number) => Promise<Costs>>(
    builds.map((build) => [build.name, (round) => byBuild(build, life, round)]),
  );
  contenders.set('curl', (round) => byCurl(curl, life, round));
  if (openstack && life.count === 1 && life.regions.length === 1)
    contenders.set('openstackclient', (round) => byOpenstack(life, round));
  const costs = new Map<string, Costs[]>([...contenders.keys()].map((name) => [name, []]));
  for (let round = 0; round < life.rounds; round += 1)
    for (const [name, contend] of contenders) costs.get(name)?.push(await contend(round));
  const requests = new Map(
    await Promise.all(builds.map(async (build) => [build.name, await countRequests(build, life)] as const)),
  );
  return STEPS.flatMap((step) =>
    [...costs].map(([contender, all]): Result => {
      const counted = requests.get(contender as Build['name'])?.[step];
      return {
        work: `${step} ${life.what}`,
        contender,
        costs: all.map((each) => each[step]),
        ...(counted === undefined ? {} : { requests: counted }),
        ...(life.growth === undefined ? {} : { growth: { ...life.growth, plot: `${step}, by ${life.growth.plot}` } }),
      };
    }),
  );
}

/** The command of each step. */
function commands(path: string): Readonly<Record<Step, readonly string[]>> {
  return {
    create: ['apply', '--auto-approve', path],
    'plan in sync': ['plan', path],
    update: ['apply', '--auto-approve', path],
    delete: ['delete', '--auto-approve', path],
  };
}

/** Does all steps with definitions of their own, the update with `min_ram_mb`. */
async function inSteps<T>(
  build: Build,
  life: Lifecycle,
  round: string,
  work: (words: readonly string[], environment: Environment) => Promise<T>,
): Promise<Readonly<Record<Step, T>>> {
  const folder = join(life.folder, `${build.name}-${round}`);
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'bench.image.jsonc');
  const define = (more: object): Promise<void> => {
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: life.file, cloud: CLOUD };
    const names = Array.from(
      { length: life.count },
      (_, index) => `bench ${process.pid} ${build.name} ${round} ${index}`,
    );
    return writeFile(path, JSON.stringify(names.map((name) => ({ name, ...formats, regions: life.regions, ...more }))));
  };
  const words = commands(path);
  const environment = { ...life.environment, XDG_CACHE_HOME: join(life.folder, `cache-${build.name}`) };
  await define({});
  try {
    const create = await work(words.create, environment);
    const planned = await work(words['plan in sync'], environment);
    await define({ min_ram_mb: 64 });
    const update = await work(words.update, environment);
    return { create, 'plan in sync': planned, update, delete: await work(words.delete, environment) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function byBuild(build: Build, life: Lifecycle, round: number): Promise<Costs> {
  await forgetSources(join(life.folder, `cache-${build.name}`));
  return inSteps(build, life, String(round), (words, environment) => ours(build, words, environment));
}

async function countRequests(build: Build, life: Lifecycle): Promise<Readonly<Record<Step, number>>> {
  return inSteps(build, life, 'counted', (words, environment) => requestsOf(build, words, environment, life.folder));
}

async function byCurl(curl: Curl, { count, file, regions }: Lifecycle, round: number): Promise<Costs> {
  const all = { count: String(count), FILE: file, REGIONS: regions.join(' '), ROUND: String(round) };
  return {
    create: await curl.run('create', all),
    'plan in sync': await curl.run('list', all),
    update: await curl.run('update', all),
    delete: await curl.run('delete', all),
  };
}

/** With `--os-cloud`, as a user would. */
async function byOpenstack({ file, environment, regions: [region = ''] }: Lifecycle, round: number): Promise<Costs> {
  const words = ['--os-cloud', CLOUD, '--os-region-name', region, 'image'];
  const name = `bench ${process.pid} openstack ${round}`;
  const image = async (...more: readonly string[]): Promise<Cost> =>
    timed('openstack', [...words, ...more], environment);
  const formats = ['--container-format', 'bare', '--disk-format', 'raw', '--file', file];
  return {
    create: await image('create', ...formats, name),
    'plan in sync': await image('show', name),
    update: await image('set', '--min-ram', '64', name),
    delete: await image('delete', name),
  };
}

/** Whether Debian's openstackclient is here. */
export async function hasOpenstack(): Promise<boolean> {
  return run('openstack', ['--version']).then(
    () => true,
    () => false,
  );
}
