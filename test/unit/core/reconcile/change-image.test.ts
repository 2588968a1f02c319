import assert from 'node:assert/strict';
import { Failure } from '../../../../src/core/failure.ts';
import { changeImage } from '../../../../src/core/reconcile/change-image.ts';
import { GlanceModel } from './glance-model.ts';

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
