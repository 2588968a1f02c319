import assert from 'node:assert/strict';
import { parseImage } from '../../../../src/core/glance/image-parser.ts';
import { copyProgress, storesOf } from '../../../../src/core/glance/stores.ts';
import { closeAll, failure } from '../http/surroundings.ts';
import { json } from '../http/test-server.ts';
import { glance, ID } from './glance-server.ts';

afterEach(closeAll);

const member = { member_id: 'p 1', image_id: ID, status: 'pending', schema: '/v2/schemas/member' };

describe('members at Glance', () => {
  it('are listed, added, removed and given a status', async () => {
    const { client, requests } = await glance(({ method, path }, response) => {
      if (method === 'DELETE') response.writeHead(204).end();
      else json(response, 200, method === 'GET' && path.endsWith('/members') ? { members: [member] } : member);
    });
    assert.deepEqual(await client.members.list(ID), [{ project: 'p 1', status: 'pending' }]);
    await client.members.add(ID, 'p 1');
    await client.members.setStatus(ID, 'p 1', 'accepted');
    await client.members.remove(ID, 'p 1');
    assert.deepEqual(
      requests().map(({ method, path, body }) => [method, path, body]),
      [
        ['GET', `/v2/images/${ID}/members`, ''],
        ['POST', `/v2/images/${ID}/members`, '{"member":"p 1"}'],
        ['PUT', `/v2/images/${ID}/members/p%201`, '{"status":"accepted"}'],
        ['DELETE', `/v2/images/${ID}/members/p%201`, ''],
      ],
    );
  });

  it('who are there already are asked for their status', async () => {
    const { client } = await glance(({ method }, response) =>
      method === 'POST'
        ? json(response, 409, { message: 'Member p is duplicated' })
        : json(response, 200, { ...member, status: 'accepted' }),
    );
    assert.deepEqual((await client.members.add(ID, 'p 1')).value, { project: 'p 1', status: 'accepted' });
  });

  it('who are gone already count as removed', async () => {
    const { client } = await glance((_, response) => json(response, 404, { message: 'not found in the member list' }));
    await client.members.remove(ID, 'p 1');
  });

  it('are refused with Glance’s words', async () => {
    const { client } = await glance((_, response) =>
      json(response, 403, { message: 'Only shared images have members.' }),
    );
    const refused = await failure(client.members.list(ID));
    assert.equal(refused.code, 'forbidden');
    assert.match(refused.message, /Only shared images have members/);
  });

  for (const body of [{}, { members: [{}] }, { members: [{ ...member, status: 'perhaps' }] }]) {
    it(`are not taken from ${JSON.stringify(body).slice(0, 40)}`, async () => {
      const { client } = await glance((_, response) => json(response, 200, body));
      assert.equal((await failure(client.members.list(ID))).code, 'glance-unusable');
    });
  }
});

describe('stores at Glance', () => {
  it('are listed with what Glance says of them', async () => {
    const { client } = await glance((_, response) =>
      json(response, 200, {
        stores: [{ id: 'fast', description: 'fast disks', default: 'true' }, { id: 'web', 'read-only': 'true' }, {}],
      }),
    );
    assert.deepEqual(await client.stores.list(), [
      { id: 'fast', description: 'fast disks', isDefault: true, readOnly: false },
      { id: 'web', description: null, isDefault: false, readOnly: true },
    ]);
  });

  it('have no names on a cloud with one of them', async () => {
    const { client } = await glance((_, response) =>
      json(response, 404, { message: 'Multi backend is not supported at this site.' }),
    );
    assert.equal(await client.stores.list(), undefined);
  });

  it('are not taken from a web server that is no Glance', async () => {
    const { client } = await glance((_, response) => response.writeHead(404).end('<html>'));
    assert.equal((await failure(client.stores.list())).code, 'glance-wrong-address');
  });

  it('lose an image’s data, or say that it is in use', async () => {
    let status = 204;
    const { client, requests } = await glance((_, response) =>
      status === 204 ? response.writeHead(204).end() : json(response, status, { message: 'in use' }),
    );
    await client.stores.remove(ID, 'fast');
    assert.equal(requests()[0]?.path, `/v2/stores/fast/${ID}`);
    status = 409;
    assert.equal((await failure(client.stores.remove(ID, 'fast'))).code, 'image-in-use');
    status = 404;
    await client.stores.remove(ID, 'fast');
  });

  it('and the progress of copies stand on an image', () => {
    const image = parseImage({
      id: ID,
      status: 'active',
      stores: 'fast,slow',
      os_glance_import_task: 't',
      os_glance_failed_import: 'tape',
    });
    assert.deepEqual(storesOf(image), ['fast', 'slow']);
    assert.deepEqual(copyProgress(image), { running: true, failed: ['tape'] });
    assert.deepEqual(storesOf(parseImage({ id: ID, status: 'active' })), []);
  });
});

describe('imports at Glance', () => {
  it('ask for a copy to stores', async () => {
    const { client, requests } = await glance((_, response) => response.writeHead(202).end());
    const method = { name: 'copy-image' } as const;
    await client.imports.start(ID, { method, stores: ['slow'], allStoresMustSucceed: false });
    await client.imports.start(ID, { method, stores: 'all' });
    assert.deepEqual(
      requests().map(({ path, body }) => [path, JSON.parse(body) as unknown]),
      [
        [`/v2/images/${ID}/import`, { method, stores: ['slow'], all_stores_must_succeed: false }],
        [`/v2/images/${ID}/import`, { method, all_stores: true }],
      ],
    );
  });

  it('say which store they failed for', async () => {
    const { client } = await glance((_, response) => json(response, 403, { message: 'You are not authorized' }));
    const refused = await failure(client.imports.start(ID, { method: { name: 'copy-image' }, stores: ['slow'] }));
    assert.match(refused.message, /to the store slow failed: You are not authorized/);
  });

  it('have methods, and tasks, newest first', async () => {
    const task = (id: string, created: string): object => ({
      id,
      status: 'failure',
      message: 'm',
      created_at: created,
    });
    const { client } = await glance(({ path }, response) =>
      path.endsWith('/tasks')
        ? json(response, 200, { tasks: [task('old', '2026-01-01T00:00:00Z'), task('new', '2026-01-02T00:00:00Z')] })
        : json(response, 200, { 'import-methods': { value: ['copy-image', 3] } }),
    );
    assert.deepEqual(await client.imports.methods(), ['copy-image']);
    assert.deepEqual(
      (await client.imports.tasks(ID)).map(({ id }) => id),
      ['new', 'old'],
    );
  });

  it('send the bytes to a store by name', async () => {
    const { client, requests } = await glance((_, response) => response.writeHead(204).end());
    const upload = await client.upload(ID, 1, { store: 'slow' });
    await upload.write(new Uint8Array([1]));
    await upload.finish();
    assert.equal(requests()[0]?.headers['x-image-meta-store'], 'slow');
  });
});
