import assert from 'node:assert/strict';
import { logIn, send, type Session } from './session.ts';

describe('Glance: regions', () => {
  let one: Session;
  let two: Session;

  before(async () => {
    one = await logIn('cloud', 0);
    two = await logIn('cloud', 1);
  });

  afterEach(async () => {
    await one.cleanUp();
    await two.cleanUp();
  });

  it('know nothing of each other’s images, even under one id', async () => {
    const id = await one.create();
    assert.equal((await two.send('GET', `/v2/images/${id}`)).status, 404);
    assert.equal(await two.create({ id }), id);
    assert.equal((await one.send('DELETE', `/v2/images/${id}`)).status, 204);
    assert.equal((await two.show(id)).status, 'queued');
  });

  it('take the same token', async () => {
    const answer = await send('GET', `${two.url}/v2/images?limit=0`, { headers: { 'X-Auth-Token': one.token } });
    assert.equal(answer.status, 200);
  });
});
