import assert from 'node:assert/strict';
import { patchType, useSessions } from './session.ts';

describe('Glance: patching an image', () => {
  const users = useSessions();
  const denied = 'Access was denied to this resource.<br /><br />\n';
  const conflict = 'There was a conflict when trying to complete your request.<br /><br />\n';

  it('adds, changes and removes', async () => {
    const id = await users.demo.create({ old: '1', kept: '1' });
    const answer = await users.demo.patch(id, [
      { op: 'replace', path: '/name', value: 'renamed' },
      { op: 'add', path: '/new', value: 'n' },
      { op: 'add', path: '/kept', value: '2' },
      { op: 'remove', path: '/old' },
      { op: 'replace', path: '/min_disk', value: 7 },
      { op: 'replace', path: '/os_hidden', value: true },
      { op: 'replace', path: '/visibility', value: 'private' },
      { op: 'replace', path: '/disk_format', value: 'qcow2' },
    ]);
    assert.equal(answer.status, 200);
    const shown = await users.demo.show(id);
    assert.deepEqual(shown, answer.json);
    assert.deepEqual(
      [
        shown.name,
        shown.new,
        shown.kept,
        'old' in shown,
        shown.min_disk,
        shown.os_hidden,
        shown.visibility,
        shown.disk_format,
      ],
      ['renamed', 'n', '2', false, 7, true, 'private', 'qcow2'],
    );
  });

  it('addresses keys with slash and tilde by JSON pointer', async () => {
    const id = await users.demo.create();
    const answer = await users.demo.patch(id, [{ op: 'add', path: '/a~1b~0c', value: 'x' }]);
    assert.equal(answer.json['a/b~c'], 'x');
    const gone = await users.demo.patch(id, [{ op: 'remove', path: '/a~1b~0c' }]);
    assert.equal('a/b~c' in gone.json, false);
  });

  it('takes __proto__ and the like as ordinary names', async () => {
    const id = await users.demo.create();
    const names = ['__proto__', 'constructor', 'toString'];
    const answer = await users.demo.patch(
      id,
      names.map((name) => ({ op: 'add', path: `/${name}`, value: 'x' })),
    );
    assert.equal(answer.status, 200);
    for (const name of names) assert.equal(Object.entries(answer.json).find(([key]) => key === name)?.[1], 'x');
  });

  it('replaces tags as a whole, without duplicates', async () => {
    const id = await users.demo.create({ tags: ['a'] });
    const answer = await users.demo.patch(id, [{ op: 'replace', path: '/tags', value: ['b', 'c', 'b'] }]);
    assert.deepEqual([...(answer.json.tags as string[])].sort(), ['b', 'c']);
    const none = await users.demo.patch(id, [{ op: 'replace', path: '/tags', value: [] }]);
    assert.deepEqual(none.json.tags, []);
  });

  it('sets the name to null', async () => {
    const id = await users.demo.create();
    const answer = await users.demo.patch(id, [{ op: 'replace', path: '/name', value: null }]);
    assert.equal(answer.json.name, null);
  });

  it('changes nothing for an empty list', async () => {
    const id = await users.demo.create();
    const before = await users.demo.show(id);
    const answer = await users.demo.patch(id, []);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, before);
  });

  it('does all or nothing', async () => {
    const id = await users.demo.create({ a: '1' });
    const answer = await users.demo.patch(id, [
      { op: 'replace', path: '/a', value: '2' },
      { op: 'remove', path: '/missing' },
    ]);
    assert.equal(answer.status, 409);
    assert.equal((await users.demo.show(id)).a, '1');
  });

  it('wants its own media type; a charset is fine', async () => {
    const id = await users.demo.create();
    const answer = await users.demo.patch(id, [], { 'Content-Type': 'application/json-patch+json' });
    assert.equal(answer.status, 415);
    assert.match(String(answer.headers['accept-patch']), /application\/openstack-images-v2\.1-json-patch/);
    const fine = await users.demo.patch(id, [], { 'Content-Type': `${patchType}; charset=utf-8` });
    assert.equal(fine.status, 200);
  });

  const refused: [string, unknown, number, string][] = [
    ['an object', {}, 400, 'Request body must be a JSON array of operation objects.'],
    ['a number for an operation', [1], 400, 'Operations must be JSON objects.'],
    [
      'no op',
      [{ path: '/a' }],
      400,
      'Unable to find `op` in JSON Schema change. It must be one of the following: add, remove, replace.',
    ],
    [
      'op test',
      [{ op: 'test', path: '/a', value: 'x' }],
      400,
      'Invalid operation: `test`. It must be one of the following: add, remove, replace.',
    ],
    ['no path', [{ op: 'add', value: 'x' }], 400, "Unable to find 'path' in JSON Schema change"],
    ['no value', [{ op: 'add', path: '/a' }], 400, 'Operation "add" requires a member named "value".'],
    ['a path without slash', [{ op: 'add', path: 'a', value: 'x' }], 400, 'Pointer `a` does not start with "/".'],
    ['a path of two', [{ op: 'add', path: '/a/b', value: 'x' }], 400, "Invalid JSON pointer for this resource: '/a/b'"],
    [
      'appending to tags',
      [{ op: 'add', path: '/tags/-', value: 'x' }],
      400,
      "Invalid JSON pointer for this resource: '/tags/-'",
    ],
    ['an empty token', [{ op: 'add', path: '/a//b', value: 'x' }], 400, 'Pointer `/a//b` contains adjacent "/".'],
    ['a slash at the end', [{ op: 'add', path: '/a/', value: 'x' }], 400, 'Pointer `/a/` end with "/".'],
    [
      'a stray tilde',
      [{ op: 'add', path: '/a~2', value: 'x' }],
      400,
      'Pointer `/a~2` contains "~" not part of a recognized escape sequence.',
    ],
    [
      'replacing what is not there',
      [{ op: 'replace', path: '/gone', value: 'x' }],
      409,
      `${conflict}Property gone does not exist.`,
    ],
    ['removing what is not there', [{ op: 'remove', path: '/gone' }], 409, `${conflict}Property gone does not exist.`],
    ['removing the name', [{ op: 'remove', path: '/name' }], 403, `${denied}Property name may not be removed.`],
    ['removing tags', [{ op: 'remove', path: '/tags' }], 403, `${denied}Property tags may not be removed.`],
    ['a new status', [{ op: 'replace', path: '/status', value: 'active' }], 403, "Attribute 'status' is read-only."],
    ['a new id', [{ op: 'replace', path: '/id', value: 'x' }], 403, "Attribute 'id' is read-only."],
    ['deleted', [{ op: 'add', path: '/deleted', value: 'x' }], 403, "Attribute 'deleted' is reserved."],
    ['os_glance_x', [{ op: 'add', path: '/os_glance_x', value: 'x' }], 403, "Attribute 'os_glance_x' is reserved."],
    [
      'another owner',
      [{ op: 'replace', path: '/owner', value: 'x' }],
      403,
      `${denied}Owner can't be updated by non admin.`,
    ],
    [
      'public',
      [{ op: 'replace', path: '/visibility', value: 'public' }],
      403,
      'You are not authorized to complete publicize_image action.',
    ],
    [
      'no locations',
      [{ op: 'replace', path: '/locations', value: [] }],
      403,
      `${denied}Cannot set locations to empty list.`,
    ],
    [
      'a location',
      [{ op: 'add', path: '/locations/-', value: { url: 'http://x', metadata: {} } }],
      403,
      "It's not allowed to add locations if locations are invisible.",
    ],
    [
      'a negative min_disk',
      [{ op: 'replace', path: '/min_disk', value: -1 }],
      400,
      "Invalid value '-1' for parameter 'min_disk'",
    ],
    [
      'a huge min_disk',
      [{ op: 'replace', path: '/min_disk', value: 2147483648 }],
      400,
      "'min_disk' value out of range",
    ],
    [
      'a number for a property',
      [{ op: 'add', path: '/n', value: 1 }],
      400,
      "Provided object does not match schema 'image': 1 is not of type 'string'",
    ],
    ['an emoji', [{ op: 'add', path: '/n', value: '😀' }], 400, "N can't contain 4 byte unicode characters."],
    [
      '129 tags',
      [{ op: 'add', path: '/tags', value: Array.from({ length: 129 }, (_, index) => `t${index}`) }],
      413,
      'The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128',
    ],
  ];
  for (const [what, body, status, message] of refused) {
    it(`refuses ${what} with ${status}`, async () => {
      const id = await users.demo.create();
      const before = await users.demo.show(id);
      const answer = await users.demo.patch(id, body);
      assert.equal(answer.status, status);
      assert.equal(answer.message.slice(0, message.length), message);
      assert.deepEqual(await users.demo.show(id), before);
    });
  }

  it('counts properties only where one is added', async () => {
    const properties = Object.fromEntries(Array.from({ length: 128 }, (_, index) => [`p${index}`, 'x']));
    const id = await users.demo.create(properties);
    const more = await users.demo.patch(id, [{ op: 'add', path: '/one_more', value: 'x' }]);
    assert.equal(more.status, 413);
    assert.match(more.message, /allowed image properties\. Attempted: 129, Maximum: 128/);
    const changed = await users.demo.patch(id, [{ op: 'add', path: '/p1', value: 'y' }]);
    assert.equal(changed.status, 200);
  });

  const swallowed = [
    'context',
    'deactivate',
    'delete',
    'get_data',
    'get_payload',
    'get_super_class',
    'helper',
    'member',
    'notifier',
    'reactivate',
    'repo',
    'send_notification',
    'set_data',
  ];
  for (const name of swallowed) {
    it(`answers 200 to a property ${name} and drops it`, async () => {
      const id = await users.demo.create();
      const answer = await users.demo.patch(id, [{ op: 'add', path: `/${name}`, value: 'x' }]);
      assert.equal(answer.status, 200);
      assert.equal(name in (await users.demo.show(id)), false);
    });
  }

  it('falls over base and extra_properties, and looks for another image_id', async () => {
    const id = await users.demo.create();
    const add = async (name: string) =>
      (await users.demo.patch(id, [{ op: 'add', path: `/${name}`, value: 'x' }])).status;
    assert.deepEqual([await add('base'), await add('extra_properties'), await add('image_id')], [500, 500, 404]);
  });

  it('stores a property called stores', async () => {
    const id = await users.demo.create();
    const answer = await users.demo.patch(id, [{ op: 'add', path: '/stores', value: 'x' }]);
    assert.equal(answer.json.stores, 'x');
  });

  it('leaves the formats of an image with bytes alone', async () => {
    const id = await users.demo.createActive();
    const answer = await users.demo.patch(id, [{ op: 'replace', path: '/disk_format', value: 'qcow2' }]);
    assert.equal(answer.status, 403);
    assert.match(answer.message, /^Attribute disk_format can be only replaced for a queued image\./);
  });

  it('checks the body before it looks for the image', async () => {
    const answer = await users.demo.patch('00000000-0000-4000-8000-000000000000', {});
    assert.equal(answer.status, 400);
  });
});
