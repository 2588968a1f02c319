import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { open, readdir, utimes, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import type { ApplyEvent, ApplyResult } from '../../../../src/core/reconcile/model/result.ts';
import { closeAll } from '../../../unit/core/http/surroundings.ts';
import { header } from '../../../unit/core/source/inspection/bytes.ts';
import { digest, Origin } from '../../../unit/core/source/url/origin.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { RegionProxy } from '../../region-proxy.ts';
import { WatchedRegion } from '../../watched-region.ts';
import { entryOf, Workplace, type CloudEntry } from '../workplace.ts';

const MIB = 1024 * 1024;
const BODY = randomBytes(12 * MIB + 7);
/** Bytes that are here while the rest is held back. */
const FIRST = 9 * MIB;
/** Bytes of an upload that can only have been sent before the rest was here. */
const SENT = 6 * MIB;

describe('a source that is still arriving', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;
  let origin: Origin;
  /** Settles once this many regions have got so much of it. */
  let sent: PromiseWithResolvers<undefined>;
  let regions: readonly string[];
  let events: ApplyEvent[];

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('arriving');
    origin = await Origin.start(BODY);
    sent = Promise.withResolvers();
    regions = [cloud.regions[0]];
    events = [];
  });

  afterEach(async () => {
    await workplace.close([name]);
    await closeAll();
  });

  /** Sends the beginning of each whole answer, and the rest once the regions have got some of it. */
  function hold(
    end: (response: ServerResponse) => void = (response) => response.end(origin.body.subarray(FIRST)),
  ): void {
    origin.intercept = ({ headers }, response) => {
      if (headers.range !== undefined || headers['if-none-match'] === origin.etag) return false;
      response.writeHead(200, { etag: origin.etag, 'content-length': origin.body.length });
      response.write(origin.body.subarray(0, FIRST));
      void sent.promise.then(() => {
        origin.intercept = () => false;
        end(response);
      });
      return true;
    };
  }

  async function apply(extra: object = {}, signal?: AbortSignal): Promise<readonly ApplyResult[]> {
    const definitions = await workplace.define({
      name,
      container_format: 'bare',
      disk_format: 'raw',
      image_source_url: origin.url,
      image_cache_path: 'cache',
      regions,
      ...extra,
    });
    const plans = await workplace.engine.plan(definitions);
    const reached = new Set<string>();
    return workplace.engine.apply(plans, {
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'progress' && event.sent >= SENT) reached.add(event.plan);
        if (reached.size === regions.length) sent.resolve(undefined);
      },
    });
  }

  /** How often an upload began. */
  const uploads = (): number => events.filter((event) => event.type === 'phase' && event.phase === 'uploading').length;

  async function expectDone(results: readonly ApplyResult[], body = BODY): Promise<void> {
    for (const { status, error, verified, plan } of results) {
      assert.equal(status, 'done', JSON.stringify(error));
      assert.equal(verified.multihash, true);
      const [live = assert.fail(), ...others] = await workplace.named(name, plan.place.region);
      assert.deepEqual([live.checksum, live.os_hidden, others], [digest('md5', body), false, []]);
      assert.deepEqual(
        [readMarks(live)?.sent?.sha512, readMarks(live)?.sent?.etag],
        [digest('sha512', body), origin.etag],
      );
    }
  }

  it('is sent meanwhile, to every region, with one download', async () => {
    regions = cloud.regions;
    hold();
    const results = await apply({ image_source_checksum: `sha256:${digest('sha256', BODY)}` });
    assert.deepEqual(
      results.map(({ status, error }) => [status, error]),
      regions.map(() => ['done', undefined]),
    );
    assert.equal(uploads(), regions.length);
    assert.equal(
      events.some(({ type }) => type === 'lost'),
      false,
    );
    for (const { region } of results.map(({ plan }) => plan.place)) {
      const [live] = await workplace.named(name, region);
      assert.deepEqual([live?.checksum, live?.os_hidden], [digest('md5', BODY), false]);
    }
  });

  it('is never whole in the cloud where its checksum is wrong', async () => {
    hold();
    const [result] = await apply({ image_source_checksum: `sha256:${'a'.repeat(64)}` });
    assert.deepEqual([result?.status, result?.error?.code], ['failed', 'source-checksum-mismatch']);
    assert.ok((result?.bytesSent ?? 0) >= SENT && (result?.bytesSent ?? 0) < BODY.length, String(result?.bytesSent));
    assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
  });

  it('goes on where its download was cut, while the upload waits', async () => {
    hold((response) => response.destroy());
    await expectDone(await apply());
    assert.equal(uploads(), 1);
    assert.ok(origin.seen.some(({ headers }) => headers.range === `bytes=${FIRST}-`));
  });

  it('is sent anew where its download has to begin anew with other bytes', async () => {
    const other = randomBytes(12 * MIB + 7);
    hold((response) => {
      origin.body = other;
      origin.etag = '"two"';
      response.destroy();
    });
    await expectDone(await apply(), other);
    assert.equal(uploads(), 2);
  });

  it('that never arrives leaves no image', async () => {
    hold((response) => {
      origin.intercept = (_seen, again) => (again.writeHead(404).end(), true);
      response.destroy();
    });
    const [result] = await apply();
    assert.deepEqual([result?.status, result?.error?.code], ['failed', 'source-not-found']);
    assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
  });

  it('can be cancelled, and leaves no image', async () => {
    const abort = new AbortController();
    hold(() => abort.abort());
    const [result] = await apply({}, abort.signal);
    assert.equal(result?.status, 'cancelled');
    assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
  });

  it('is sent once more from the disk to a region that dropped the upload', async () => {
    const watched = new WatchedRegion({
      at: /^PUT .*\/file$/,
      half: async () => {
        sent.resolve(undefined);
        await sent.promise;
      },
      cutAtHalf: true,
    });
    const entry = await entryOf(cloud);
    const proxy = await RegionProxy.start(
      (entry.auth as { auth_url: string }).auth_url,
      cloud.regions[0],
      watched.serve,
    );
    try {
      const auth = { ...(entry.auth as CloudEntry), auth_url: proxy.authUrl };
      await workplace.leave();
      workplace = await Workplace.described(cloud, { ...entry, auth });
      hold();
      const lost = (event: ApplyEvent): boolean => event.type === 'lost';
      const definitions = await workplace.define({
        name,
        container_format: 'bare',
        disk_format: 'raw',
        image_source_url: origin.url,
        region: cloud.regions[0],
      });
      const [result] = await workplace.engine.apply(await workplace.engine.plan(definitions), {
        onEvent: (event) => events.push(event),
      });
      assert.equal(result?.status, 'done', JSON.stringify(result?.error));
      assert.deepEqual([uploads(), events.filter(lost).length, result.live?.checksum], [2, 1, digest('md5', BODY)]);
    } finally {
      await workplace.leave();
      workplace = await Workplace.open(cloud);
      await proxy.stop();
    }
  });

  it('is asked about before a byte is sent, where its beginning warns of something', async () => {
    origin.body = Buffer.concat([
      header(
        64 * 1024,
        [0, 'QFI\xfb'],
        [4, { be32: 3 }],
        [20, { be32: 16 }],
        [24, { be64: 1n << 30n }],
        [36, { be32: 1 }],
        [40, { be64: 256n }],
      ),
      BODY,
    ]);
    const definitions = await workplace.define({
      name,
      container_format: 'bare',
      disk_format: 'raw',
      image_source_url: origin.url,
      image_cache_path: 'cache',
    });
    const plans = await workplace.engine.plan(definitions);
    let asked = 0;
    const confirmAgain = (): Promise<boolean> => Promise.resolve(((asked += 1), false));
    const [result] = await workplace.engine.apply(plans, { confirmAgain });
    assert.deepEqual([result?.status, result?.bytesSent, asked], ['declined', 0, 1]);
    assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
  });

  describe('or was here before', () => {
    async function forgetImage(): Promise<void> {
      const place = await workplace.engine.place(cloud.cloud, cloud.regions[0]);
      for (const { id } of await workplace.named(name, cloud.regions[0])) await workplace.engine.deleteImage(place, id);
    }

    it('is fetched and sent anew where its cached bytes are damaged', async () => {
      await expectDone(await apply());
      await forgetImage();
      const folder = join(workplace.folder, 'cache');
      const file = join(folder, (await readdir(folder)).find((each) => each.endsWith('.img')) ?? '');
      const { atime, mtime } = await stat(file);
      const handle = await open(file, 'r+');
      await handle.write(Buffer.from('damage'), 0, 6, 5 * MIB);
      await handle.close();
      await utimes(file, atime, mtime);
      events = [];
      origin.bytesSent = 0;
      await expectDone(await apply());
      assert.equal(uploads(), 2);
    });
  });
});
