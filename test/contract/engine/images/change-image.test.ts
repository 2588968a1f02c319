import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { Failure } from '../../../../src/core/failure.ts';
import type { Place } from '../../../../src/core/place.ts';
import type { ImageChange } from '../../../../src/core/reconcile/applying/change-image.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';

describe('changing an image by hand', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;
  let place: Place;
  let id: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('change');
    await workplace.file('image.raw', randomBytes(4096));
    const [region] = cloud.regions;
    const [result] = await workplace.apply(
      await workplace.define({
        name,
        container_format: 'bare',
        disk_format: 'raw',
        local_file_path: 'image.raw',
        region,
      }),
    );
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    place = result.plan.place;
    id = result.imageId ?? '';
  });

  afterEach(async () => workplace.close([name]));

  const change = (wanted: ImageChange) => workplace.engine.changeImage(place, id, wanted);

  it('protects it, hides it and takes both back; what is so already stays as it is', async () => {
    assert.equal((await change({ kind: 'protected', protected: true })).protected, true);
    const hidden = await change({ kind: 'hidden', hidden: true });
    assert.equal(hidden.os_hidden, true);
    const again = await change({ kind: 'hidden', hidden: true });
    assert.equal(again.updated_at, hidden.updated_at);
    assert.equal((await change({ kind: 'hidden', hidden: false })).os_hidden, false);
    assert.equal((await change({ kind: 'protected', protected: false })).protected, false);
  });

  it('deactivates and reactivates it', async () => {
    assert.equal((await change({ kind: 'active', active: false })).status, 'deactivated');
    assert.equal((await change({ kind: 'active', active: false })).status, 'deactivated');
    assert.equal((await change({ kind: 'active', active: true })).status, 'active');
  });

  it('shares it with members and with everybody who knows its id', async () => {
    assert.equal((await change({ kind: 'visibility', visibility: 'shared' })).visibility, 'shared');
    assert.equal((await change({ kind: 'visibility', visibility: 'community' })).visibility, 'community');
    assert.equal((await change({ kind: 'visibility', visibility: 'private' })).visibility, 'private');
  });

  it('shares it with a project, and ends that', async () => {
    await change({ kind: 'visibility', visibility: 'shared' });
    const project = randomUUID().replaceAll('-', '');
    await change({ kind: 'member', project, shared: true });
    assert.deepEqual(await workplace.engine.members(place, id), [{ project, status: 'pending' }]);
    await change({ kind: 'member', project, shared: true });
    assert.equal((await workplace.engine.members(place, id)).length, 1);
    await change({ kind: 'member', project, shared: false });
    assert.deepEqual(await workplace.engine.members(place, id), []);
  });

  it('says so where there is no such image', async () => {
    await workplace.engine.deleteImage(place, id);
    await assert.rejects(
      change({ kind: 'hidden', hidden: true }),
      (error: unknown) => error instanceof Failure && error.code === 'image-not-found',
    );
  });
});
