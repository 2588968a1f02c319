import assert from 'node:assert/strict';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import type { Plan } from '../../../../../src/core/reconcile/model/plan.ts';
import { markProperties } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { imageFinding } from '../../../../../src/core/reconcile/sources/image-source.ts';
import { planConsequences } from '../../../../../src/core/reconcile/words/describe.ts';
import { readImagePath } from '../../../../../src/core/source/image/image-path.ts';
import { GlanceModel } from '../glance-model.ts';
import { definition, place, without, World } from '../world.ts';

const ID = '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f';
const SHA512 = 'a'.repeat(128);
const MD5 = 'b'.repeat(32);
const active: Partial<LiveImage> = {
  id: ID,
  name: 'Ubuntu',
  status: 'active',
  size: 5,
  disk_format: 'qcow2',
  container_format: 'bare',
  checksum: MD5,
  os_hash_algo: 'sha512',
  os_hash_value: SHA512,
};
const from = { image_source_image: { cloud: 'test', region: 'RegionOne', image_id: ID } };
const copied = without(definition({ ...from, region: 'RegionTwo' }), 'local_file_path');

const found = (extra: Partial<LiveImage>, of = copied): ReturnType<typeof imageFinding> =>
  imageFinding(of, { place: place('RegionOne'), image: new GlanceModel().add({ ...active, ...extra }) });

/** The plan for the other region, where the source looks so. */
async function planned(extra: Partial<LiveImage> = {}, there: Partial<LiveImage> = {}): Promise<Plan> {
  const world = new World(['RegionOne', 'RegionTwo']);
  world.glance('RegionOne').add({ ...active, ...extra });
  if (there.id !== undefined) world.glance('RegionTwo').add({ ...active, ...there });
  const plans = await world.plan(copied);
  return plans.find((plan) => plan.place.region === 'RegionTwo') ?? assert.fail();
}

describe('an image as a source', () => {
  it('is known by its size and digests, without its data', () => {
    const { facts, ...rest } = found({}) as Extract<ReturnType<typeof found>, { kind: 'file' }>;
    assert.deepEqual(rest, { kind: 'file', problems: [] });
    assert.deepEqual([facts.size, facts.digests], [5, { md5: MD5, sha512: SHA512 }]);
    assert.deepEqual(readImagePath(facts.path), { place: place('RegionOne'), id: ID });
  });

  const state = { run: 'a.b', started: '2026-01-01T00:00:00Z', phase: 'staging' } as const;
  const stored = {
    size: 6,
    checksum: MD5,
    os_hash_algo: null,
    os_hash_value: null,
    disk_format: null,
    container_format: null,
  };
  const sent = { sha512: SHA512, disk_format: 'qcow2', container_format: 'bare' };
  for (const [what, extra, why] of [
    ['a queued one', { status: 'queued', size: null }, /"queued", not active/],
    ['a deactivated one', { status: 'deactivated' }, /"deactivated", not active/],
    ['one without a digest', { checksum: null, os_hash_value: null }, /reports no digest/],
    [
      'one that is staged',
      { properties: markProperties(ID, { key: 'k', owns: [], state }) },
      /not verified and published/,
    ],
    [
      'one with other data than was verified',
      { properties: markProperties(ID, { key: 'k', owns: [], sent, stored }) },
      /not what was verified/,
    ],
  ] as const) {
    it(`is not ${what}`, () => {
      const finding = found(extra);
      assert.equal(finding.kind, 'problem');
      assert.equal(finding.problem.code, 'source-image-unusable');
      assert.match(finding.problem.message, why);
    });
  }

  it('has formats that a definition can only repeat', () => {
    const problems = (inspect?: false): readonly unknown[] => {
      const of = {
        ...copied,
        arguments: { ...copied.arguments, disk_format: 'raw', ...(inspect === undefined ? {} : { inspect }) },
      };
      const finding = found({}, of);
      return finding.kind === 'file' ? (finding.problems ?? []).map(({ code, severity }) => [code, severity]) : [];
    };
    assert.deepEqual(problems(), [['format-mismatch', 'error']]);
    assert.deepEqual(problems(false), [['format-mismatch', 'warning']]);
  });

  it('makes an image, and the plan says how many bytes go from where to where', async () => {
    const plan = await planned();
    assert.deepEqual([plan.action, plan.bytesToSend], ['create', 5]);
    const text = `5 bytes to send from the image ${ID} in test/RegionOne to test/RegionTwo, through this machine`;
    assert.ok(planConsequences(plan).includes(text), planConsequences(plan).join('\n'));
  });

  it('replaces an image of other bytes, and leaves one of the same alone', async () => {
    const own = (extra: Partial<LiveImage>): Partial<LiveImage> => {
      const id = '9dd37182-1c07-4495-b25b-a65835aef1c7';
      return { id, properties: markProperties(id, { key: 'Ubuntu', owns: [] }), ...extra };
    };
    assert.equal((await planned({}, own({}))).action, 'adopt');
    assert.equal((await planned({}, own({ os_hash_value: 'c'.repeat(128) }))).action, 'replace');
    assert.equal((await planned({}, own({ size: 6 }))).action, 'replace');
  });

  it('that is gone blocks the plan', async () => {
    const world = new World(['RegionOne']);
    const plan = await world.planOne(copied);
    assert.equal(plan.action, 'blocked');
    assert.ok(plan.problems.some(({ code }) => code === 'image-not-found'));
  });

  it('of another cloud is a reach that somebody agrees to', async () => {
    const world = new World(['RegionOne']);
    world.glance().add(active);
    world.sourcePlace = { cloud: 'other', region: 'RegionOne', origin: '/home/me/clouds.yaml' };
    const plan = await world.planOne(copied);
    const reach = plan.problems.find(({ code }) => code === 'source-other-cloud');
    assert.equal(reach?.severity, 'information');
    assert.match(reach.message, /leaves the cloud other for test/);
  });
});
