import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { storesOf } from '../../../../src/core/glance/stores.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

describe('engine on a cloud: stores', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  afterEach(async () => workplace.close([name]));

  function wanted(stores: unknown, extra: object = {}): object {
    const source = { container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw' };
    return { name, ...source, region: cloud.regions[0], ...(stores === undefined ? {} : { stores }), ...extra };
  }

  async function open(who: 'cloud' | 'adminCloud'): Promise<void> {
    workplace = await Workplace.open({ ...cloud, cloud: cloud[who] });
    name = workplace.uniqueName('stores');
    await workplace.file('image.raw', randomBytes(70_000));
  }

  async function applied(stores: unknown, extra: object = {}): Promise<ApplyResult> {
    const [result] = await workplace.apply(await workplace.define(wanted(stores, extra)));
    assert.ok(result);
    return result;
  }

  async function stored(): Promise<readonly string[]> {
    const live = (await workplace.named(name, cloud.regions[0])).find((image) => !image.os_hidden);
    return live === undefined ? [] : [...storesOf(live)].sort();
  }

  async function actionOf(stores: unknown): Promise<string | undefined> {
    return (await workplace.engine.plan(await workplace.define(wanted(stores))))[0]?.action;
  }

  describe('for an administrator', () => {
    beforeEach(async () => open('adminCloud'));

    it('get a copy, tell its progress, and lose it again', async () => {
      const created = await applied('all');
      assert.equal(created.status, 'done', JSON.stringify(created.error));
      assert.deepEqual(created.verified, { size: true, md5: true, multihash: true });
      assert.deepEqual(await stored(), ['fast', 'slow']);
      const told = workplace.events.flatMap((event) => (event.type === 'copies' ? event.copies : []));
      assert.deepEqual(told.at(-1), { store: 'slow', state: 'done' });
      assert.equal(await actionOf('all'), 'none');
      const [plan] = await workplace.engine.plan(await workplace.define(wanted(['slow'])));
      assert.deepEqual(
        plan?.changes.map(({ path, before, after }) => [path, before, after]),
        [['stores/fast', 'data', undefined]],
      );
      const removed = await applied(['slow']);
      assert.equal(removed.status, 'done', JSON.stringify(removed.error));
      assert.deepEqual(await stored(), ['slow']);
      assert.equal(await actionOf(['slow']), 'none');
    });

    it('move in place, the copy first', async () => {
      const created = await applied(['fast']);
      const moved = await applied(['slow'], { protected: true });
      assert.equal(moved.status, 'done', JSON.stringify(moved.error));
      assert.equal(moved.imageId, created.imageId);
      assert.deepEqual(await stored(), ['slow']);
      assert.equal((await applied(['slow'], { protected: false })).status, 'done');
    });

    it('of a new image are its own; the replaced one keeps what it has', async () => {
      const first = await applied('all');
      await workplace.file('image.raw', randomBytes(80_000));
      const second = await applied(['fast']);
      assert.equal(second.status, 'done', JSON.stringify(second.error));
      const all = await workplace.named(name, cloud.regions[0]);
      const by = Object.fromEntries(all.map((image) => [image.id, [...storesOf(image)].sort()]));
      assert.deepEqual(by, { [first.imageId ?? '']: ['fast', 'slow'], [second.imageId ?? '']: ['fast'] });
    });

    it('are imported with the image where the definition set them', async () => {
      const created = await applied('all');
      assert.ok(created.imageId);
      const text = await workplace.engine.importImage(created.plan.place, created.imageId);
      const parsed = parseDefinitions(text, `${workplace.folder}/imported.image.jsonc`);
      assert.deepEqual(parsed.problems, []);
      const { stores } = parsed.definitions[0]?.arguments ?? {};
      assert.deepEqual(new Set(stores), new Set(['fast', 'slow']));
      assert.equal((await workplace.engine.plan(parsed.definitions))[0]?.action, 'none', text);
    });
  });

  describe('for a plain user', () => {
    beforeEach(async () => open('cloud'));

    it('take the upload by name, without a right to copy', async () => {
      const created = await applied(['slow']);
      assert.equal(created.status, 'done', JSON.stringify(created.error));
      assert.deepEqual(await stored(), ['slow']);
      assert.equal(await actionOf(['slow']), 'none');
    });

    it('that may not be copied to leave the image published, and the result says which and why', async () => {
      const created = await applied('all');
      assert.equal(created.status, 'partial');
      assert.deepEqual(created.verified, { size: true, md5: true, multihash: true });
      assert.equal(created.error?.status, 403);
      assert.match(created.error.message, /store slow failed: .*copy_image/);
      assert.match(created.error.requestId ?? '', /^req-/);
      assert.deepEqual(await stored(), ['fast']);
      const again = await applied(['slow']);
      assert.equal(again.status, 'partial');
      assert.deepEqual(await stored(), ['fast'], 'the only copy was deleted');
    });

    it('that there are not are a problem at their place', async () => {
      const [plan] = await workplace.engine.plan(await workplace.define(wanted(['fast', 'tape'])));
      assert.equal(plan?.action, 'blocked');
      assert.equal(plan.problems[0]?.code, 'unknown-store');
      assert.match(plan.problems[0].message, /it has fast, slow/);
    });
  });
});
