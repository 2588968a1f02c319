import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { logIn } from '../../api/session.ts';
import { AUTHORITY, OTHER_HOST, SERVER } from '../../../unit/core/http/certificates.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { TlsFront } from '../../tls-front.ts';
import { entryOf, Workplace, type CloudEntry } from '../workplace.ts';

/** Bytes that two images have. */
const SAME = randomBytes(1000);

describe('the places that clouds.yaml describes', () => {
  let cloud: CloudUnderTest;
  let plain: CloudEntry;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
    plain = await entryOf(cloud);
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('places');
    await workplace.file('image.raw', randomBytes(50_000));
  });

  afterEach(() => workplace.close([name]));

  /** Another workplace, whose own clouds.yaml has one entry, "described". */
  async function described(entry: CloudEntry, profiles: CloudEntry = {}): Promise<Workplace> {
    const other = await Workplace.described(cloud, entry, { profiles });
    await other.file('image.raw', randomBytes(50_000));
    return other;
  }

  function wanted(extra: object = {}): object {
    return { name, container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw', ...extra };
  }

  async function applied(other: Workplace, extra: object = {}): Promise<readonly string[]> {
    const results = await other.apply(await other.define(wanted(extra)));
    return results.map(({ plan, status }) => `${plan.place.region} ${plan.action} ${status}`);
  }

  /** How many images of the name each region has, in the order of the regions. */
  async function counts(): Promise<readonly number[]> {
    const found = await Promise.all(cloud.regions.map((region) => workplace.named(name, region)));
    return found.map(({ length }) => length);
  }

  it('take address and regions from a profile', async () => {
    const { auth, ...others } = plain;
    const { auth_url, ...login } = auth as CloudEntry;
    const [, second] = cloud.regions;
    const profile = { auth: { auth_url }, regions: [second] };
    const { regions: _regions, region_name: _region, ...rest } = others;
    const other = await described({ ...rest, profile: 'vendor', auth: login }, { vendor: profile });
    assert.deepEqual(await applied(other), [`${second} create done`]);
    assert.deepEqual(await counts(), [0, 1]);
    await other.leave();
  });

  it('have what a region’s values say, its own project included', async () => {
    const [first, second] = cloud.regions;
    const { clouds } = parse(await readFile(cloud.cloudsFile, 'utf8')) as { clouds: Record<string, CloudEntry> };
    const guest = clouds[cloud.otherCloud]?.auth;
    const other = await described({ ...plain, regions: [first, { name: second, values: { auth: guest } }] });
    assert.deepEqual(await applied(other, { regions: [first, second] }), [
      `${first} create done`,
      `${second} create done`,
    ]);
    // The second one belongs to the other project, which this one does not see.
    assert.deepEqual(await counts(), [1, 0]);
    const there = await other.engine.place('described', second);
    const made: string[] = [];
    for await (const page of other.engine.images(there, { name })) made.push(...page.map(({ id }) => id));
    assert.equal(made.length, 1);
    for (const id of made) await other.engine.deleteImage(there, id);
    await other.leave();
  });

  it('are one where two regions have one endpoint: what is wanted in both is made once', async () => {
    const [first, second] = cloud.regions;
    const regions = [first, { name: 'Alias', values: { image_region_name: first } }, second];
    const other = await described({ ...plain, regions });
    assert.deepEqual(await applied(other, { regions: [first, 'Alias', second] }), [
      `${first} create done`,
      `${second} create done`,
    ]);
    assert.deepEqual(await counts(), [1, 1]);
    const plans = await other.engine.plan(await other.define(wanted({ regions: ['Alias', first] })));
    assert.deepEqual(
      plans.map(({ action, problems }) => [action, problems.map(({ code }) => code)]),
      [['none', ['region-shares-endpoint']]],
    );
    assert.deepEqual(
      (await other.engine.regions('described')).map(({ region }) => region),
      [first, second],
    );
    await other.leave();
  });

  it('refuse two definitions that mean one image there under two names', async () => {
    const [first] = cloud.regions;
    const regions = [first, { name: 'Alias', values: { image_region_name: first } }];
    const other = await described({ ...plain, regions });
    const plans = await other.engine.plan(await other.define(wanted({ region: first }), wanted({ region: 'Alias' })));
    assert.deepEqual(
      plans.map(({ action, problems }) => [action, problems[0]?.code]),
      [
        ['blocked', 'duplicate-definition'],
        ['blocked', 'duplicate-definition'],
      ],
    );
    await other.leave();
  });

  it('have the address of an override, with and without its version', async () => {
    const [first] = cloud.regions;
    const { url } = await logIn('cloud', 1);
    const results: string[] = [];
    for (const override of [url, `${url}/v2/`]) {
      const other = await described({ ...plain, regions: [first], image_endpoint_override: override });
      await other.file('image.raw', SAME);
      results.push(...(await applied(other)));
      await other.leave();
    }
    assert.deepEqual(results, [`${first} create done`, `${first} none unchanged`]);
    assert.deepEqual(await counts(), [0, 1]);
  });

  describe('over TLS', () => {
    let keystone: TlsFront;
    let glance: TlsFront;

    beforeEach(async () => {
      keystone = await TlsFront.start(String((plain.auth as CloudEntry).auth_url));
      glance = await TlsFront.start((await logIn('cloud', 0)).url);
    });

    afterEach(() => Promise.all([keystone.stop(), glance.stop()]));

    async function overTls(entry: CloudEntry): Promise<Workplace> {
      const other = await described({
        ...plain,
        auth: { ...(plain.auth as CloudEntry), auth_url: keystone.url },
        image_endpoint_override: glance.url,
        ...entry,
      });
      await writeFile(join(other.folder, 'authority.pem'), AUTHORITY);
      await writeFile(join(other.folder, 'client.pem'), SERVER.cert);
      await writeFile(join(other.folder, 'client-key.pem'), SERVER.key);
      return other;
    }

    const client = { cert: 'client.pem', key: 'client-key.pem' };

    it('are trusted by "cacert", and show "cert" and "key", named from their file', async () => {
      const other = await overTls({ ...client, cacert: 'authority.pem' });
      assert.deepEqual(await applied(other), [`${cloud.regions[0]} create done`]);
      assert.deepEqual(await counts(), [1, 0]);
      assert.ok(keystone.clients.includes('server') && glance.clients.includes('server'));
      await other.leave();
    });

    for (const [what, entry, code] of [
      ['an authority in a file that is not there', { cacert: 'missing.pem' }, 'tls-file-unreadable'],
      ['an authority in a file of something else', { cacert: 'garbage.pem' }, 'tls'],
      ['a key that is not the certificate’s', { ...client, key: 'other-key.pem', cacert: 'authority.pem' }, 'tls'],
      ['"insecure" that is no truth value', { insecure: 'yes' }, 'tls'],
    ] as const) {
      it(`are not asked by a cloud with ${what}`, async () => {
        const other = await overTls(entry);
        await writeFile(join(other.folder, 'garbage.pem'), 'garbage');
        await writeFile(join(other.folder, 'other-key.pem'), OTHER_HOST.key);
        const [plan] = await other.engine.plan(await other.define(wanted()));
        assert.deepEqual([plan?.action, plan?.problems.map((problem) => problem.code)], ['blocked', [code]]);
        assert.deepEqual([keystone.requests, glance.requests], [0, 0]);
        await other.leave();
      });
    }

    it('are not asked where nobody vouches for them, unless told so', async () => {
      const strict = await overTls(client);
      const [plan] = await strict.engine.plan(await strict.define(wanted()));
      assert.deepEqual([plan?.action, plan?.problems.map(({ code }) => code)], ['blocked', ['tls']]);
      assert.deepEqual([keystone.requests, glance.requests], [0, 0]);
      await strict.leave();
      for (const trusting of [{ insecure: true }, { verify: false }]) {
        const other = await overTls({ ...client, ...trusting });
        await other.file('image.raw', SAME);
        assert.equal((await applied(other)).length, 1);
        await other.leave();
      }
      assert.deepEqual(await counts(), [1, 0]);
    });
  });
});
