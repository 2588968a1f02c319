import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import {
  changeImage,
  confirmed,
  deleteImage,
  deleteSeen,
  isCompared,
  type ImageChange,
} from '../../../../../src/core/reconcile/applying/change-image.ts';
import { markProperties } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { GlanceModel } from '../glance-model.ts';

const coded = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

describe('changeImage', () => {
  it('never touches an image of another project', async () => {
    const images = new GlanceModel();
    const { id } = images.add({ name: 'theirs', owner: 'project-2', status: 'active' });
    images.calls.length = 0;
    await assert.rejects(
      changeImage({ images, project: 'project-1' }, id, { kind: 'protected', protected: true }),
      coded('foreign-image'),
    );
    assert.deepEqual(
      images.calls.filter(({ method }) => method === 'patch'),
      [],
    );
  });

  it('asks for nothing that is so already', async () => {
    const images = new GlanceModel();
    const { id } = images.add({ name: 'a', visibility: 'private' });
    const live = await changeImage({ images, project: 'project-1' }, id, { kind: 'visibility', visibility: 'private' });
    assert.equal(live.visibility, 'private');
    assert.deepEqual(
      images.calls.filter(({ method }) => method === 'patch'),
      [],
    );
  });

  it('says so where Glance answers yes and does nothing', async () => {
    const images = new GlanceModel();
    const image = images.add({ name: 'a', os_hidden: false });
    images.patch = () => Promise.resolve({ value: image, requestId: 'req-1' });
    await assert.rejects(
      changeImage({ images, project: 'project-1' }, image.id, { kind: 'hidden', hidden: true }),
      coded('not-applied'),
    );
  });

  it('looks whether the image is deactivated indeed', async () => {
    const images = new GlanceModel();
    const { id } = images.add({ name: 'a', status: 'active' });
    images.deactivate = () => Promise.resolve({ value: undefined, requestId: 'req-1' });
    await assert.rejects(
      changeImage({ images, project: 'project-1' }, id, { kind: 'active', active: false }),
      coded('not-applied'),
    );
  });
});

describe('deleteImage', () => {
  const marks = (id: string, key: string): Record<string, string> => markProperties(id, { key, owns: [] });
  for (const [what, moved] of [
    ['name', { name: 'b' }],
    ['status', { status: 'active' }],
    ['data', { checksum: 'c' }],
    ['mark', { properties: { 'glance_images.state': '{}' } }],
  ] as const) {
    it(`deletes nothing that has another ${what} than when it was confirmed`, async () => {
      const images = new GlanceModel();
      const seen = images.add({ name: 'a', status: 'queued' });
      images.images.set(seen.id, { ...seen, ...moved });
      const region = { images, project: 'project-1' };
      await assert.rejects(deleteImage(region, seen.id, undefined, confirmed(seen)), coded('changed-meanwhile'));
      assert.ok(images.images.has(seen.id));
    });
  }

  it('deletes what is as it was, whatever else somebody wrote on it', async () => {
    const images = new GlanceModel();
    const { id } = images.add({ name: 'a' });
    const seen = images.add({ id, name: 'a', properties: marks(id, 'a') });
    images.images.set(id, { ...seen, min_ram: 5, properties: { ...seen.properties, os_distro: 'x' } });
    await deleteImage({ images, project: 'project-1' }, id, undefined, confirmed(seen));
    assert.equal(images.images.size, 0);
  });
});

describe('deleteSeen', () => {
  it('asks nothing before it deletes, and refuses what a look showed to be protected or another project’s', async () => {
    const images = new GlanceModel();
    const region = { images, project: 'project-1' };
    const seen = images.add({ name: 'a' });
    await assert.rejects(deleteSeen(region, { ...seen, protected: true }), coded('image-protected'));
    await assert.rejects(deleteSeen(region, { ...seen, owner: 'project-2' }), coded('foreign-image'));
    images.calls.length = 0;
    await deleteSeen(region, seen);
    assert.deepEqual(
      images.calls.map(({ method }) => method),
      ['delete'],
    );
  });
});

describe('isCompared', () => {
  const { id } = new GlanceModel().add({ name: 'a' });
  const ofOwner = (owns: readonly string[]) =>
    new GlanceModel().add({ id, name: 'a', properties: markProperties(id, { key: 'a', owns }) });
  const protect: ImageChange = { kind: 'protected', protected: true };

  it('is what the definition set, and nothing else', () => {
    assert.equal(isCompared(ofOwner(['name', 'protected']), protect), true);
    assert.equal(isCompared(ofOwner(['name']), protect), false);
    assert.equal(isCompared(ofOwner(['hidden']), { kind: 'hidden', hidden: true }), true);
    assert.equal(isCompared(ofOwner(['visibility']), { kind: 'visibility', visibility: 'shared' }), true);
    assert.equal(isCompared(ofOwner(['visibility']), { kind: 'active', active: false }), false);
  });

  it('is each member by itself', () => {
    const share = (project: string): ImageChange => ({ kind: 'member', project, shared: false });
    assert.equal(isCompared(ofOwner(['members/p1']), share('p1')), true);
    assert.equal(isCompared(ofOwner(['members/p1']), share('p2')), false);
  });

  it('is nothing of an image without a definition', () => {
    assert.equal(isCompared(new GlanceModel().add({ name: 'a' }), protect), false);
  });
});
