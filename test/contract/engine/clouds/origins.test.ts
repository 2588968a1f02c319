import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { serve, type TestServer } from '../../../unit/core/http/test-server.ts';
import { logIn } from '../../api/session.ts';
import { altered } from '../../altered-region.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { forward, parsed, RegionProxy, send, type Serve } from '../../region-proxy.ts';
import { entryOf, Workplace, type CloudEntry } from '../workplace.ts';

describe('a token or a password', () => {
  let cloud: CloudUnderTest;
  let plain: CloudEntry;
  let name: string;
  let workplace: Workplace;
  /** A server that nobody named. */
  let elsewhere: TestServer;
  const opened: Workplace[] = [];
  const proxies: { stop(): Promise<void> }[] = [];

  before(async () => {
    cloud = await cloudUnderTest();
    plain = await entryOf(cloud);
  });

  beforeEach(async () => {
    elsewhere = await serve((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('origins');
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.leave();
    for (const each of proxies.splice(0)) await each.stop();
    await elsewhere.close();
    await workplace.close([name]);
  });

  async function opening(entry: CloudEntry): Promise<Workplace> {
    const made = await Workplace.described(cloud, { ...entry, regions: [cloud.regions[0]] });
    await made.file('image.raw', randomBytes(1_000_000));
    opened.push(made);
    return made;
  }

  const withAddress = (authUrl: string, more: CloudEntry = {}): CloudEntry => ({
    ...plain,
    ...more,
    auth: { ...(plain.auth as CloudEntry), auth_url: authUrl },
  });

  /** A cloud whose catalog names this as its first region's Glance. */
  async function region(serveRegion: Serve): Promise<RegionProxy> {
    const proxy = await RegionProxy.start(String((plain.auth as CloudEntry).auth_url), cloud.regions[0], serveRegion);
    proxies.push(proxy);
    return proxy;
  }

  const definition = (): object => ({
    name,
    container_format: 'bare',
    disk_format: 'raw',
    local_file_path: 'image.raw',
  });

  /** The code of what stops a plan and an apply of the definition. */
  async function stoppedBy(other: Workplace): Promise<string | undefined> {
    const plans = await other.engine.plan(await other.define(definition()));
    const [plan] = plans;
    if (plan?.action === 'blocked') return plan.problems[0]?.code;
    const [result] = await other.engine.apply(plans);
    return result?.error?.code;
  }

  const moved = (status: number, path?: RegExp): Serve =>
    altered({
      region: cloud.regions[0],
      ...(path === undefined ? {} : { path }),
      answer: { status, headers: { location: `${elsewhere.url}/v2/images` }, body: '' },
    });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`does not follow a ${status} of the catalog’s Glance`, async () => {
      const proxy = await region(moved(status));
      assert.equal(await stoppedBy(await opening(withAddress(proxy.authUrl))), 'redirected');
      assert.deepEqual(elsewhere.seen, []);
    });

    it(`does not follow a ${status} of Keystone`, async () => {
      const keystone = await serve((_, response) =>
        response.writeHead(status, { location: `${elsewhere.url}/v3/auth/tokens` }).end(),
      );
      proxies.push({ stop: () => keystone.close() });
      assert.equal(await stoppedBy(await opening(withAddress(`${keystone.url}/v3`))), 'keystone-unusable');
      assert.deepEqual(elsewhere.seen, []);
    });
  }

  it('does not follow the data of an image, nor an override, to another address', async () => {
    const upload = await region(moved(307, /\/file$/));
    assert.equal(await stoppedBy(await opening(withAddress(upload.authUrl))), 'redirected');
    const over = await serve((_, response) =>
      response.writeHead(307, { location: `${elsewhere.url}/v2/images` }).end(),
    );
    proxies.push({ stop: () => over.close() });
    const entry = { ...plain, image_endpoint_override: over.url };
    assert.equal(await stoppedBy(await opening(entry)), 'redirected');
    assert.deepEqual(elsewhere.seen, []);
    assert.ok(over.seen.length > 0);
  });

  it('goes to the override alone, and not to the catalog’s Glance', async () => {
    const catalog = await serve((_, response) => response.writeHead(500).end());
    proxies.push({ stop: () => catalog.close() });
    const proxy = await region(async (request, response) => {
      await forward(request, `${catalog.url}${request.url ?? '/'}`);
      response.writeHead(500).end();
    });
    const { url } = await logIn('cloud', 0);
    const other = await opening(withAddress(proxy.authUrl, { image_endpoint_override: url }));
    assert.equal(await stoppedBy(other), undefined);
    assert.deepEqual(catalog.seen, []);
  });

  it('does not go where the addresses in Glance’s answers point', async () => {
    const session = await logIn('cloud', 0);
    const { url } = session;
    const pointing: Serve = async (request, response) => {
      const real = await forward(request, `${url}${request.url ?? '/'}`);
      const away = JSON.stringify(parsed(real.body), (key, value: unknown) =>
        ['next', 'first', 'self', 'file', 'schema', 'href'].includes(key) ? `${elsewhere.url}/v2/images` : value,
      );
      const isJson = (real.headers.get('content-type') ?? '').startsWith('application/json');
      send(response, real, isJson ? away : real.body);
    };
    const proxy = await region(pointing);
    const other = await opening(withAddress(proxy.authUrl));
    assert.equal(await stoppedBy(other), undefined);
    const place = await other.engine.place('described', cloud.regions[0]);
    const found: string[] = [];
    for await (const page of other.engine.images(place, { pageSize: 1, name })) found.push(...page.map(({ id }) => id));
    assert.equal(found.length, 1);
    assert.deepEqual(elsewhere.seen, []);
  });
});
