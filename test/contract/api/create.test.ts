import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Json, patchType, useSessions } from './session.ts';

describe('Glance: creating an image', () => {
  const users = useSessions();

  it('answers 201 with the image, its place, import methods and stores', async () => {
    const answer = await users.demo.post({
      name: 'Contract',
      disk_format: 'qcow2',
      container_format: 'bare',
      visibility: 'private',
      min_disk: 3,
      min_ram: 512,
      protected: true,
      os_hidden: true,
      tags: ['one', 'two', 'one'],
      os_distro: 'debian',
      'with/slash~tilde': 'x',
    });
    assert.equal(answer.status, 201);
    const { id, tags, created_at, updated_at, ...rest } = answer.json;
    assert.equal(answer.headers.location, `${users.demo.url}/v2/images/${String(id)}`);
    assert.equal(answer.headers['openstack-image-import-methods'], 'glance-direct,web-download,copy-image');
    // Glance adds stores of its own once something was staged.
    assert.match(String(answer.headers['openstack-image-store-ids']), /^fast,slow(,os_glance_\w+)*$/);
    assert.deepEqual([...(tags as string[])].sort(), ['one', 'two']);
    assert.match(String(created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(String(updated_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(rest, {
      name: 'Contract',
      status: 'queued',
      disk_format: 'qcow2',
      container_format: 'bare',
      visibility: 'private',
      owner: users.demo.projectId,
      size: null,
      virtual_size: null,
      checksum: null,
      os_hash_algo: null,
      os_hash_value: null,
      min_disk: 3,
      min_ram: 512,
      protected: true,
      os_hidden: true,
      os_distro: 'debian',
      'with/slash~tilde': 'x',
      self: `/v2/images/${String(id)}`,
      file: `/v2/images/${String(id)}/file`,
      schema: '/v2/schemas/image',
    });
    // Tags are a set, which has no order.
    const sorted = ({ tags: all, ...image }: Json): Json => ({ ...image, tags: [...(all as string[])].sort() });
    assert.deepEqual(sorted(await users.demo.show(String(id))), sorted(answer.json));
  });

  it('needs nothing: shared, without name and formats', async () => {
    const { json } = await users.demo.post({});
    assert.deepEqual(
      [json.name, json.visibility, json.disk_format, json.container_format, json.tags],
      [null, 'shared', null, null, []],
    );
  });

  it("takes the client's id, and keeps it taken after a delete", async () => {
    const id = randomUUID();
    assert.equal((await users.demo.post({ id })).json.id, id);
    const again = await users.demo.post({ id });
    assert.equal(again.status, 409);
    assert.match(again.message, new RegExp(`^Image ID ${id} already exists!`));
    assert.equal((await users.demo.send('DELETE', `/v2/images/${id}`)).status, 204);
    assert.equal((await users.demo.post({ id })).status, 409);
    assert.equal((await users.guest.post({ id })).status, 409);
  });

  it('tells ids apart by case', async () => {
    const id = randomUUID().toUpperCase();
    await users.demo.create({ id });
    assert.equal((await users.demo.send('GET', `/v2/images/${id}`)).status, 200);
    assert.equal((await users.demo.send('GET', `/v2/images/${id.toLowerCase()}`)).status, 404);
  });

  const mismatches: [string, Json, string][] = [
    ['an id that is no UUID', { id: 'x' }, "'x' does not match '^("],
    ['a name that is a number', { name: 5 }, "5 is not of type 'null', 'string'"],
    [
      'an unknown visibility',
      { visibility: 'all' },
      "'all' is not one of ['community', 'public', 'private', 'shared']",
    ],
    ['an unknown disk format', { disk_format: 'gpt' }, "'gpt' is not one of [None, 'ami', 'ari',"],
    ['a string for a number', { min_disk: '1' }, "'1' is not of type 'integer'"],
    ['a fraction', { min_ram: 1.5 }, "1.5 is not of type 'integer'"],
    ['a string for a boolean', { protected: 'yes' }, "'yes' is not of type 'boolean'"],
    ['a string for tags', { tags: 'x' }, "'x' is not of type 'array'"],
    ['a number for a tag', { tags: [1] }, "1 is not of type 'string'"],
    ['a number for a property', { anything: 1 }, "1 is not of type 'string'"],
    ['a boolean for a property', { anything: true }, "True is not of type 'string'"],
    ['null for a property', { anything: null }, "None is not of type 'string'"],
    ['an over-long name', { name: 'n'.repeat(256) }, "'nnnn"],
    ['an over-long tag', { tags: ['t'.repeat(256)] }, "'tttt"],
  ];
  for (const [what, image, detail] of mismatches) {
    it(`refuses ${what}, with the schema's words`, async () => {
      const answer = await users.demo.post(image);
      assert.equal(answer.status, 400);
      const start = `Provided object does not match schema 'image': ${detail}`;
      assert.equal(answer.message.slice(0, start.length), start);
      assert.match(answer.message, /\n\nFailed validating '\w+' in schema\[.*\]:\n {4}\{'/);
      assert.match(answer.message, /\n\nOn instance\['\w+'\](\[0\])?:\n {4}/);
    });
  }

  it('writes the whole schema of what does not match', async () => {
    const answer = await users.demo.post({ min_disk: '1' });
    const members = ["'description': 'Amount of disk space (in GB) required to boot image.'", "'type': 'integer'"];
    const schema = (users.release === 25 ? members : members.toReversed()).join(',\n     ');
    assert.equal(
      answer.message,
      `Provided object does not match schema 'image': '1' is not of type 'integer'\n\nFailed validating 'type' in schema['properties']['min_disk']:\n    {${schema}}\n\nOn instance['min_disk']:\n    '1'<br /><br />\n\n\n`,
    );
  });

  const refused: [string, Json, number, string][] = [
    [
      'a negative min_disk',
      { min_disk: -1 },
      400,
      "Invalid value '-1' for parameter 'min_disk': Cannot be a negative value",
    ],
    ['a huge min_ram', { min_ram: 2147483648 }, 400, "'min_ram' value out of range, must not exceed 2147483647."],
    ['an over-long key', { ['k'.repeat(256)]: 'x' }, 400, 'Custom property should not be greater than 255 characters.'],
    ['an emoji in the name', { name: '😀' }, 400, "Name can't contain 4 byte unicode characters."],
    ['an emoji in a value', { my_key: '😀' }, 400, "My_Key can't contain 4 byte unicode characters."],
    ['an emoji in a key', { '😀': 'x' }, 400, "Property names can't contain 4 byte unicode."],
    [
      'public by a plain user',
      { visibility: 'public' },
      403,
      'You are not authorized to complete publicize_image action.',
    ],
    ...['status', 'checksum', 'created_at', 'self', 'file', 'schema', 'direct_url', 'stores'].map(
      (name): [string, Json, number, string] => [
        name,
        { [name]: name === 'status' ? 'active' : 'x' },
        403,
        `Attribute '${name}' is read-only.`,
      ],
    ),
    ['size', { size: 5 }, 403, "Attribute 'size' is read-only."],
    ['locations', { locations: [] }, 403, "Attribute 'locations' is reserved."],
    [
      'location',
      { location: 'x' },
      403,
      "Access was denied to this resource.<br /><br />\nAttribute 'location' is reserved.",
    ],
    [
      'os_glance_x',
      { os_glance_x: 'x' },
      403,
      "Access was denied to this resource.<br /><br />\nAttribute 'os_glance_x' is reserved.",
    ],
    [
      '129 properties',
      Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`p${index}`, 'x'])),
      413,
      'The limit has been exceeded on the number of allowed image properties. Attempted: 129, Maximum: 128',
    ],
    [
      '129 tags',
      { tags: Array.from({ length: 129 }, (_, index) => `t${index}`) },
      413,
      'The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128',
    ],
  ];
  for (const [what, image, status, message] of refused) {
    it(`refuses ${what} with ${status}`, async () => {
      const answer = await users.demo.post(image);
      assert.equal(answer.status, status);
      assert.equal(answer.message.slice(0, message.length), message);
    });
  }

  it("refuses somebody else's project with 403", async () => {
    const answer = await users.demo.post({ owner: 'x' });
    assert.equal(answer.status, 403);
    const words = "You are not permitted to create images owned by 'x'";
    const whole = {
      25: `${words}.<br /><br />\n\n\n`,
      33: `Access was denied to this resource.<br /><br />\n${words}\n\n`,
    };
    assert.equal(answer.message, whole[users.release]);
  });

  it('takes a multihash and does not believe it', async () => {
    const answer = await users.demo.post({ os_hash_algo: 'md5', os_hash_value: 'x' });
    assert.equal(answer.status, 201);
    assert.deepEqual([answer.json.os_hash_algo, answer.json.os_hash_value], [null, null]);
  });

  it('takes 128 properties', async () => {
    const properties = Object.fromEntries(Array.from({ length: 128 }, (_, index) => [`p${index}`, 'x']));
    assert.equal((await users.demo.post(properties)).status, 201);
  });

  it('refuses an emoji in a tag, but leaves the image behind without tags', async () => {
    const id = randomUUID();
    const answer = await users.demo.post({ id, tags: ['😀'] });
    assert.equal(answer.status, 400);
    assert.match(answer.message, /^Param values can't contain 4 byte unicode\./);
    users.demo.remember(id);
    assert.deepEqual((await users.demo.show(id)).tags, []);
  });

  it('answers no body, broken JSON and a string with 400, an array with 500', async () => {
    const create = async (body?: string) => {
      const answer = await users.demo.send('POST', '/v2/images', body === undefined ? {} : { body });
      return [answer.status, answer.message.split('<br />')[0]];
    };
    assert.deepEqual(await create(), [400, 'Body expected in request.']);
    assert.deepEqual(await create('{'), [400, 'Malformed JSON in request body.']);
    assert.deepEqual(await create('"x"'), [400, 'Unexpected body type. Expected list/dict.']);
    assert.equal((await create('[]'))[0], 500);
  });

  it('lets an administrator create for anybody, and publicly', async () => {
    const answer = await users.admin.post({ owner: users.demo.projectId, visibility: 'public' });
    assert.equal(answer.status, 201);
    assert.equal(answer.json.owner, users.demo.projectId);
    assert.equal(answer.json.visibility, 'public');
  });

  it('stores a key with blanks around it, which no PATCH can address', async () => {
    const id = await users.demo.create({ ' x': 'at creation' });
    const answer = await users.demo.patch(id, [{ op: 'add', path: '/ x', value: 'by patch' }], {
      'Content-Type': patchType,
    });
    assert.equal(answer.json[' x'], 'at creation');
    assert.equal(answer.json.x, 'by patch');
  });
});
