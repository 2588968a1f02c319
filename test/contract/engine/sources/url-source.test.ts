import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { planConsequences } from '../../../../src/core/reconcile/words/describe.ts';
import { readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import { closeAll } from '../../../unit/core/http/surroundings.ts';
import { header } from '../../../unit/core/source/inspection/bytes.ts';
import { digest, Origin } from '../../../unit/core/source/url/origin.ts';
import { logIn } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import type { ApplyEvent } from '../../../../src/core/reconcile/model/result.ts';

const BODY = randomBytes(3 * 1024 * 1024 + 5);

describe('engine with a source at a URL', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;
  let origin: Origin;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('url');
    origin = await Origin.start(BODY);
  });

  afterEach(async () => {
    await workplace.close([name]);
    await closeAll();
  });

  function wanted(extra: object = {}): object {
    return {
      name,
      container_format: 'bare',
      disk_format: 'raw',
      image_source_url: origin.url,
      image_cache_path: 'cache',
      ...extra,
    };
  }

  it('is planned without its bytes, fetched once for both regions, and then recognised by its ETag', async () => {
    const definitions = await workplace.define(wanted({ regions: cloud.regions }));
    const [plan] = await workplace.engine.plan(definitions);
    assert.deepEqual([plan?.action, plan?.remote?.size], ['create', BODY.length]);
    assert.ok(plan?.problems.some(({ code, severity }) => code === 'source-not-public' && severity === 'information'));
    const events: ApplyEvent[] = [];
    const results = await workplace.engine.apply(await workplace.engine.plan(definitions), {
      onEvent: (event) => events.push(event),
    });
    for (const result of results) assert.equal(result.status, 'done', JSON.stringify(result.error));
    const phases = events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
    assert.equal(phases[0], 'downloading');
    // A region that comes when all is here has nothing to tell.
    const last = new Map(events.flatMap((event) => (event.type === 'fetching' ? [[event.plan, event.done]] : [])));
    assert.ok(last.size >= 1);
    for (const done of last.values()) assert.equal(done, BODY.length);
    const [live] = await workplace.named(name, cloud.regions[0]);
    assert.equal(live?.checksum, digest('md5', BODY));
    const marks = readMarks(live);
    assert.deepEqual([marks?.sent?.etag, marks?.sent?.url?.length], ['"one"', 64]);
    assert.equal(JSON.stringify(live.properties).includes(origin.url), false);
    origin.bytesSent = 0;
    const again = await workplace.engine.plan(definitions);
    assert.deepEqual(
      again.map(({ action, bytes }) => [action, bytes]),
      [
        ['none', 'same'],
        ['none', 'same'],
      ],
    );
    assert.equal(origin.bytesSent, 0);
  });

  describe('that is not what the plan could know', () => {
    /** A qcow2 of 1 GiB, padded like a disk. */
    const disk = header(
      64 * 1024,
      [0, 'QFI\xfb'],
      [4, { be32: 3 }],
      [20, { be32: 16 }],
      [24, { be64: 1n << 30n }],
      [36, { be32: 1 }],
      [40, { be64: 256n }],
    );
    const codes = (all: readonly { readonly code: string }[] = []): readonly string[] => all.map(({ code }) => code);

    for (const [what, body, extra] of [
      ['as it is', disk, {}],
      ['decompressed', gzipSync(disk), { decompress: true }],
    ] as const) {
      it(`is told of before it is published, asked about, and known to later plans (${what})`, async () => {
        origin.body = body;
        const definitions = await workplace.define(wanted(extra));
        const plans = await workplace.engine.plan(definitions);
        assert.deepEqual(codes(plans[0]?.problems), ['source-not-public']);
        const asked: Plan[] = [];
        const refuse = (again: readonly Plan[]): Promise<boolean> => Promise.resolve((asked.push(...again), false));
        const [declined] = await workplace.engine.apply(plans, { confirmAgain: refuse });
        assert.deepEqual([declined?.status, declined?.bytesSent, asked.length], ['declined', 0, 1]);
        const [done] = await workplace.engine.apply(plans);
        assert.deepEqual([done?.status, codes(done?.warnings)], ['done', ['format-mismatch']]);
        const [warning] = done?.warnings ?? [];
        assert.ok(warning?.message.includes(origin.url), warning?.message);
        const [later] = await workplace.engine.plan(definitions);
        assert.deepEqual([later?.action, codes(later?.problems)], ['none', ['source-not-public', 'format-mismatch']]);
      });
    }

    it('fails before a byte is sent where it is an error', async () => {
      origin.body = header(10_240, [0, 'disk.raw'], [257, 'ustar']);
      const [result] = await workplace.apply(await workplace.define(wanted()));
      assert.deepEqual([result?.status, result?.error?.code, result?.bytesSent], ['blocked', 'source-archive', 0]);
      assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
    });
  });

  it('is remembered without what is secret in its address, and known by what an earlier version remembered', async () => {
    const url = new URL(`${origin.url}?signature=guess-me`);
    const definitions = await workplace.define(wanted({ image_source_url: url.href }));
    const [created] = await workplace.apply(definitions);
    assert.equal(created?.status, 'done', JSON.stringify(created?.error));
    const region = cloud.regions[0];
    const [live = assert.fail()] = await workplace.named(name, region);
    const remembered = readMarks(live)?.sent;
    assert.equal(remembered?.url, digest('sha256', Buffer.from(`${url.origin}${url.pathname}`)));
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
    const before = JSON.stringify({ ...remembered, url: digest('sha256', Buffer.from(url.href)) });
    await (await logIn('cloud')).patch(live.id, [{ op: 'replace', path: '/glance_images.sent', value: before }]);
    origin.bytesSent = 0;
    const [again] = await workplace.engine.plan(definitions);
    assert.deepEqual([again?.action, again?.bytes, origin.bytesSent], ['none', 'same', 0]);
  });

  it('whose ETag moved is fetched and compared, and replaces nothing if the bytes are the same', async () => {
    const definitions = await workplace.define(wanted());
    await workplace.apply(definitions);
    origin.etag = '"two"';
    const plans = await workplace.engine.plan(definitions);
    assert.deepEqual(
      plans.map(({ action, bytes, changes }) => [action, bytes, changes.map(({ why }) => why)]),
      [['replace', 'unknown', ['if the bytes differ']]],
    );
    for (const plan of plans)
      assert.match(planConsequences(plan).join('\n'), /upstream may have changed: .*disk\.img has a different ETag/);
    const found = await workplace.engine.plan(definitions, { fetch: true });
    assert.deepEqual(
      found.map(({ action, bytes }) => [action, bytes]),
      [['adopt', 'same']],
    );
    const [result] = await workplace.engine.apply(plans);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    assert.equal(result.bytesSent, 0);
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
  });

  for (const [how, checksum] of [
    ['a digest that its own Glance tells', () => `md5:${digest('md5', BODY)}`],
    ['a digest that Glance does not tell', () => `sha256:${digest('sha256', BODY)}`],
    ['no checksum', () => undefined],
  ] as const) {
    it(`is recognised in an image that somebody else made, and adopted for good, with ${how}`, async () => {
      const made = await workplace.define(wanted());
      const [created] = await workplace.apply(made);
      const place = created?.plan.place;
      assert.ok(place && created.imageId);
      const glance = await logIn('cloud');
      const [live = assert.fail()] = await workplace.named(name, place.region);
      const marks = Object.keys(live.properties).filter((each) => each.startsWith('glance_images.'));
      await glance.patch(
        live.id,
        marks.map((each) => ({ op: 'remove', path: `/${each}` }) as const),
      );
      await rm(join(workplace.folder, 'cache'), { recursive: true, force: true });
      const image_source_checksum = checksum();
      const definitions = await workplace.define(
        wanted({ ...(image_source_checksum === undefined ? {} : { image_source_checksum }) }),
      );
      const plans = await workplace.engine.plan(definitions, { adopt: true });
      const [result] = await workplace.engine.apply(plans, { adopt: true });
      assert.equal(result?.status, 'done', JSON.stringify(result?.error));
      assert.equal(result.imageId, created.imageId);
      for (const fetch of [false, true])
        assert.equal((await workplace.engine.plan(definitions, { fetch }))[0]?.action, 'none', `fetch: ${fetch}`);
    });
  }

  it('whose bytes changed replaces the image', async () => {
    const definitions = await workplace.define(wanted({ on_replace: 'delete' }));
    const [created] = await workplace.apply(definitions);
    origin.body = randomBytes(1024 * 1024);
    origin.etag = '"two"';
    const [replaced] = await workplace.apply(definitions);
    assert.equal(replaced?.status, 'done', JSON.stringify(replaced?.error));
    assert.notEqual(replaced.imageId, created?.imageId);
    const [live] = await workplace.named(name, replaced.plan.place.region);
    assert.equal(live?.checksum, digest('md5', origin.body));
  });

  it('that is not what its checksum says makes no image', async () => {
    const definitions = await workplace.define(wanted({ image_source_checksum: `sha256:${'a'.repeat(64)}` }));
    const [result] = await workplace.apply(definitions);
    assert.deepEqual([result?.status, result?.error?.code], ['blocked', 'source-checksum-mismatch']);
    assert.deepEqual(await workplace.named(name, result?.plan.place.region ?? ''), []);
  });

  it('is decompressed, and recognised without its bytes', async () => {
    origin.body = gzipSync(BODY);
    const definitions = await workplace.define(wanted({ decompress: true }));
    const [result] = await workplace.apply(definitions);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    const [live] = await workplace.named(name, result.plan.place.region);
    assert.deepEqual([live?.size, live?.checksum], [BODY.length, digest('md5', BODY)]);
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
  });

  it('in a damaged archive makes no image', async () => {
    origin.body = gzipSync(BODY).subarray(0, 100_000);
    const [result] = await workplace.apply(await workplace.define(wanted({ decompress: true })));
    assert.deepEqual([result?.status, result?.error?.code], ['blocked', 'source-corrupt']);
    assert.deepEqual(await workplace.named(name, result?.plan.place.region ?? ''), []);
  });

  it('is what a compressed local file is, too', async () => {
    await workplace.file('disk.img.gz', gzipSync(BODY));
    const local = { image_source_url: undefined, local_file_path: 'disk.img.gz', decompress: true };
    const definitions = await workplace.define(wanted(local));
    const [result] = await workplace.apply(definitions);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    assert.equal(result.live?.size, BODY.length);
    assert.equal((await workplace.engine.plan(definitions))[0]?.action, 'none');
    await workplace.file('disk.img.gz', gzipSync(BODY.subarray(5)));
    assert.equal((await workplace.engine.plan(definitions, { fetch: true }))[0]?.action, 'replace');
  });
});
