import assert from 'node:assert/strict';
import { type Json, type RawAnswer, send, useSessions } from './session.ts';

describe('Glance: versions, discovery, errors', () => {
  const users = useSessions();

  function versionsOf(answer: RawAnswer): Json[] {
    return answer.json.versions as Json[];
  }

  /** The newest minor version of its API. */
  const newest = (): number => ({ 25: 16, 33: 18 })[users.release];

  it('lists its versions at /versions, newest first, without a token', async () => {
    const answer = await send('GET', `${users.demo.url}/versions`);
    assert.equal(answer.status, 200);
    assert.deepEqual(versionsOf(answer)[0], {
      id: `v2.${newest()}`,
      status: 'CURRENT',
      links: [{ rel: 'self', href: `${users.demo.url}/v2/` }],
    });
    assert.deepEqual(
      versionsOf(answer).map(({ id }) => id),
      Array.from({ length: newest() + 1 }, (_, index) => `v2.${newest() - index}`),
    );
  });

  for (const path of ['/', '/v1', '/v3/images', '/v2.99/images', '/nothing']) {
    it(`answers ${path} with 300, the versions, and no Location`, async () => {
      const answer = await send('GET', `${users.demo.url}${path}`);
      assert.equal(answer.status, 300);
      assert.equal(versionsOf(answer).length, newest() + 1);
      assert.equal(answer.headers.location, undefined);
    });
  }

  it('redirects /v2 to /v2/, and has nothing there', async () => {
    const answer = await users.demo.send('GET', '/v2');
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.location, `${users.demo.url}/v2/`);
    assert.equal((await users.demo.send('GET', '/v2/')).status, 404);
  });

  it('takes a minor version in the path', async () => {
    assert.equal((await users.demo.send('GET', '/v2.9/images?limit=0')).status, 200);
  });

  it('names its import methods, stores and usage', async () => {
    const methods = await users.demo.send('GET', '/v2/info/import');
    assert.deepEqual((methods.json['import-methods'] as Json).value, ['glance-direct', 'web-download', 'copy-image']);
    const stores = await users.demo.send('GET', '/v2/info/stores');
    assert.deepEqual(stores.json, {
      stores: [
        { id: 'fast', description: 'fast disks', default: 'true' },
        { id: 'slow', description: 'slow disks' },
      ],
    });
    const usage = await users.demo.send('GET', '/v2/info/usage');
    assert.deepEqual(usage.json, { usage: {} });
  });

  it('shows details of stores to administrators only', async () => {
    const refused = await users.demo.send('GET', '/v2/info/stores/detail');
    assert.equal(refused.status, 403);
    assert.match(refused.message, /^You are not authorized to complete stores_info_detail action\./);
    const shown = await users.admin.send('GET', '/v2/info/stores/detail');
    assert.deepEqual(
      (shown.json.stores as Json[]).map(({ type }) => type),
      ['file', 'file'],
    );
  });

  it('has a schema of an image, with the formats of this cloud', async () => {
    const { status, json } = await users.demo.send('GET', '/v2/schemas/image');
    assert.equal(status, 200);
    const properties = json.properties as Record<string, { enum?: unknown[] }>;
    assert.deepEqual(properties.disk_format?.enum, [
      null,
      ...['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
    ]);
    assert.deepEqual(properties.container_format?.enum, [
      null,
      ...['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'],
    ]);
    assert.deepEqual(json.additionalProperties, { type: 'string' });
    assert.ok(properties.os_distro);
    for (const name of ['images', 'member', 'members']) {
      assert.equal((await users.demo.send('GET', `/v2/schemas/${name}`)).json.name, name);
    }
  });

  it('refuses a request without a token, or with a bad one, at the door: 401 and no request id', async () => {
    for (const headers of [{}, { 'X-Auth-Token': 'nonsense' }]) {
      const answer = await send('GET', `${users.demo.url}/v2/images`, {
        headers: { ...headers, Accept: 'application/json' },
      });
      assert.equal(answer.status, 401);
      assert.match(answer.message, /^This server could not verify that you are authorized/);
      assert.match(String(answer.headers['www-authenticate']), /^Keystone uri="http/);
      assert.equal(answer.headers['x-openstack-request-id'], undefined);
    }
  });

  const notThere = '/v2/images/00000000-0000-4000-8000-000000000000';

  it('writes an error as JSON only where JSON alone is accepted', async () => {
    const json = await users.demo.send('GET', notThere);
    assert.equal(json.status, 404);
    assert.deepEqual(json.json, {
      message: 'No image found with ID 00000000-0000-4000-8000-000000000000<br /><br />\n\n\n',
      code: '404 Not Found',
      title: 'Not Found',
    });
    const type = async (accept?: string) => {
      const headers = { 'X-Auth-Token': users.demo.token, ...(accept === undefined ? {} : { Accept: accept }) };
      const answer = await send('GET', `${users.demo.url}${notThere}`, { headers });
      assert.match(answer.text, /No image found with ID/);
      return answer.headers['content-type'];
    };
    assert.match(String(await type('*/*')), /^text\/html/);
    assert.match(String(await type('application/json, text/plain, */*')), /^text\/html/);
    assert.match(String(await type('application/octet-stream')), /^text\/plain/);
    assert.match(String(await type()), /^text\/plain/);
  });

  it("answers with its own request id, or the client's", async () => {
    const own = await users.demo.send('GET', '/v2/images?limit=0');
    assert.match(String(own.headers['x-openstack-request-id']), /^req-[0-9a-f-]{36}$/);
    const id = 'req-11111111-2222-4333-8444-555555555555';
    const given = await users.demo.send('GET', '/v2/images?limit=0', { headers: { 'X-Openstack-Request-ID': id } });
    assert.equal(given.headers['x-openstack-request-id'], id);
    const bare = await users.demo.send('GET', '/v2/images?limit=0', { headers: { 'X-Openstack-Request-ID': 'mine' } });
    assert.equal(bare.headers['x-openstack-request-id'], 'req-mine');
  });

  it('answers a wrong method with 405 and Allow', async () => {
    const answer = await users.demo.send('PUT', '/v2/images', { body: '' });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.allow, 'GET, POST');
    const file = await users.demo.send('DELETE', `${notThere}/file`);
    assert.equal(file.headers.allow, 'GET, PUT');
  });

  it('answers an unknown path below /v2 with 404', async () => {
    const answer = await users.demo.send('GET', '/v2/nothing');
    assert.equal(answer.status, 404);
    assert.match(answer.message, /^The resource could not be found\./);
  });

  it('refuses a body where none belongs', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await users.demo.send(method, notThere, { body: 'x' });
      assert.equal(answer.status, 400);
      assert.match(answer.message, /^A body is not expected with this request\./);
    }
  });

  it('answers tasks of all images to administrators only', async () => {
    assert.equal((await users.demo.send('GET', '/v2/tasks')).status, 403);
    assert.equal((await users.admin.send('GET', '/v2/tasks')).status, 200);
  });
});
