import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { logIn, type Session } from '../../api/session.ts';
import type { CommandLine } from '../../cli/command-line.ts';
import { document } from '../../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { WatchedRegion } from '../../watched-region.ts';
import { isLook, WebSource } from '../../web-source.ts';
import { APPLY, DiskApply, resultOf, type Result } from './disk-apply.ts';

const bytes = randomBytes(2_000_003);

interface PlanRow {
  readonly action: string;
  readonly changes: readonly { readonly path: string }[];
  readonly problems: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
}

describe('a region in which others are at work', () => {
  let cloud: CloudUnderTest;
  let disk: DiskApply;
  let line: CommandLine;
  let session: Session;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
    session = await logIn('cloud', 0, cloud);
  });

  beforeEach(async () => {
    disk = await DiskApply.open(cloud, 'region', bytes);
    ({ line, name } = disk);
  });

  afterEach(() => line.close());

  async function plan(...words: readonly string[]): Promise<PlanRow> {
    const run = await line.run('plan', '--json', ...words, 'test.image.jsonc');
    const [row] = (document(run) as { plans: readonly PlanRow[] }).plans;
    assert.ok(row, run.stderr);
    return row;
  }

  it('plans a change again, once, that somebody else made at the same moment', async () => {
    await disk.define({ properties: { mine: '1', theirs: '1' } });
    const { image_id: id } = resultOf(await line.expect(0, ...APPLY));
    await disk.define({ properties: { mine: '2' } });
    const region = await disk.happens({
      at: /^PATCH /,
      before: (image) => session.patch(image, [{ op: 'remove', path: '/theirs' }]),
    });
    assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
    assert.deepEqual(region.writes, ['PATCH /images/{id}', 'PATCH /images/{id}']);
    const image = await session.show(id ?? '');
    assert.deepEqual([image.mine, image.theirs], ['2', undefined]);
  });

  it('does not plan again for ever what somebody else keeps changing', async () => {
    await disk.define({ properties: { mine: '1', theirs: '1' } });
    resultOf(await line.expect(0, ...APPLY));
    await disk.define({ properties: { mine: '2' } });
    const region = await disk.happens({ at: /^PATCH /, times: 9, answer: { status: 409, unseen: true } });
    const { status, error } = resultOf(await line.expect(1, ...APPLY));
    assert.deepEqual([status, error?.code, error?.status], ['failed', 'conflict', 409]);
    assert.equal(region.writes.length, 2);
  });

  it('warns of "public" where the login is no administrator’s, and shows what Glance says to it', async () => {
    await disk.define({ visibility: 'public' });
    const warned = (await plan()).problems.find(({ code }) => code === 'public-needs-right');
    assert.equal(warned?.severity, 'warning');
    const { status, error } = resultOf(await line.expect(1, ...APPLY));
    assert.deepEqual([status, error?.status], ['failed', 403]);
    assert.deepEqual(await line.named(name), []);
    await disk.define({ visibility: 'public', cloud: cloud.adminCloud });
    assert.deepEqual((await plan()).problems, []);
  });

  it('does not take for ours the bytes that somebody put under our id', async () => {
    const { image_id: id } = resultOf(await line.expect(0, ...APPLY));
    const foreign = (image: object): object =>
      'os_hash_value' in image ? { ...image, checksum: 'a'.repeat(32), os_hash_value: 'b'.repeat(128) } : image;
    await line.alter({
      region: cloud.regions[0],
      path: /\/images(\?|\/[0-9a-f-]{36}$)/,
      alter: (body) => {
        if (typeof body !== 'object' || body === null) return body;
        if ('images' in body) return { ...body, images: (body.images as object[]).map(foreign) };
        return foreign(body);
      },
    });
    const { action, changes } = await plan();
    assert.equal(action, 'replace');
    assert.ok(changes.some(({ path }) => path === 'data'));
    const got = await line.expect(1, 'download', id ?? '', '-o', 'got.raw');
    assert.match(got.stderr, /\[checksum-mismatch\]$/m);
  });

  it('keeps nothing of data that came in another encoding than was asked for', async () => {
    const { image_id: id } = resultOf(await line.expect(0, ...APPLY));
    await writeFile(join(line.folder, 'got.raw'), 'old');
    const packed = gzipSync(bytes);
    await line.stand(cloud.regions[0], async (request, response, glance) => {
      if (request.url?.endsWith('/file') !== true) return new WatchedRegion().serve(request, response, glance);
      assert.equal(request.headers['accept-encoding'], 'identity');
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
    });
    const { stderr } = await line.expect(1, 'download', id ?? '', '-o', 'got.raw', '--force');
    assert.match(stderr, /\[(body-size|checksum-mismatch)\]$/m);
    assert.equal(await readFile(join(line.folder, 'got.raw'), 'utf8'), 'old');
  });

  it('leaves an image to the import that somebody else began on it meanwhile', async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const source = await WebSource.start(cloud, bytes);
    try {
      source.intercept = (request, response) => {
        if (isLook(request)) return false;
        held.resolve(response);
        return true;
      };
      await disk.define({ local_file_path: undefined, image_source_url: source.url, web_download: true });
      let image = '';
      const begin = async (id: string): Promise<void> => {
        image = id;
        const json = { method: { name: 'web-download', uri: source.url } };
        assert.equal((await session.send('POST', `/v2/images/${id}/import`, { json })).status, 202);
        await held.promise;
      };
      await disk.happens({ at: /^POST .*\/import$/, before: begin });
      const { status, error } = resultOf(await line.expect(1, ...APPLY));
      assert.equal(status, 'failed');
      assert.match(error?.message ?? '', new RegExp(`${image}.*Delete that image, or apply again`));
      (await held.promise).writeHead(200, { 'content-length': bytes.length, etag: source.etag }).end(bytes);
      const { size } = await session.showUntil(image, (now) => now.status === 'active');
      assert.equal(size, bytes.length);
    } finally {
      await source.stop();
    }
  });

  it('takes no bytes meanwhile, and the other region of the apply gets all of them', async () => {
    // More than lies between a file and a Glance that does not read.
    const many = randomBytes(48 * 1024 * 1024);
    await line.workplace.file('disk.raw', many);
    await disk.define({ region: undefined, regions: cloud.regions });
    const other = await logIn('cloud', 1, cloud);
    const whole = `size_min=${many.length}&size_max=${many.length}&status=active`;
    const arrived = async (): Promise<boolean> =>
      (await Promise.all([other.ids(whole), other.ids(`${whole}&os_hidden=true`)])).flat().length > 0;
    // Where the other region waits too, this never ends.
    const half = async (): Promise<void> => {
      while (!(await arrived())) await setImmediate();
    };
    await disk.happens({ at: /^PUT .*\/file$/, half });
    const { results } = document(await line.expect(0, ...APPLY)) as { results: readonly Result[] };
    assert.deepEqual(
      results.map(({ status }) => status),
      ['done', 'done'],
    );
  });
});
