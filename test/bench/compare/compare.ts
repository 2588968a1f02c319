import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { withManyImages } from '../many-images.ts';
import { withRealCloud } from '../real-cloud.ts';
import type { Row } from '../rounds.ts';
import { builds, ours, type Build } from './clients.ts';
import { Curl } from './curl.ts';
import { hasOpenstack, lifecycle, type Lifecycle } from './lifecycle.ts';
import type { Result } from './result.ts';
import { inTurn, rowsOf, write } from './results.ts';
import type { Settings } from './settings.ts';
import { fromUrl, intoSink, randomFile, resultsOf } from './sources.ts';

const KIBIBYTE = 1024;
/** Bytes of one of many images. */
const SMALL = 64 * KIBIBYTE;
const REGIONS = ['RegionOne', 'RegionTwo', 'RegionThree', 'RegionFour'];

/**
 * Ours against the checkout before, plain curl and openstackclient, in turn: files, URLs, many small images, regions, a sink. Wall
 * and CPU time, memory, requests; JSON and plots go to `out`.
 */
export async function compare(settings: Settings): Promise<readonly Row[]> {
  const contenders = await builds(settings.before);
  const results = [
    ...(await onSink(settings, contenders)),
    ...(await onCloud(settings, contenders)),
    ...(await onManyImages(settings, contenders)),
  ];
  for (const file of await write(results, resolve(settings.out))) console.error(`Wrote ${file}`);
  return rowsOf(results);
}

async function onSink(settings: Settings, contenders: readonly Build[]): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-images-sink-'));
  try {
    return await intoSink(settings, contenders, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function onCloud(settings: Settings, contenders: readonly Build[]): Promise<readonly Result[]> {
  return withRealCloud(async (cloud) => {
    const curl = await Curl.of(cloud);
    const openstack = await hasOpenstack();
    const live = async (life: Omit<Lifecycle, 'rounds' | 'folder' | 'environment'>): Promise<readonly Result[]> => {
      console.error(`Measuring ${life.what}…`);
      const environment = { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile };
      const whole = { ...life, rounds: settings.rounds, folder: cloud.folder, environment };
      return lifecycle(whole, contenders, curl, openstack);
    };
    const results: Result[] = [];
    const small = join(cloud.folder, 'small.raw');
    await randomFile(small, SMALL);
    for (const count of settings.definitions) {
      const growth = { plot: 'definitions', unit: 'definitions', size: count };
      const what = `${String(count)} × 64 KiB`;
      results.push(...(await live({ what, file: small, count, regions: REGIONS.slice(0, 1), growth })));
    }
    const large = join(cloud.folder, 'large.raw');
    for (const mebibytes of settings.mebibytes) {
      await randomFile(large, mebibytes * KIBIBYTE ** 2);
      const growth = { plot: 'size', unit: 'MiB', size: mebibytes };
      const what = `${String(mebibytes)} MiB`;
      results.push(...(await live({ what, file: large, count: 1, regions: REGIONS.slice(0, 1), growth })));
    }
    const [mebibytes = 1024] = settings.mebibytes;
    await randomFile(large, mebibytes * KIBIBYTE ** 2);
    for (const regions of settings.regions) {
      const growth = { plot: 'regions', unit: 'regions', size: regions };
      const what = `${String(mebibytes)} MiB in ${String(regions)} regions`;
      results.push(...(await live({ what, file: large, count: 1, regions: REGIONS.slice(0, regions), growth })));
    }
    console.error('Measuring a URL…');
    return [...results, ...(await fromUrl(settings, contenders, cloud))];
  });
}

/** Lists of so many images of a sandbox. */
async function onManyImages({ images, rounds }: Settings, contenders: readonly Build[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const count of images) {
    console.error(`Measuring a list of ${String(count)} images…`);
    const list = async (cloudsFile: string): Promise<readonly Result[]> => {
      const environment = { OS_CLIENT_CONFIG_FILE: cloudsFile, OS_CLOUD: 'sandbox' };
      const words = ['list', '--region', 'RegionOne', '--json'];
      const all = contenders.map((build) => [build.name, () => ours(build, words, environment)] as const);
      return resultsOf(`list ${String(count)} images`, await inTurn(rounds, Object.fromEntries(all)));
    };
    const growth = { plot: 'list, by images', unit: 'images', size: count };
    results.push(...(await withManyImages(list, count)).map((result) => ({ ...result, growth })));
  }
  return results;
}
