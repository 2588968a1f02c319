import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { AskLogin } from '../../../../src/core/keystone/login/login-answers.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { EndingTokens, type End } from '../../ending-tokens.ts';
import { currentPasscode } from '../../logins.ts';
import { RegionProxy } from '../../region-proxy.ts';
import { entryOf, Workplace, type CloudEntry } from '../workplace.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const bytes = randomBytes(3_000_000);
const md5 = createHash('md5').update(bytes).digest('hex');
const UPLOAD = /^PUT .*\/file$/;

describe('a token that ends while an apply is at work', () => {
  let cloud: CloudUnderTest;
  let plain: CloudEntry;
  let workplace: Workplace;
  let name: string;
  let proxy: RegionProxy | undefined;
  const opened: Workplace[] = [];

  before(async () => {
    cloud = await cloudUnderTest();
    plain = await entryOf(cloud);
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('tokens');
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.leave();
    await proxy?.stop();
    proxy = undefined;
    await workplace.close([name]);
  });

  /** A cloud in whose first region tokens end. */
  async function ending(end: End): Promise<{ readonly region: EndingTokens; readonly entry: CloudEntry }> {
    const region = new EndingTokens(end);
    const auth = plain.auth as CloudEntry;
    await proxy?.stop();
    proxy = await RegionProxy.start(String(auth.auth_url), cloud.regions[0], region.serve);
    return { region, entry: { ...plain, auth: { ...auth, auth_url: proxy.authUrl } } };
  }

  async function opening(entry: CloudEntry, askLogin?: AskLogin): Promise<Workplace> {
    const made = await Workplace.described(cloud, entry, askLogin === undefined ? {} : { askLogin });
    await made.file('image.raw', bytes);
    opened.push(made);
    return made;
  }

  async function apply(other: Workplace, regions: readonly string[]): Promise<readonly ApplyResult[]> {
    const definition = { name, container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw', regions };
    return other.apply(await other.define(definition));
  }

  const statuses = (results: readonly ApplyResult[]): readonly string[] => results.map(({ status }) => status);

  /** The image of the name in each region: its MD5, once. */
  async function stored(regions: readonly string[]): Promise<readonly unknown[]> {
    const found = await Promise.all(regions.map((region) => workplace.named(name, region)));
    return found.map((images) => images.map(({ checksum, size, status }) => [status, size, checksum]));
  }

  const whole = [['active', bytes.length, md5]];

  for (const [when, at] of [
    ['the image is made', /^POST \/v2\/images$/],
    ['its data is sent', UPLOAD],
    ['it is compared', /^GET \/v2\/images\/[0-9a-f-]{36}$/],
    ['it is published', /^PATCH /],
  ] as const) {
    it(`is replaced once by another one when ${when}, and no byte is lost`, async () => {
      const { region, entry } = await ending({ at, times: 1 });
      const results = await apply(await opening(entry), [cloud.regions[0]]);
      assert.deepEqual([statuses(results), results[0]?.error], [['done'], undefined]);
      assert.deepEqual(await stored([cloud.regions[0]]), [whole]);
      assert.equal(region.tokens.length, 2);
      assert.deepEqual(region.received, [bytes.length]);
    });
  }

  it('is replaced once for all regions, whichever needs it first', async () => {
    const { region, entry } = await ending({ at: UPLOAD, times: 1 });
    const results = await apply(await opening(entry), cloud.regions);
    assert.deepEqual(statuses(results), ['done', 'done']);
    assert.deepEqual(await stored(cloud.regions), [whole, whole]);
    assert.equal(region.tokens.length, 2);
  });

  it('is not replaced for ever: that region fails, with nothing left there, and the other one goes on', async () => {
    const { entry } = await ending({ at: UPLOAD, times: 100 });
    const results = await apply(await opening(entry), cloud.regions);
    assert.deepEqual(statuses(results), ['failed', 'done']);
    const [refused] = results;
    assert.equal(refused?.error?.code, 'token-refused');
    assert.match(refused.error.message, /refused a token that Keystone had just issued/);
    assert.deepEqual(await stored(cloud.regions), [[], whole]);
  });

  describe('and that only a person can replace', () => {
    /** Answers with a passcode as often as told, then declines. */
    function present(times: number): { readonly ask: AskLogin; count: number } {
      const made = {
        count: 0,
        ask: () => Promise.resolve(made.count++ < times ? currentPasscode('coder') : undefined),
      };
      return made;
    }

    const withPasscode = (entry: CloudEntry): CloudEntry => {
      const { password: _, ...auth } = entry.auth as CloudEntry;
      return { ...entry, auth_type: 'v3totp', auth: { ...auth, username: 'coder' } };
    };

    it('is replaced by one for another passcode', async () => {
      const { entry } = await ending({ at: UPLOAD, times: 1 });
      const person = present(2);
      const results = await apply(await opening(withPasscode(entry), person.ask), [cloud.regions[0]]);
      assert.deepEqual([statuses(results), person.count], [['done'], 2]);
      assert.deepEqual(await stored([cloud.regions[0]]), [whole]);
    });

    it('leaves an image that the next apply fills where nobody answers', async () => {
      const { entry } = await ending({ at: UPLOAD, times: 1 });
      const person = present(1);
      const [cut] = await apply(await opening(withPasscode(entry), person.ask), [cloud.regions[0]]);
      assert.deepEqual([cut?.status, cut?.error?.code, person.count], ['failed', 'signed-out', 2]);
      assert.match(
        cut?.error?.message ?? '',
        /no "passcode".*hidden partial image .* remains; the next apply continues with it/s,
      );
      assert.match(cut?.error?.next ?? '', /Sign in/);
      assert.deepEqual(await stored([cloud.regions[0]]), [[['queued', null, null]]]);
      const [done] = await apply(await opening(withPasscode(entry), present(1).ask), [cloud.regions[0]]);
      assert.deepEqual([done?.status, done?.imageId], ['done', cut?.imageId]);
      assert.deepEqual(await stored([cloud.regions[0]]), [whole]);
    });
  });
});
