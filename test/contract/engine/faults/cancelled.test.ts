import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { closeAll } from '../../../unit/core/http/surroundings.ts';
import { Origin } from '../../../unit/core/source/url/origin.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';
import type { Phase } from '../../../../src/core/reconcile/model/phases.ts';

const old = randomBytes(50_000);
const young = randomBytes(3_000_000);
const md5 = createHash('md5').update(young).digest('hex');

describe('an apply that is cancelled', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('cancelled');
  });

  afterEach(async () => {
    await workplace.close([name]);
    await closeAll();
  });

  const wanted = (extra: object): object => ({
    name,
    container_format: 'bare',
    disk_format: 'raw',
    region: cloud.regions[0],
    ...extra,
  });

  /** Applies and cancels as soon as a phase is entered. */
  async function cancelledIn(phase: Phase, definition: object): Promise<ApplyResult> {
    const definitions = await workplace.define(definition);
    const stop = new AbortController();
    let entered = false;
    const [result] = await workplace.engine.apply(await workplace.engine.plan(definitions), {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type !== 'phase' || event.phase !== phase) return;
        entered = true;
        stop.abort();
      },
    });
    assert.ok(entered, `it was never ${phase}`);
    assert.ok(result);
    return result;
  }

  /** What was cut can be gone on with, and comes to one image with the right bytes. */
  async function goesOn(definition: object): Promise<void> {
    const definitions = await workplace.define(definition);
    const [next] = await workplace.apply(definitions);
    assert.equal(next?.error, undefined, JSON.stringify(next?.error));
    const visible = (await workplace.named(name, cloud.regions[0])).filter((image) => !image.os_hidden);
    assert.deepEqual(
      visible.map(({ status, checksum }) => [status, checksum]),
      [['active', md5]],
    );
    assert.deepEqual(
      (await workplace.engine.plan(definitions)).map(({ action }) => action),
      ['none'],
    );
  }

  for (const phase of ['downloading', 'decompressing', 'staging', 'uploading', 'verifying', 'publishing'] as const) {
    it(`while ${phase} says what is left, and is gone on with`, async () => {
      const origin = await Origin.start(gzipSync(young));
      const definition = wanted({ image_source_url: origin.url, decompress: true });
      const result = await cancelledIn(phase, definition);
      assert.equal(result.status, 'cancelled', JSON.stringify(result.error));
      assert.equal(result.error?.code, 'cancelled');
      const left = await workplace.named(name, cloud.regions[0]);
      assert.deepEqual(
        left.filter((image) => !image.os_hidden),
        [],
        'something is in sight',
      );
      for (const { id } of left) assert.ok(result.error.message.includes(id), `${id} is left and not named`);
      if (left.length === 0) assert.match(result.error.message, /Nothing was (created|changed)|was deleted/);
      await goesOn(definition);
    });
  }

  for (const [phase, left] of [
    ['publishing', /The verified image [0-9a-f-]{36} is kept/],
    ['retiring', /is published\. The image it replaces, [0-9a-f-]{36}, is not retired yet/],
  ] as const) {
    it(`while ${phase} a replacement leaves an image that serves, and is gone on with`, async () => {
      await workplace.file('disk.raw', old);
      const definition = wanted({ local_file_path: 'disk.raw' });
      await workplace.apply(await workplace.define(definition));
      await workplace.file('disk.raw', young);
      const result = await cancelledIn(phase, definition);
      assert.equal(result.status, 'cancelled', JSON.stringify(result.error));
      assert.match(result.error?.message ?? '', left);
      const visible = (await workplace.named(name, cloud.regions[0])).filter((image) => !image.os_hidden);
      assert.ok(visible.length > 0, 'no image serves');
      await goesOn(definition);
    });
  }

  for (const [phase, who, extra] of [
    ['copying', 'adminCloud', { stores: 'all' }],
    ['sharing', 'cloud', { visibility: 'shared', members: ['another project'] }],
  ] as const) {
    it(`while ${phase} says which image is kept, and is gone on with`, async () => {
      await workplace.close([name]);
      workplace = await Workplace.open({ ...cloud, cloud: cloud[who] });
      await workplace.file('disk.raw', young);
      const definition = wanted({ local_file_path: 'disk.raw', ...extra });
      const result = await cancelledIn(phase, definition);
      assert.equal(result.status, 'cancelled', JSON.stringify(result.error));
      const [image, ...others] = await workplace.named(name, cloud.regions[0]);
      assert.ok(image);
      assert.deepEqual(others, []);
      assert.ok(result.error?.message.includes(image.id), result.error?.message);
      await goesOn(definition);
    });
  }

  it('while updating changes nothing or all, and is gone on with', async () => {
    await workplace.file('disk.raw', young);
    const definition = wanted({ local_file_path: 'disk.raw' });
    await workplace.apply(await workplace.define(definition));
    const changed = { ...definition, min_ram_mb: 64, tags: ['one'] };
    const result = await cancelledIn('updating', changed);
    assert.equal(result.status, 'cancelled', JSON.stringify(result.error));
    const [image] = await workplace.named(name, cloud.regions[0]);
    assert.ok(image);
    assert.equal(image.min_ram === 64, image.tags.length === 1, 'half of it is changed');
    await goesOn(changed);
  });
});
