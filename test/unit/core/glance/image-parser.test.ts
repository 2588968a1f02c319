import assert from 'node:assert/strict';
import { Failure } from '../../../../src/core/failure.ts';
import { parseImage } from '../../../../src/core/glance/image-parser.ts';

const ID = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('an image of an answer', () => {
  it('has its attributes, the user’s properties and the server’s own apart', () => {
    const image = parseImage({
      id: ID.toUpperCase(),
      status: 'active',
      name: 'n',
      size: 5,
      tags: ['a', 'b'],
      os_hidden: true,
      protected: false,
      os_hash_algo: 'sha512',
      os_distro: 'debian',
      os_glance_import_task: 'x',
      os_glance_failed_import: '',
      stores: 'a,b',
      direct_url: 'file:///x',
      locations: [{ url: 'x' }],
      self: '/v2/images/x',
      file: '/v2/images/x/file',
      schema: '/v2/schemas/image',
      'owner_specified.openstack.md5': 'm',
      nested: { a: 1 },
    });
    assert.equal(image.id, ID);
    assert.deepEqual([image.size, image.tags, image.os_hidden, image.protected], [5, ['a', 'b'], true, false]);
    assert.deepEqual({ ...image.properties }, { os_distro: 'debian', 'owner_specified.openstack.md5': 'm' });
    assert.deepEqual(Object.keys(image.server).sort(), [
      'direct_url',
      'file',
      'locations',
      'nested',
      'os_glance_failed_import',
      'os_glance_import_task',
      'schema',
      'self',
      'stores',
    ]);
  });

  it('has sound values for what is absent or strange', () => {
    const strange = { id: ID, status: 'queued', name: 5, size: '5', tags: 'x', min_disk: null, protected: 'yes' };
    const image = parseImage(strange);
    assert.deepEqual(
      [image.name, image.size, image.tags, image.min_disk, image.min_ram, image.protected, image.owner],
      [null, null, [], 0, 0, false, null],
    );
    assert.deepEqual(parseImage({ ...strange, tags: ['a', 5, null] }).tags, ['a']);
  });

  it('does not know a size that no number can hold exactly', () => {
    const sized = (size: string): number | null =>
      parseImage(JSON.parse(`{"id":"${ID}","status":"a","size":${size}}`)).size;
    assert.equal(sized('9007199254740991'), 9007199254740991);
    for (const size of ['9007199254740993', '1e400', '-1', '1.5']) assert.equal(sized(size), null);
  });

  it('pollutes nothing by a property named __proto__', () => {
    const image = parseImage(JSON.parse(`{"id":"${ID}","status":"a","__proto__":"x","constructor":"y"}`));
    assert.deepEqual(Object.entries(image.properties), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    assert.equal(Object.getPrototypeOf(image.properties), null);
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });

  for (const value of [
    undefined,
    null,
    5,
    'x',
    [],
    {},
    { id: ID },
    { status: 'active' },
    { id: 5, status: 'active' },
  ]) {
    it(`is none: ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => parseImage(value),
        (error) => Failure.is(error, 'glance-unusable'),
      );
    });
  }
});
