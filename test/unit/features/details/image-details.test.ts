import assert from 'node:assert/strict';
import { propertyGroups, storesOf, versionsOf } from '../../../../src/features/details/image-details.ts';
import { markProperties } from '../../../../src/core/reconcile/ownership/marks.ts';
import { liveImage } from '../../state/live-image.ts';

const marked = (id: string, key: string, created: string) =>
  liveImage(id, 'a', { created_at: created, properties: markProperties(id, { key, owns: [] }) });

describe('the versions of an image', () => {
  it('are the images of one definition, the newest first', () => {
    const [one, two] = [marked('1', 'a', '2025-01-01T00:00:00Z'), marked('2', 'a', '2026-01-01T00:00:00Z')];
    const others = [one, two, marked('3', 'b', '2026-01-01T00:00:00Z'), liveImage('4', 'a')];
    const ids = versionsOf(one, others).map(({ id }) => id);
    assert.deepEqual(ids, ['2', '1']);
  });

  it('are the image itself where no definition made it', () => {
    const [image, other] = [liveImage('1', 'a'), liveImage('2', 'a')];
    assert.deepEqual(versionsOf(image, [image, other]), [image]);
  });
});

describe('the properties of an image', () => {
  it('are grouped by namespace, with those that the cloud does not describe last', () => {
    const image = liveImage('1', 'a', { properties: { x: '1', os_distro: 'ubuntu', hw_disk_bus: 'virtio' } });
    const metadef = (name: string, namespace: string) => {
      return { name, title: name.toUpperCase(), description: '', type: 'string', values: [], namespace };
    };
    const groups = propertyGroups(image, [metadef('os_distro', 'Z'), metadef('hw_disk_bus', 'A')]);
    assert.deepEqual([...groups.keys()], ['A', 'Z', 'Other']);
    assert.deepEqual(groups.get('Other'), [{ name: 'x', value: '1' }]);
    assert.equal(groups.get('Z')?.[0]?.title, 'OS_DISTRO');
  });
});

describe('the stores of an image', () => {
  it('are named where the cloud has several', () => {
    assert.deepEqual(storesOf(liveImage('1', 'a', { server: { stores: 'fast, cheap' } })), ['fast', 'cheap']);
    assert.deepEqual(storesOf(liveImage('1', 'a')), []);
  });
});
