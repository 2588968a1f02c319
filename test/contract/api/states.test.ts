import assert from 'node:assert/strict';
import { useSessions } from './session.ts';

describe('Glance: states, tags, deleting', () => {
  const users = useSessions();

  function act(id: string, action: string) {
    return users.demo.send('POST', `/v2/images/${id}/actions/${action}`);
  }

  it('deactivates and reactivates, and does not mind being asked twice', async () => {
    const id = await users.demo.createActive();
    const statuses: unknown[] = [];
    for (const action of ['deactivate', 'deactivate', 'reactivate', 'reactivate']) {
      assert.equal((await act(id, action)).status, 204);
      statuses.push((await users.demo.show(id)).status);
    }
    assert.deepEqual(statuses, ['deactivated', 'deactivated', 'active', 'active']);
  });

  it('hides the stores of a deactivated image from its owner', async () => {
    const id = await users.demo.createActive();
    await act(id, 'deactivate');
    assert.equal('stores' in (await users.demo.show(id)), false);
    assert.equal((await users.admin.show(id)).stores, 'fast');
  });

  it('refuses to deactivate or reactivate an image without bytes', async () => {
    const id = await users.demo.create();
    for (const action of ['deactivate', 'reactivate']) {
      const answer = await act(id, action);
      assert.equal(answer.status, 403);
      assert.equal(answer.message.split('<')[0], `Not allowed to ${action} image in status 'queued'`);
    }
  });

  it('adds and removes single tags', async () => {
    const id = await users.demo.create();
    const tag = (method: string, name: string) => users.demo.send(method, `/v2/images/${id}/tags/${name}`);
    assert.equal((await tag('PUT', 'a%20b')).status, 204);
    assert.equal((await tag('PUT', 'a%20b')).status, 204);
    assert.deepEqual((await users.demo.show(id)).tags, ['a b']);
    assert.equal((await tag('DELETE', 'other')).status, 404);
    assert.equal((await tag('DELETE', 'a%20b')).status, 204);
    assert.deepEqual((await users.demo.show(id)).tags, []);
    assert.equal((await tag('PUT', 'a%2Fb')).status, 404);
    assert.equal((await tag('PUT', 't'.repeat(256))).status, 400);
  });

  it('deletes once', async () => {
    const id = await users.demo.createActive();
    assert.equal((await users.demo.send('DELETE', `/v2/images/${id}`)).status, 204);
    const again = await users.demo.send('DELETE', `/v2/images/${id}`);
    assert.equal(again.status, 404);
    assert.equal(again.message.split('<')[0], `Failed to find image ${id} to delete`);
    assert.equal((await users.admin.send('GET', `/v2/images/${id}`)).status, 404);
    assert.equal((await users.demo.upload(id, 'x')).status, 404);
  });

  it('keeps a protected image, from administrators too', async () => {
    const id = await users.demo.create({ protected: true });
    for (const session of [users.demo, users.admin]) {
      const answer = await session.send('DELETE', `/v2/images/${id}`);
      assert.equal(answer.status, 403);
      assert.equal(answer.message.split('<')[0], `Image ${id} is protected and cannot be deleted.`);
    }
    await users.demo.patch(id, [{ op: 'replace', path: '/protected', value: false }]);
    assert.equal((await users.demo.send('DELETE', `/v2/images/${id}`)).status, 204);
  });

  it('updates updated_at, never created_at', async () => {
    const id = await users.demo.create();
    const before = await users.demo.show(id);
    const after = (await users.demo.patch(id, [{ op: 'add', path: '/x', value: 'y' }])).json;
    assert.equal(after.created_at, before.created_at);
    assert.ok(String(after.updated_at) >= String(before.updated_at));
  });
});
