import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';
import { logIn } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { CutRegion } from '../../cut-region.ts';
import { DownloadRegion, type DownloadFault } from '../../download-region.ts';
import { forward, RegionProxy, type Serve } from '../../region-proxy.ts';
import { entryOf, Workplace } from '../workplace.ts';

const bytes = randomBytes(5 * 1024 * 1024 + 17);
const sha512 = createHash('sha512').update(bytes).digest('hex');

describe('an image as a source', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let proxies: RegionProxy[];
  let source: LiveImage;
  let name: string;
  let copy: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    proxies = [];
    const made = await Workplace.open(cloud);
    name = made.uniqueName('promoted');
    copy = made.uniqueName('copy');
    await made.file('disk.raw', bytes);
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    const [first] = await made.apply(await made.define({ name, region: cloud.regions[0], ...formats }));
    assert.ok(first?.live, JSON.stringify(first?.error));
    source = first.live;
    await made.leave();
    workplace = await Workplace.described(cloud, await entryOf(cloud));
  });

  afterEach(async () => {
    await workplace.leave();
    for (const proxy of proxies) await proxy.stop();
    await (await Workplace.open(cloud)).close([name, copy]);
  });

  /** Opens the workplace anew, with one region of `source` or `described` behind a proxy. */
  async function behind(entry: 'source' | 'described', region: 0 | 1, serve: Serve): Promise<void> {
    const plain = await entryOf(cloud);
    const { auth } = plain as { auth: { auth_url: string } };
    const proxy = await RegionProxy.start(auth.auth_url, cloud.regions[region], serve);
    proxies.push(proxy);
    await workplace.leave();
    workplace = await Workplace.described(cloud, plain);
    const proxied = { ...plain, auth: { ...auth, auth_url: proxy.authUrl } };
    const clouds = { described: plain, source: plain, [entry]: proxied };
    await workplace.file('clouds.yaml', Buffer.from(JSON.stringify({ clouds })));
  }

  function wanted(extra: object = {}, entry = 'described'): object {
    const image_source_image = { cloud: entry, region: cloud.regions[0], image_id: source.id };
    return {
      name: copy,
      container_format: 'bare',
      disk_format: 'raw',
      image_source_image,
      region: cloud.regions[1],
      ...extra,
    };
  }

  const promoted = async (extra: object = {}, entry?: string): Promise<ApplyResult> => {
    const [result] = await workplace.apply(await workplace.define(wanted(extra, entry)));
    return result ?? assert.fail();
  };

  it('is sent to another region, verified at both ends, and then finds nothing to do', async () => {
    const definitions = await workplace.define(wanted());
    const [plan] = await workplace.engine.plan(definitions);
    assert.deepEqual([plan?.action, plan?.bytesToSend], ['create', bytes.length]);
    assert.equal(plan?.source?.digests?.sha512, sha512);
    const [result] = await workplace.engine.apply([plan]);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    assert.deepEqual([result.verified.size, result.verified.multihash], [true, true]);
    const { live = assert.fail() } = result;
    assert.deepEqual([live.os_hash_value, live.size], [sha512, bytes.length]);
    assert.equal(readMarks(live)?.sent?.sha512, sha512);
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
  });

  it('is read once for several regions', async () => {
    const reads = new DownloadRegion([]);
    await behind('source', 0, reads.serve);
    const [a, b] = await workplace.apply(
      await workplace.define(wanted({ region: undefined, regions: cloud.regions }, 'source')),
    );
    assert.deepEqual([a?.status, b?.status], ['done', 'done'], JSON.stringify([a?.error, b?.error]));
    assert.deepEqual(reads.ranges, [undefined]);
  });

  it('goes on by a range where its connection is cut', async () => {
    const reads = new DownloadRegion([{ kind: 'cut', after: 2_000_000 }]);
    await behind('source', 0, reads.serve);
    const result = await promoted({}, 'source');
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.equal(result.live?.os_hash_value, sha512);
    assert.equal(reads.ranges.length, 2);
    assert.match(reads.ranges[1] ?? '', /^bytes=\d+-$/);
  });

  for (const as of ['part', 'part from there', 'whole'] as const) {
    it(`is right though its store sends all of it where the rest was asked for (${as})`, async () => {
      const reads = new DownloadRegion([
        { kind: 'cut', after: 2_000_000 },
        { kind: 'whole', as },
      ]);
      await behind('source', 0, reads.serve);
      const result = await promoted({}, 'source');
      assert.equal(result.status, 'done', JSON.stringify(result.error));
      assert.equal(result.live?.os_hash_value, sha512);
    });
  }

  it('is sent again where the upload is cut', async () => {
    let cuts = 0;
    const once: Serve = async (request, response, glance) => {
      const inner = new CutRegion();
      if (request.method === 'PUT' && (cuts += 1) === 1) {
        request.once('data', () => response.destroy());
        return;
      }
      await inner.serve(request, response, glance);
    };
    await behind('described', 1, once);
    const result = await promoted({}, 'source');
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.deepEqual([result.live?.os_hash_value, cuts], [sha512, 2]);
  });

  it('makes no image of bytes that are not those of its digests', async () => {
    const other: DownloadFault = { kind: 'others', bytes: Buffer.alloc(bytes.length, 'x') };
    await behind('source', 0, new DownloadRegion([other]).serve);
    const result = await promoted({}, 'source');
    assert.equal(result.error?.code, 'source-changed');
    assert.match(result.error.message, new RegExp(`image ${source.id} in source/${cloud.regions[0]}`));
    assert.equal(result.left?.kind, 'deleted');
    assert.deepEqual(await copies(), []);
  });

  it('that is deleted while it is read has changed, and makes no image', async () => {
    const session = await logIn('cloud', 0);
    const passes = new DownloadRegion([]);
    await behind('source', 0, async (request, response, glance) => {
      if (!(request.url ?? '').endsWith('/file')) return passes.serve(request, response, glance);
      const { body } = await forward(request, `${glance}${request.url ?? '/'}`);
      response.writeHead(200, { 'content-length': String(body.length) }).write(body.subarray(0, -9));
      await session.send('DELETE', `/v2/images/${source.id}`);
      response.end(body.subarray(-9));
    });
    const result = await promoted({}, 'source');
    assert.equal(result.error?.code, 'source-changed', JSON.stringify(result.error));
    assert.match(result.error.message, /^The image .* changed while it was being read/);
    assert.deepEqual(await copies(), []);
  });

  it('that is not active is none', async () => {
    const session = await logIn('cloud', 0);
    await session.send('POST', `/v2/images/${source.id}/actions/deactivate`);
    const [plan] = await workplace.engine.plan(await workplace.define(wanted()));
    assert.equal(plan?.action, 'blocked');
    const problem = plan.problems.find(({ code }) => code === 'source-image-unusable');
    assert.match(problem?.message ?? '', /it is "deactivated", not active/);
    await session.send('POST', `/v2/images/${source.id}/actions/reactivate`);
  });

  it('has its own formats', async () => {
    const [plan] = await workplace.engine.plan(await workplace.define(wanted({ disk_format: 'qcow2' })));
    assert.equal(plan?.action, 'blocked');
    assert.ok(plan.problems.some(({ code }) => code === 'format-mismatch'));
  });

  it('that is replaced replaces the copy', async () => {
    const first = await promoted();
    const other = randomBytes(1024 * 1024);
    await workplace.file('other.raw', other);
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: 'other.raw' };
    const [next] = await workplace.apply(await workplace.define({ name, region: cloud.regions[0], ...formats }));
    assert.equal(next?.status, 'done', JSON.stringify(next?.error));
    source = next.live ?? assert.fail();
    const second = await promoted();
    assert.deepEqual([second.plan.action, second.status, second.replacedImageId], ['replace', 'done', first.imageId]);
    assert.equal(second.live?.size, other.length);
  });

  async function copies(): Promise<readonly LiveImage[]> {
    const fresh = await Workplace.open(cloud);
    try {
      return await fresh.named(copy, cloud.regions[1]);
    } finally {
      await fresh.leave();
    }
  }
});
