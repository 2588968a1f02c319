import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CLOUD, type RealCloud } from '../real-cloud.ts';
import { ours, requestsOf, type Build } from './clients.ts';
import type { Result } from './result.ts';
import { inTurn, type Contender } from './results.ts';
import type { Settings } from './settings.ts';
import { Sink, type KnownDigests } from './sink.ts';
import { SlowSource } from './slow-source.ts';
import { timed, type Cost, type Environment } from './timed.ts';

const MEBIBYTE = 1024 * 1024;

/** A file of random bytes, which nothing can compress or guess. */
export async function randomFile(path: string, bytes: number): Promise<void> {
  const parts = function* (): Generator<Buffer> {
    for (let left = bytes; left > 0; left -= MEBIBYTE) yield randomBytes(Math.min(left, MEBIBYTE));
  };
  await pipeline(Readable.from(parts()), createWriteStream(path));
}

/** Empties a cache of ours, but for compiled code. */
export async function forgetSources(cache: string): Promise<void> {
  const folder = join(cache, 'glance-images');
  for (const name of await readdir(folder).catch(() => []))
    if (name !== 'compiled') await rm(join(folder, name), { recursive: true, force: true });
}

/** An image from a URL, with an empty cache and again with a full one, against the download alone. */
export async function fromUrl(
  { url: { mebibytes, rate }, rounds }: Settings,
  builds: readonly Build[],
  cloud: RealCloud,
): Promise<readonly Result[]> {
  const file = join(cloud.folder, 'source.raw');
  await randomFile(file, mebibytes * MEBIBYTE);
  const source = await SlowSource.start(file, rate * 1e6);
  try {
    const definition = join(cloud.folder, 'url.image.jsonc');
    const what = { name: `bench url ${process.pid}`, container_format: 'bare', disk_format: 'raw', cloud: CLOUD };
    await writeFile(definition, JSON.stringify({ ...what, image_source_url: source.url }));
    const environmentOf = (build: Build): Environment => ({
      OS_CLIENT_CONFIG_FILE: cloud.cloudsFile,
      XDG_CACHE_HOME: join(cloud.folder, `url-cache-${build.name}`),
    });
    const apply = ['apply', '--auto-approve', definition];
    const contend = (isCold: boolean): Record<string, Contender> =>
      Object.fromEntries(
        builds.map((build) => [
          build.name,
          async (): Promise<Cost> => {
            const environment = environmentOf(build);
            if (isCold) await forgetSources(environment.XDG_CACHE_HOME ?? '');
            const cost = await ours(build, apply, environment);
            await ours(build, ['delete', '--auto-approve', definition], environment);
            return cost;
          },
        ]),
      );
    const download: Contender = () => timed('curl', ['-sf', '-o', join(cloud.folder, 'downloaded'), source.url]);
    const size = `${String(mebibytes)} MiB from a URL at ${String(rate)} MB/s`;
    const cold = await inTurn(rounds, { ...contend(true), 'the download alone': download });
    const warm = await inTurn(rounds, { ...contend(false), 'the download alone': download });
    return [...resultsOf(`create from ${size}, cold`, cold), ...resultsOf(`create from ${size}, cached`, warm)];
  } finally {
    await source.stop();
  }
}

/** What the client itself can do: a cloud that takes bytes as fast as they come and knows their digests. */
export async function intoSink(
  { mebibytes: [mebibytes = 1024], rounds }: Settings,
  builds: readonly Build[],
  folder: string,
): Promise<readonly Result[]> {
  const file = join(folder, 'sink.raw');
  await randomFile(file, mebibytes * MEBIBYTE);
  const sink = await Sink.start(await digestsOf(file));
  try {
    const [definition, cloudsFile] = [join(folder, 'sink.image.jsonc'), join(folder, 'sink.yaml')];
    await sink.writeClouds(cloudsFile, 'sink');
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: file, cloud: 'sink' };
    await writeFile(definition, JSON.stringify({ name: 'bench sink', ...formats }));
    const apply = ['apply', '--auto-approve', definition];
    const remove = ['delete', '--auto-approve', definition];
    const environmentOf = (build: Build): Environment => ({
      OS_CLIENT_CONFIG_FILE: cloudsFile,
      XDG_CACHE_HOME: join(folder, `sink-cache-${build.name}`),
    });
    const contenders = builds.map((build): [string, Contender] => [
      build.name,
      async () => {
        await forgetSources(environmentOf(build).XDG_CACHE_HOME ?? '');
        const cost = await ours(build, apply, environmentOf(build));
        await ours(build, remove, environmentOf(build));
        return cost;
      },
    ]);
    const curl: Contender = () => timed('curl', ['-sf', '-T', file, `${sink.address}/v2/images/curl/file`]);
    const costs = await inTurn(rounds, { ...Object.fromEntries(contenders), curl });
    const counted = new Map<string, number>();
    for (const build of builds) {
      counted.set(build.name, await requestsOf(build, apply, environmentOf(build), folder));
      await ours(build, remove, environmentOf(build));
    }
    return resultsOf(`create ${String(mebibytes)} MiB in a sink`, costs, counted);
  } finally {
    await sink.stop();
  }
}

/** Results of one work. */
export function resultsOf(
  work: string,
  costs: ReadonlyMap<string, readonly Cost[]>,
  requests: ReadonlyMap<string, number> = new Map(),
): readonly Result[] {
  return [...costs].map(([contender, all]) => {
    const counted = requests.get(contender);
    return { work, contender, costs: all, ...(counted === undefined ? {} : { requests: counted }) };
  });
}

async function digestsOf(file: string): Promise<KnownDigests> {
  const [md5, sha512] = [createHash('md5'), createHash('sha512')];
  for await (const part of createReadStream(file)) {
    md5.update(part as Buffer);
    sha512.update(part as Buffer);
  }
  return { size: (await stat(file)).size, md5: md5.digest('hex'), sha512: sha512.digest('hex') };
}
