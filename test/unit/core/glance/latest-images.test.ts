import assert from 'node:assert/strict';
import { latestImages } from '../../../../src/core/glance/latest-images.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { liveImage } from '../../state/live-image.ts';

describe('the latest images', () => {
  function made(id: string, name: string, day: number, properties: Record<string, string> = {}): LiveImage {
    return liveImage(id, name, { created_at: `2026-01-0${day}T00:00:00Z`, properties });
  }

  function ids(images: readonly LiveImage[], ...names: string[]): readonly string[] {
    return latestImages(images, names)
      .map(({ id }) => id)
      .sort();
  }

  it('are one for each name pattern', () => {
    const images = [made('1', 'ubuntu-1', 1), made('2', 'ubuntu-2', 3), made('3', 'debian', 2), made('4', 'other', 4)];
    assert.deepEqual(ids(images, 'ubuntu-*', 'debian'), ['2', '3']);
    assert.deepEqual(ids(images, '*'), ['4']);
    assert.deepEqual(ids(images, 'ubuntu-*', '*-2'), ['2']);
    assert.deepEqual(ids(images, 'absent'), []);
  });

  it('are one for each release and architecture without a pattern', () => {
    const noble = { os_distro: 'ubuntu', os_version: '24.04' };
    const images = [
      made('1', 'a', 1, noble),
      made('2', 'b', 2, noble),
      made('3', 'c', 1, { ...noble, architecture: 'aarch64' }),
      made('4', 'd', 3, { ...noble, os_version: '22.04' }),
    ];
    assert.deepEqual(ids(images), ['2', '3', '4']);
  });

  it('are one for each name where nothing says which system it is', () => {
    assert.deepEqual(ids([made('1', 'a', 1), made('2', 'a', 2), made('3', 'b', 1)]), ['2', '3']);
  });

  it('are never hidden ones', () => {
    assert.deepEqual(ids([made('1', 'a', 1), { ...made('2', 'a', 2), os_hidden: true }]), ['1']);
  });
});
