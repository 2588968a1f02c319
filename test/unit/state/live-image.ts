import type { LiveImage } from '../../../src/core/glance/image.ts';
import type { Place } from '../../../src/core/place.ts';

/** A place in a made-up cloud. */
export function placeNamed(region: string, cloud = 'demo'): Place {
  return { cloud, region, origin: '/home/user/clouds.yaml' };
}

/** An active image of a made-up cloud. */
export function liveImage(id: string, name: string, rest: Partial<LiveImage> = {}): LiveImage {
  return {
    id,
    name,
    status: 'active',
    visibility: 'private',
    owner: 'a1b2',
    container_format: 'bare',
    disk_format: 'qcow2',
    size: 1024,
    virtual_size: null,
    checksum: 'd41d8cd98f00b204e9800998ecf8427e',
    os_hash_algo: 'sha512',
    os_hash_value: 'cf83e1',
    min_disk: 0,
    min_ram: 0,
    protected: false,
    os_hidden: false,
    tags: [],
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    properties: {},
    server: {},
    ...rest,
  };
}
