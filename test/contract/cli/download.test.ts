import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { DownloadRegion, type DownloadFault } from '../download-region.ts';
import { CommandLine, document } from './command-line.ts';

interface Downloaded {
  readonly results: readonly {
    readonly status: string;
    readonly path: string | null;
    readonly resumed_from?: number;
    readonly verified: Readonly<Record<string, boolean | null>>;
    readonly error: { readonly code: string } | null;
  }[];
}

const bytes = randomBytes(3 * 1024 * 1024 + 17);
const HALF = 1_500_000;

describe('glance-images download', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let id: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    await line.workplace.file('disk.raw', bytes);
    id = await made(line.uniqueName('download'));
  });

  afterEach(() => line.close());

  async function made(name: string): Promise<string> {
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    const definitions = await line.workplace.define({ name, region: cloud.regions[0], ...formats });
    const [result] = await line.workplace.apply(definitions);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    return result.imageId ?? '';
  }

  /** From now on the region's next answers with data go wrong. */
  async function faulty(faults: readonly DownloadFault[], alter?: (image: object) => object): Promise<DownloadRegion> {
    const region = new DownloadRegion(faults, alter);
    await line.stand(cloud.regions[0], region.serve);
    return region;
  }

  const at = (name: string): string => join(line.folder, name);
  /** Every file below the folder; compiled code comes as Node ends. */
  const files = async (): Promise<readonly string[]> =>
    (await readdir(line.folder, { recursive: true })).filter((name) => !/compiled|glance-images$/.test(name));

  const parts = async (): Promise<readonly string[]> =>
    (await readdir(line.folder)).filter((name) => name.endsWith('.part'));

  it('writes a verified file, shows both checksums, and replaces no file unless told to', async () => {
    const run = await line.expect(0, 'download', id, '-o', 'got.raw');
    assert.ok((await readFile(at('got.raw'))).equals(bytes));
    assert.match(run.stdout, /^downloaded: .* as got\.raw$/m);
    assert.match(run.stdout, /^ {2}sha512 {2}match$/m);
    const again = await line.expect(1, 'download', id, '-o', 'got.raw');
    assert.match(again.stderr, /^failed: .*got\.raw" already exists\..*\[target-exists\]$/m);
    await writeFile(at('got.raw'), 'old');
    await line.expect(0, 'download', id, '-o', 'got.raw', '--force');
    assert.ok((await readFile(at('got.raw'))).equals(bytes));
    assert.deepEqual(await parts(), []);
  });

  it('puts several images into a folder, each called after itself, and prints one document', async () => {
    const other = await made(line.uniqueName('a/b: other'));
    const none = await line.expect(1, 'download', id, other, '-o', 'nowhere');
    assert.match(none.stderr, /\[target-not-folder\]$/m);
    const { results } = document(await line.expect(0, 'download', '--json', id, other)) as Downloaded;
    for (const { status, path, verified } of results) {
      assert.deepEqual([status, verified], ['verified', { size: true, md5: true, multihash: true }]);
      assert.ok((await readFile(path ?? '')).equals(bytes));
    }
    assert.match(results[1]?.path ?? '', /\/a-b-other-[\w-]+\.raw$/);
  });

  it('writes nothing of a cloud that answers with another image, or with an id that is a path', async () => {
    const lies = ['/../../x/.config/autostart/evil', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '..', `${id}/../../x`];
    for (const lie of lies) {
      await faulty([], (image) => ({ ...image, id: lie, name: '' }));
      const before = await files();
      const run = await line.expect(1, 'download', id);
      assert.match(run.stderr, /\[glance-unusable\]$/m);
      assert.deepEqual(await files(), before);
      for (const command of ['show', 'import']) {
        assert.match((await line.expect(1, command, id)).stderr, /\[glance-unusable\]$/m);
      }
    }
  });

  it('goes on by itself where the connection is cut, for as long as bytes come', async () => {
    const cut = { kind: 'cut', after: HALF / 2 } as const;
    const region = await faulty([cut, cut, cut]);
    await line.expect(0, 'download', id, '-o', 'got.raw');
    assert.ok((await readFile(at('got.raw'))).equals(bytes));
    const starts = region.ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? 'bytes=0-')?.[1]));
    assert.equal(starts.length, 4);
    assert.deepEqual(
      starts,
      starts.toSorted((one, other) => one - other),
    );
    assert.ok((starts[3] ?? 0) > HALF, starts.join());
  });

  it('keeps what came when it is killed, and goes on with that', async () => {
    const region = await faulty([{ kind: 'held', after: HALF }]);
    const { child, ended } = line.start('download', id, '-o', 'got.raw');
    const part = at(`.got.raw.${id}.part`);
    while (((await stat(part).catch(() => undefined))?.size ?? 0) < 1_000_000);
    child.kill('SIGKILL');
    await ended;
    const { size } = await stat(part);
    const { results } = document(await line.expect(0, 'download', id, '-o', 'got.raw', '--json')) as Downloaded;
    assert.equal(results[0]?.resumed_from, size);
    assert.deepEqual(region.ranges, [undefined, `bytes=${size}-`]);
    assert.ok((await readFile(at('got.raw'))).equals(bytes));
    assert.deepEqual(await parts(), []);
  });

  for (const as of ['part', 'part from there', 'whole'] as const) {
    it(`does not splice in the whole image where a part was asked for (sent as ${as})`, async () => {
      await writtenPart(HALF);
      const region = await faulty([{ kind: 'whole', as }]);
      await line.expect(0, 'download', id, '-o', 'got.raw');
      assert.ok((await readFile(at('got.raw'))).equals(bytes));
      assert.equal(region.ranges[0], `bytes=${HALF}-`);
    });
  }

  it('begins again where what was left is no beginning of the image', async () => {
    await writeFile(at(`.got.raw.${id}.part`), Buffer.alloc(HALF));
    const region = await faulty([]);
    await line.expect(0, 'download', id, '-o', 'got.raw');
    assert.ok((await readFile(at('got.raw'))).equals(bytes));
    assert.deepEqual(region.ranges, [`bytes=${HALF}-`, undefined]);
  });

  it('keeps no byte that is not what the cloud says, and the older file stays', async () => {
    await writeFile(at('got.raw'), 'old');
    await faulty([{ kind: 'others', bytes: randomBytes(bytes.length) }]);
    const run = await line.expect(1, 'download', id, '-o', 'got.raw', '--force');
    assert.match(run.stderr, /md5: received [0-9a-f]{32}, the cloud has [0-9a-f]{32}.*\[checksum-mismatch\]$/m);
    assert.equal(await readFile(at('got.raw'), 'utf8'), 'old');
    assert.deepEqual(await parts(), []);
  });

  it('ends with 3 where the cloud has nothing to compare with', async () => {
    await faulty([], (image) => ({ ...image, checksum: null, os_hash_algo: null, os_hash_value: null }));
    const run = await line.expect(3, 'download', id, '-o', 'got.raw');
    assert.match(run.stdout, /^downloaded, not verified: /m);
    assert.ok((await readFile(at('got.raw'))).equals(bytes));
  });

  it('says of an image without data, and of one that is not there, what is wrong', async () => {
    const queued = await line.makeQueued(line.uniqueName('queued'), cloud.regions[0]);
    assert.match((await line.expect(1, 'download', queued)).stderr, /is "queued".*\[image-has-no-data\]$/m);
    const gone = '00000000-0000-4000-8000-000000000000';
    assert.match((await line.expect(1, 'download', gone)).stderr, /\[image-not-found\]$/m);
  });

  /** What a download that was killed left. */
  async function writtenPart(length: number): Promise<void> {
    await writeFile(at(`.got.raw.${id}.part`), bytes.subarray(0, length));
  }
});
