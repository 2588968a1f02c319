import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { storesOf } from '../../../../src/core/glance/stores.ts';
import { readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import { logIn } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { isLook, WebSource } from '../../web-source.ts';
import { Workplace } from '../workplace.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const BODY = randomBytes(700_001);
const digest = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest('hex');

describe('engine on a cloud: web_download', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let source: WebSource;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('web');
    source = await WebSource.start(cloud, BODY);
  });

  afterEach(async () => {
    await source.stop();
    await workplace.close([name]);
  });

  function wanted(extra: object = {}): object {
    const formats = { container_format: 'bare', disk_format: 'raw' };
    return { name, ...formats, image_source_url: source.url, web_download: true, region: cloud.regions[0], ...extra };
  }

  async function applied(extra: object = {}): Promise<ApplyResult> {
    const [result] = await workplace.apply(await workplace.define(wanted(extra)));
    assert.ok(result);
    return result;
  }

  async function actions(extra: object = {}): Promise<readonly string[]> {
    return (await workplace.engine.plan(await workplace.define(wanted(extra)))).map(({ action }) => action);
  }

  const both = { region: undefined, regions: ['RegionOne', 'RegionTwo'] };

  it('has both regions fetch the source, proven by its sha512, and then finds nothing to do', async () => {
    const extra = { ...both, image_source_checksum: `sha512:${digest('sha512', BODY)}` };
    const results = await workplace.apply(await workplace.define(wanted(extra)));
    for (const result of results) {
      assert.equal(result.status, 'done', JSON.stringify(result.error));
      assert.deepEqual([result.verified.multihash, result.bytesSent], [true, 0]);
      assert.deepEqual([result.live?.checksum, result.live?.os_hidden], [digest('md5', BODY), false]);
    }
    assert.equal(source.fetched, 2, 'each region fetches by itself, and nobody else');
    assert.deepEqual(await actions(extra), ['none', 'none']);
  });

  it('is proven by an md5, too', async () => {
    const result = await applied({ image_source_checksum: `md5:${digest('md5', BODY)}` });
    assert.deepEqual([result.status, result.verified.md5], ['done', true], JSON.stringify(result.error));
  });

  it('whose digest nobody knows is done but not verified, recognised by its ETag, and replaced when it moved', async () => {
    const first = await applied();
    assert.equal(first.status, 'unverified', JSON.stringify(first.error));
    assert.equal(first.warnings?.[0]?.code, 'not-verified');
    assert.ok(first.live);
    const sent = readMarks(first.live)?.sent;
    assert.deepEqual([sent?.etag, sent?.url?.length, sent?.sha512], ['"one"', 64, undefined]);
    assert.deepEqual(await actions(), ['none']);
    source.etag = '"two"';
    const [plan] = await workplace.engine.plan(await workplace.define(wanted()));
    assert.deepEqual([plan?.action, plan?.bytes], ['replace', 'unknown']);
    const kept = await applied();
    assert.deepEqual([kept.status, kept.imageId, kept.replacedImageId], ['unverified', first.imageId, undefined]);
    assert.deepEqual(await actions(), ['none']);
    assert.equal((await workplace.named(name, cloud.regions[0])).length, 1);
    source.body = randomBytes(1000);
    source.etag = '"three"';
    const replaced = await applied();
    assert.equal(replaced.replacedImageId, first.imageId, JSON.stringify(replaced.error));
    assert.equal(replaced.live?.checksum, digest('md5', source.body));
    assert.deepEqual(await actions(), ['none']);
  });

  it('of other bytes than the checksum says fails, and its image is deleted', async () => {
    const result = await applied({ image_source_checksum: `sha512:${'a'.repeat(128)}` });
    assert.deepEqual([result.status, result.error?.code], ['failed', 'checksum-mismatch']);
    assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
  });

  it('fails the region that got other bytes than the checksum proves in another', async () => {
    let fetches = 0;
    source.intercept = (request, response) => {
      if (isLook(request)) return false;
      fetches += 1;
      if (fetches !== 2) return false;
      const other = randomBytes(BODY.length);
      response.writeHead(200, { 'content-length': other.length }).end(other);
      return true;
    };
    const results = await workplace.apply(await workplace.define(wanted(both)));
    const codes = results.map(({ error }) => error?.code);
    assert.deepEqual(codes, ['regions-differ', 'regions-differ'], 'two that differ prove nothing');
    for (const region of cloud.regions) assert.deepEqual(await workplace.named(name, region), []);
    fetches = 1;
    const extra = { ...both, image_source_checksum: `sha512:${digest('sha512', BODY)}` };
    const again = await workplace.apply(await workplace.define(wanted(extra)));
    assert.deepEqual(new Set(again.map(({ status }) => status)), new Set(['done', 'failed']));
    assert.deepEqual(new Set(await actions(extra)), new Set(['none', 'create']));
  });

  it('tells a failure as soon as Glance knows it, with Glance’s words, and takes the image away', async () => {
    source.intercept = (request, response) => {
      if (isLook(request)) return false;
      response.writeHead(500).end();
      return true;
    };
    const result = await applied();
    assert.deepEqual([result.status, result.error?.code], ['failed', 'import-failed'], JSON.stringify(result.error));
    assert.match(result.error?.message ?? '', /Task .*: .*\. The partial image .* was deleted\./);
    assert.match(result.error?.requestId ?? '', /^req-/);
    assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
  });

  it('from an address that Glance’s filter refuses makes no image and says why', async () => {
    const result = await applied({ image_source_url: 'http://127.0.0.1:1/disk.img' });
    assert.deepEqual([result.status, result.error?.code], ['failed', 'web-download-refused']);
    assert.match(result.error?.next ?? '', /port 80 or 443,.* or remove "web_download"/);
    assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
  });

  it('fills every store at once, without a right to copy', async () => {
    const result = await applied({ stores: 'all' });
    assert.equal(result.status, 'unverified', JSON.stringify(result.error));
    assert.ok(result.live);
    assert.deepEqual([...storesOf(result.live)].sort(), ['fast', 'slow']);
    assert.deepEqual(await actions({ stores: 'all' }), ['none']);
  });

  it('fills an image that is queued and named by its id', async () => {
    const session = await logIn('cloud');
    const id = await session.create({ name });
    const result = await applied({ image_id: id, image_source_checksum: `md5:${digest('md5', BODY)}` });
    assert.deepEqual([result.status, result.imageId], ['done', id], JSON.stringify(result.error));
    assert.equal(result.live?.os_hidden, false);
    assert.deepEqual(await actions({ image_id: id, image_source_checksum: `md5:${digest('md5', BODY)}` }), ['none']);
  });

  it('can’t be cancelled: the image is left, and the next apply waits for what Glance does already', async () => {
    const { promise: asked, resolve: wasAsked } = Promise.withResolvers<ServerResponse>();
    source.intercept = (request, response) => {
      if (isLook(request)) return false;
      wasAsked(response);
      return true;
    };
    const abort = new AbortController();
    const definitions = await workplace.define(wanted());
    const running = workplace.apply(definitions, abort.signal);
    const response = await asked;
    abort.abort();
    const [cancelled] = await running;
    assert.equal(cancelled?.status, 'cancelled');
    assert.match(cancelled.error?.message ?? '', /An import can't be cancelled: Glance keeps filling the hidden image/);
    const [plan] = await workplace.engine.plan(definitions);
    assert.deepEqual([plan?.action, plan?.imageId], ['create', cancelled.imageId]);
    response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
    const [result] = await workplace.engine.apply(plan === undefined ? [] : [plan]);
    assert.deepEqual(
      [result?.status, result?.imageId],
      ['unverified', cancelled.imageId],
      JSON.stringify(result?.error),
    );
    assert.deepEqual(await actions(), ['none']);
  });
});
