import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { marksRefusal } from '../../../../../src/core/reconcile/ownership/refused-marks.ts';
import { definition, World } from '../world.ts';

const path = '/images/ubuntu.qcow2';
const id = '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f';

function world(): World {
  const made = new World();
  made.files.write(path, Buffer.from('bytes'));
  made.glance().protectsMarks = true;
  return made;
}

function codes(of: { readonly problems: readonly { readonly code: string }[] }): readonly string[] {
  return of.problems.map(({ code }) => code);
}

describe('a cloud that refuses marks', () => {
  it('is told by what it says', () => {
    const reserved = "Attribute 'glance_images.self' is reserved.";
    const tooMany =
      'The limit has been exceeded on the number of allowed image properties. Attempted: 130, Maximum: 128';
    assert.equal(marksRefusal(new Failure('forbidden', reserved)), 'region');
    assert.equal(marksRefusal(new Failure('not-applied', reserved)), 'region');
    assert.equal(marksRefusal(new Failure('quota-exceeded', tooMany)), 'image');
    assert.equal(
      marksRefusal(new Failure('forbidden', 'You are not authorized to complete publicize_image action.')),
      undefined,
    );
    assert.equal(
      marksRefusal(new Failure('quota-exceeded', 'The request returned a 413: image_size_total.')),
      undefined,
    );
  });

  it('makes nothing for a definition without an id, says why, and says it in the plan from then on', async () => {
    const one = world();
    const result = await one.planAndApply(definition());
    assert.deepEqual([result.status, result.error?.code], ['failed', 'marks-refused']);
    assert.match(result.error?.next ?? '', /image_id/);
    assert.equal(one.glance().images.size, 0);
    const plan = await one.planOne(definition());
    assert.deepEqual([plan.action, codes(plan)], ['blocked', ['marks-refused']]);
  });

  it('gets an image that its definition names by id, verified, and a plan that says what is lost', async () => {
    const one = world();
    const pinned = definition({ image_id: id, tags: ['lts'] });
    const result = await one.planAndApply(pinned);
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.equal(result.imageId, id);
    assert.deepEqual(result.verified, { size: true, md5: true, multihash: true });
    assert.deepEqual(
      result.warnings?.map(({ code }) => code),
      ['marks-refused'],
    );
    assert.deepEqual(result.live?.properties, {});
    assert.equal(result.live.os_hidden, false);
    const plan = await one.planOne(pinned);
    assert.deepEqual([plan.action, plan.bytes, codes(plan)], ['none', 'same', ['marks-refused']]);
    assert.match(plan.problems[0]?.message ?? '', /stay on the image/);
  });

  it('has its images updated in place, and not replaced', async () => {
    const one = world();
    await one.planAndApply(definition({ image_id: id }));
    const changed = definition({ image_id: id, min_ram_mb: 512 });
    const result = await one.planAndApply(changed);
    assert.deepEqual([result.plan.action, result.status, result.live?.min_ram], ['update', 'done', 512]);
    one.files.write(path, Buffer.from('other'));
    const plan = await one.planOne(changed);
    assert.equal(plan.action, 'blocked');
    assert.ok(codes(plan).includes('marks-refused'));
  });

  it('has what a cut apply left hidden published by the next', async () => {
    const one = world();
    const pinned = definition({ image_id: id });
    let patches = 0;
    one.glance().before = ({ method }) => {
      if (method === 'patch' && (patches += 1) >= 1) throw new Failure('unexpected', 'gone');
    };
    await one.planAndApply(pinned);
    one.glance().before = () => undefined;
    assert.equal(one.glance().images.get(id)?.os_hidden, true);
    const result = await one.planAndApply(pinned);
    assert.deepEqual([result.plan.action, result.status], ['update', 'done']);
    assert.equal(one.glance().images.get(id)?.os_hidden, false);
    assert.equal((await one.planOne(pinned)).action, 'none');
  });

  it('adopts without them, once it is known as one that refuses', async () => {
    const one = world();
    one.glance().add({ id, name: 'Ubuntu', status: 'active', disk_format: 'qcow2', container_format: 'bare' });
    const pinned = definition({ image_id: id, verify_checksum: false });
    const first = await one.planAndApply(pinned);
    assert.deepEqual([first.plan.action, first.status, first.warnings?.[0]?.code], ['adopt', 'done', 'marks-refused']);
    assert.equal((await one.planOne(pinned)).action, 'none');
  });
});
