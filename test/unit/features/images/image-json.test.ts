import assert from 'node:assert/strict';
import { imageAsJson, imagesAsJson } from '../../../../src/features/images/image-json.ts';
import { liveImage } from '../../state/live-image.ts';

describe('imageAsJson', () => {
  it("sets the user's properties, the marks and what the server adds apart, each sorted", () => {
    const image = liveImage('1', 'a', {
      properties: { os_distro: 'ubuntu', 'glance_images.self': '1', 'glance_images.key': 'a', hw_disk_bus: 'virtio' },
      server: { stores: 'fast', file: '/v2/images/1/file' },
    });
    const shown = JSON.parse(imageAsJson(image)) as Record<string, object>;
    assert.deepEqual(Object.keys(shown.properties ?? {}), ['hw_disk_bus', 'os_distro']);
    assert.deepEqual(Object.keys(shown.marks ?? {}), ['glance_images.key', 'glance_images.self']);
    assert.deepEqual(Object.keys(shown.server ?? {}), ['file', 'stores']);
    assert.equal(shown.name, 'a');
  });

  it('has no marks for an image that has none', () => {
    assert.ok(!imageAsJson(liveImage('1', 'a')).includes('marks'));
  });

  it('writes several images as one list, and one as itself', () => {
    const [a, b] = [liveImage('1', 'a'), liveImage('2', 'b')];
    assert.deepEqual(JSON.parse(imagesAsJson([a, b])), [JSON.parse(imageAsJson(a)), JSON.parse(imageAsJson(b))]);
    assert.equal(imagesAsJson([a]), imageAsJson(a));
  });
});
