import assert from 'node:assert/strict';
import { randomBytes, createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { cloudUnderTest } from '../cloud.ts';
import { type Json, notAuthorized, type Session, useSessions } from './session.ts';

describe('Glance: import and stores', () => {
  const users = useSessions();
  const bytes = randomBytes(200000);
  let server: Server;
  let source: string;

  before(async () => {
    const { webPort } = await cloudUnderTest();
    server = createServer((request, response) => {
      if (request.url === '/image') response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
      else if (request.url === '/chunked') response.writeHead(200, { 'Transfer-Encoding': 'chunked' }).end(bytes);
      else if (request.url === '/moved') response.writeHead(302, { Location: `${source}/image` }).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(webPort, '127.0.0.1', resolve);
    });
    source = `http://127.0.0.1:${webPort}`;
  });

  after(() => server.close());

  function start(session: Session, id: string, body: unknown) {
    return session.send('POST', `/v2/images/${id}/import`, { json: body });
  }

  function stage(id: string, body: Buffer | string) {
    const headers = { 'Content-Type': 'application/octet-stream' };
    return users.demo.send('PUT', `/v2/images/${id}/stage`, { body, headers });
  }

  /** The image once no import is at work on it. */
  function settled(id: string): Promise<Json> {
    return users.demo.showUntil(id, (image) => !('os_glance_import_task' in image));
  }

  async function tasksOf(id: string): Promise<Json[]> {
    return (await users.demo.send('GET', `/v2/images/${id}/tasks`)).json.tasks as Json[];
  }

  it('fetches an image from the web into the stores asked for', async () => {
    const id = await users.demo.create();
    const request = { method: { name: 'web-download', uri: `${source}/image` }, stores: ['slow', 'fast'] };
    const answer = await start(users.demo, id, request);
    assert.deepEqual([answer.status, answer.body.length], [202, 0]);
    const image = await settled(id);
    assert.deepEqual(
      [image.status, image.size, image.checksum, image.stores, image.os_glance_failed_import],
      ['active', bytes.length, createHash('md5').update(bytes).digest('hex'), 'slow,fast', ''],
    );
    const [task, ...others] = await tasksOf(id);
    assert.deepEqual(others, []);
    assert.deepEqual([task?.type, task?.status, task?.result], ['api_image_import', 'success', { image_id: id }]);
    assert.deepEqual(task?.input, { image_id: id, import_req: request, backend: ['slow', 'fast'] });
    assert.equal((await users.demo.send('GET', `/v2/images/${id}/file`)).body.equals(bytes), true);
  });

  it('puts the image back to queued where the web has nothing, with a task that says little', async () => {
    const id = await users.demo.create();
    await start(users.demo, id, { method: { name: 'web-download', uri: `${source}/nothing` } });
    const image = await settled(id);
    assert.deepEqual([image.status, image.size, image.os_glance_failed_import], ['queued', null, 'fast']);
    const [task] = await tasksOf(id);
    assert.deepEqual([task?.status, task?.message], ['failure', 'Task failed due to Internal Error']);
    assert.equal((await users.demo.upload(id, 'hello')).status, 204);
  });

  it('uses a source that does not say its length, which Glance 25 can’t', async () => {
    const id = await users.demo.create();
    await start(users.demo, id, { method: { name: 'web-download', uri: `${source}/chunked` } });
    const expected = { 25: ['queued', 'failure'], 33: ['active', 'success'] }[users.release];
    assert.deepEqual([(await settled(id)).status, (await tasksOf(id))[0]?.status], expected);
  });

  it('follows a redirect', async () => {
    const id = await users.demo.create();
    await start(users.demo, id, { method: { name: 'web-download', uri: `${source}/moved` } });
    assert.equal((await settled(id)).size, bytes.length);
  });

  for (const uri of [undefined, 'ftp://127.0.0.1/x', 'http://127.0.0.1:1/x', 'http://169.254.169.254/x']) {
    it(`does not fetch from ${String(uri)}`, async () => {
      const id = await users.demo.create();
      const answer = await start(users.demo, id, { method: { name: 'web-download', uri } });
      assert.equal(answer.status, 400);
      assert.equal(answer.message.split('<')[0], `URI for web-download does not pass filtering: ${uri ?? 'None'}`);
    });
  }

  it('stages bytes and imports them', async () => {
    const id = await users.demo.create();
    assert.equal((await stage(id, 'hello')).status, 204);
    const staged = await users.demo.show(id);
    assert.deepEqual([staged.status, staged.size, staged.checksum], ['uploading', 5, null]);
    const again = await stage(id, 'hello');
    assert.match(again.message, /^Image status transition from uploading to uploading is not allowed/);
    assert.equal((await users.demo.upload(id, 'hello')).status, 409);
    assert.equal((await start(users.demo, id, { method: { name: 'glance-direct' } })).status, 202);
    const image = await settled(id);
    assert.deepEqual([image.status, image.size, image.stores], ['active', 5, 'fast']);
  });

  const conflicts: [string, Json, Json, string][] = [
    [
      'glance-direct without bytes',
      {},
      { method: { name: 'glance-direct' } },
      "Image needs to be staged before 'glance-direct' method can be used",
    ],
    [
      'no container format',
      { container_format: null },
      { method: { name: 'web-download', uri: 'http://x/' } },
      "'container_format' needs to be set before import",
    ],
    [
      'no disk format',
      { disk_format: null },
      { method: { name: 'web-download', uri: 'http://x/' } },
      "'disk_format' needs to be set before import",
    ],
    [
      'copying nothing',
      {},
      { method: { name: 'copy-image' } },
      'Only images with status active can be targeted for copying',
    ],
    [
      'an unknown store',
      {},
      { method: { name: 'web-download', uri: 'http://x/' }, stores: ['nowhere'] },
      'Store for identifier nowhere not found',
    ],
  ];
  for (const [what, fields, body, message] of conflicts) {
    it(`refuses ${what} with 409`, async () => {
      const id = await users.demo.create(fields);
      const answer = await start(users.demo, id, body);
      assert.equal(answer.status, 409);
      assert.equal(answer.message.split('<')[0], message);
    });
  }

  it('refuses an active image', async () => {
    const id = await users.demo.createActive();
    const answer = await start(users.demo, id, { method: { name: 'web-download', uri: 'http://x/' } });
    assert.equal(answer.status, 409);
    assert.match(answer.message, /^Image with status active cannot be target for import/);
    assert.match((await stage(id, 'x')).message, /^Image status transition from active to uploading is not allowed/);
  });

  it('checks what is asked for first', async () => {
    const id = await users.demo.create();
    const texts: unknown[] = [];
    for (const body of [
      {},
      { method: {} },
      { method: { name: 'x' } },
      { method: { name: 'copy-image' }, all_stores: 'x' },
    ]) {
      const answer = await start(users.demo, id, body);
      assert.equal(answer.status, 400);
      texts.push(answer.message.split('<')[0]);
    }
    assert.deepEqual(texts, [
      "Import request requires a 'method' field.",
      "Import request requires a 'name' field.",
      "Unknown import method name 'x'.",
      "'all_stores' must be boolean value only",
    ]);
  });

  it('copies to another store for an administrator only; the copy can be deleted, the last one not', async () => {
    const id = await users.demo.createActive('hello');
    const copy = (session: Session, store: string) =>
      start(session, id, { method: { name: 'copy-image' }, stores: [store] });
    const refused = await copy(users.demo, 'slow');
    assert.equal(refused.status, 403);
    assert.match(refused.message, /^You are not authorized to complete copy_image action\./);
    const there = await copy(users.admin, 'fast');
    assert.equal(there.status, 400);
    assert.match(there.message, /^Image is already present at store 'fast'/);
    assert.equal((await copy(users.admin, 'slow')).status, 202);
    assert.equal((await settled(id)).stores, 'fast,slow');
    const drop = (store: string, by = users.release === 25 ? users.demo : users.admin) =>
      by.send('DELETE', `/v2/stores/${store}/${id}`);
    assert.equal((await drop('nowhere')).status, 409);
    if (users.release === 33) {
      const mine = await drop('fast', users.demo);
      assert.deepEqual([mine.status, mine.message.split('<')[0]], [403, notAuthorized('delete_image_location')]);
    }
    assert.equal((await drop('fast')).status, 204);
    const image = await users.demo.show(id);
    assert.deepEqual([image.stores, image.size], ['slow', 5]);
    assert.equal((await users.demo.send('GET', `/v2/images/${id}/file`)).text, 'hello');
    const last = await drop('slow');
    assert.equal(last.status, 403);
    assert.match(last.message, /^Cannot delete image data from the only store containing it\./);
  });

  it('keeps another project out', async () => {
    const id = await users.demo.create({ visibility: 'community' });
    const answer = await start(users.guest, id, { method: { name: 'web-download', uri: `${source}/image` } });
    assert.equal(answer.status, 403);
    const words = { 25: 'You do not own this image', 33: notAuthorized('modify_image') }[users.release];
    assert.equal(answer.message.split('<')[0], words);
    assert.deepEqual(await tasksOf(id), []);
  });
});
