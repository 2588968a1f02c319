import assert from 'node:assert/strict';
import { onlyIdentity } from '../../../../src/core/definition/definition.ts';
import { definitionOf } from '../../state/sample-plans.ts';

describe('the identity of a definition', () => {
  it('keeps what says which image is meant and where, and nothing that could fail to be found or allowed', () => {
    const identity = { name: 'a', key: 'k', cloud: 'lab', regions: ['A', 'B'], image_id: undefined };
    const others = {
      image_cache_path: '${env:GLANCE_IMAGES_NOPE}/x',
      members: [{ project: 'p', accept_with: 'nowhere' }],
      visibility: 'shared',
      stores: ['fast'],
      properties: { a: 'b' },
      decompress: true,
    };
    const formats = { container_format: 'bare', disk_format: 'raw' };
    const { arguments: kept, file, text } = onlyIdentity(definitionOf({ ...identity, ...others }));
    assert.deepEqual(kept, { ...formats, name: 'a', key: 'k', cloud: 'lab', regions: ['A', 'B'] });
    assert.deepEqual([file, text.includes('GLANCE_IMAGES_NOPE')], ['/space/a.image.jsonc', true]);
    const pinned = onlyIdentity(definitionOf({ image_id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8', region: 'A' }));
    assert.deepEqual(pinned.arguments, {
      ...formats,
      name: 'a',
      image_id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      region: 'A',
    });
  });
});
