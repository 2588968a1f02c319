import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DefinitionArguments } from '../../../../../src/core/definition/definition.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';
import { checkPropertyName } from '../../../../../src/core/definition/reading/property-names.ts';
import { renderDefinition, renderImage } from '../../../../../src/core/definition/writing/render.ts';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';

const BASE: DefinitionArguments = { name: 'a', container_format: 'bare', disk_format: 'raw' };

const LIVE: LiveImage = {
  id: '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f',
  name: 'Ubuntu',
  status: 'active',
  visibility: 'private',
  owner: '7f0c2a4be1d94f3c8a5d6e7f80912345',
  container_format: 'bare',
  disk_format: 'qcow2',
  size: 12_345,
  virtual_size: null,
  checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  os_hash_algo: 'sha512',
  os_hash_value: 'ab'.repeat(64),
  min_disk: 0,
  min_ram: 0,
  protected: false,
  os_hidden: false,
  tags: [],
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:06Z',
  properties: {},
  server: {},
};

/** The one definition of a text that has no problem. */
function read(text: string): DefinitionArguments {
  const { definitions, problems } = parseDefinitions(text, '/x.image.jsonc');
  assert.deepEqual(problems, [], text);
  assert.equal(definitions.length, 1);
  const [definition] = definitions;
  assert.ok(definition);
  const { properties, ...rest } = definition.arguments;
  return { ...rest, ...(properties === undefined ? {} : { properties: { ...properties } }) };
}

describe('renderDefinition', () => {
  it('writes arguments in the order of the table, with comments over them', () => {
    const arguments_ = { properties: { os_distro: 'debian', hw_disk_bus: null }, tags: ['x', 'y'], ...BASE };
    const comments = { tags: 'for people', 'properties/os_distro': 'one\ntwo' };
    assert.equal(
      renderDefinition(arguments_, { header: ['what for'], comments }),
      `// what for
{
  "name": "a",
  "container_format": "bare",
  "disk_format": "raw",
  // for people
  "tags": ["x", "y"],
  "properties": {
    // one
    // two
    "os_distro": "debian",
    "hw_disk_bus": null
  }
}
`,
    );
  });

  it('gives the items of a long list a line each', () => {
    const tags = Array.from({ length: 12 }, (_, index) => `a-rather-long-tag-${index}`);
    const text = renderDefinition({ ...BASE, tags });
    assert.ok(text.split('\n').every((line) => line.length < 100));
    assert.deepEqual(read(text).tags, tags);
  });

  it('makes what cannot be seen visible', () => {
    const name = 'a\u202e\u2028\u0007\u00ad';
    const text = renderDefinition({ ...BASE, name }, { header: [name] });
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.equal(read(text).name, name);
  });

  it('is read again as it was, whatever the words and comments', () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((text) => !/[\ud800-\udfff]/.test(text) && text.trim() !== '');
    const hostile = fc.oneof(
      word,
      fc.constantFrom('*/ }', '// x', '\n"name": "evil",\n', '\r\n}', '\u2028}', '{', '/*', '__proto__', '"\\'),
    );
    const optional = {
      min_disk_gb: fc.nat(2 ** 31 - 1),
      min_ram_mb: fc.nat(2 ** 31 - 1),
      visibility: fc.constantFrom('public', 'private', 'community', 'shared'),
      protected: fc.boolean(),
      hidden: fc.boolean(),
      verify_checksum: fc.boolean(),
      tags: fc.uniqueArray(hostile, { maxLength: 20 }),
      properties: fc
        .array(
          fc.tuple(
            hostile.filter((name) => checkPropertyName(name) === undefined),
            fc.option(hostile),
          ),
          { maxLength: 20 },
        )
        .map((entries) => Object.fromEntries(entries)),
      regions: fc.uniqueArray(hostile, { minLength: 1, maxLength: 5 }),
      cloud: hostile,
      key: hostile,
      image_id: fc.uuid(),
    };
    const definition = fc.record(
      { name: hostile, container_format: fc.constant('bare'), disk_format: fc.constant('raw'), ...optional },
      { requiredKeys: ['name', 'container_format', 'disk_format'] },
    );
    fc.assert(
      fc.property(definition, fc.array(hostile, { maxLength: 3 }), hostile, (arguments_, header, comment) => {
        const properties = Object.keys(arguments_.properties ?? {}).map((name) => [`properties/${name}`, comment]);
        const comments = Object.fromEntries([...properties, ['name', comment], ['tags', comment]]) as Record<
          string,
          string
        >;
        assert.deepEqual(read(renderDefinition(arguments_ as DefinitionArguments, { header, comments })), {
          ...arguments_,
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('renderImage', () => {
  it('names what is about the bytes and does not pin it, unless the definition set it', () => {
    const properties = {
      'owner_specified.openstack.sha256': 'digest-of-today',
      base_image_ref: 'i',
      cinder_encryption_key_id: 'k',
      hw_disk_bus: 'virtio',
    };
    const text = renderImage({ ...LIVE, properties }, { pin: true });
    assert.deepEqual(read(text).properties, { hw_disk_bus: 'virtio' });
    assert.match(text, /describe the current bytes.*\n(?:\/\/ .*\n)*\/\/ {3}"owner_specified\.openstack\.sha256"\n/);
    assert.doesNotMatch(text, /digest-of-today/);
    const owned = ['properties/base_image_ref'];
    const only = { base_image_ref: 'i', image_type: 'snapshot' };
    assert.deepEqual(read(renderImage({ ...LIVE, properties: only }, { pin: true, owned })).properties, {
      base_image_ref: 'i',
    });
    assert.equal(read(renderImage({ ...LIVE, properties: { image_type: 's' } }, { pin: true })).properties, undefined);
  });

  it('writes no more than what differs from the defaults', () => {
    assert.deepEqual(read(renderImage(LIVE, { pin: false })), {
      name: 'Ubuntu',
      container_format: 'bare',
      disk_format: 'qcow2',
    });
  });

  it('writes everything that a definition can hold', () => {
    const image: LiveImage = {
      ...LIVE,
      visibility: 'community',
      min_disk: 3,
      min_ram: 512,
      protected: true,
      os_hidden: true,
      tags: ['b', 'a'],
      properties: {
        os_distro: 'ubuntu',
        hw_disk_bus: 'virtio',
        'glance_images.key': 'Ubuntu',
        'glance_images.self': LIVE.id,
      },
    };
    assert.deepEqual(read(renderImage(image, { pin: true, cloud: 'devcloud', region: 'RegionOne' })), {
      name: 'Ubuntu',
      container_format: 'bare',
      disk_format: 'qcow2',
      visibility: 'community',
      min_disk_gb: 3,
      min_ram_mb: 512,
      protected: true,
      hidden: true,
      tags: ['b', 'a'],
      properties: { hw_disk_bus: 'virtio', os_distro: 'ubuntu' },
      region: 'RegionOne',
      cloud: 'devcloud',
      image_id: LIVE.id,
    });
  });

  it('shows in comments what only the cloud sets', () => {
    const text = renderImage(LIVE, { pin: false });
    for (const value of ['12345', LIVE.checksum, LIVE.os_hash_value, LIVE.owner, LIVE.created_at, 'active']) {
      assert.match(text, new RegExp(`^// .*${value ?? ''}$`, 'm'));
    }
  });

  it('fills in what the image does not have, and says so', () => {
    const text = renderImage(
      { ...LIVE, name: null, disk_format: null, container_format: null, size: null },
      { pin: true },
    );
    assert.equal(read(text).name, LIVE.id);
    assert.match(text, /\/\/ The image has no name .*\n {2}"name"/);
    assert.match(text, /\/\/ The image has no disk_format .*\n {2}"disk_format": "raw"/);
    assert.match(text, /size_bytes: \(none\)/);
  });

  it('names the properties that no definition can hold', () => {
    const text = renderImage({ ...LIVE, properties: { ' x': '1', base: '2', ok: '3' } }, { pin: false });
    assert.deepEqual(read(text).properties, { ok: '3' });
    assert.match(text, /^\/\/ {3}" x"$/m);
    assert.match(text, /^\/\/ {3}"base"$/m);
  });

  it('lets nothing on the image out of its place', () => {
    const evil = '*/\n{"name": "evil"} // \u2028';
    const image = {
      ...LIVE,
      name: evil,
      owner: evil,
      status: evil,
      created_at: evil,
      tags: [evil],
      properties: { [`a${evil}b`]: evil, [` ${evil}`]: '' },
    };
    assert.equal(read(renderImage(image, { pin: false, cloud: evil, region: evil })).name, evil);
  });
});
