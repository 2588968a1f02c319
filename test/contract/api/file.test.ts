import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { type RawAnswer, readAnswer, type Session, useSessions } from './session.ts';

describe('Glance: bytes', () => {
  const users = useSessions();

  /** A `PUT /file` under the test's hand. */
  function startUpload(session: Session, id: string, headers: Record<string, string>) {
    const put = request(`${session.url}/v2/images/${id}/file`, {
      method: 'PUT',
      agent: false,
      headers: {
        'X-Auth-Token': session.token,
        Accept: 'application/json',
        'Content-Type': 'application/octet-stream',
        ...headers,
      },
    });
    const answer = new Promise<RawAnswer>((resolve, reject) => {
      put.once('response', (response) => {
        readAnswer(response).then(resolve, reject);
      });
      put.once('error', reject);
    });
    // Some tests cut it and don't look at the answer.
    answer.catch(() => undefined);
    return { put, answer };
  }

  /** Waits until the server has seen an upload begin, or end. */
  async function becomes(session: Session, id: string, status: string): Promise<void> {
    await session.showUntil(id, (image) => image.status === status);
  }

  function digest(algorithm: string, bytes: Buffer | string): string {
    return createHash(algorithm).update(bytes).digest('hex');
  }

  describe('upload', () => {
    it('makes the image active, with size and both digests, before the 204', async () => {
      const bytes = randomBytes(3 * 1024 * 1024 + 17);
      const id = await users.demo.create();
      const answer = await users.demo.upload(id, bytes);
      assert.equal(answer.status, 204);
      assert.equal(answer.body.length, 0);
      const image = await users.demo.show(id);
      assert.deepEqual(
        [
          image.status,
          image.size,
          image.virtual_size,
          image.checksum,
          image.os_hash_algo,
          image.os_hash_value,
          image.stores,
        ],
        ['active', bytes.length, bytes.length, digest('md5', bytes), 'sha512', digest('sha512', bytes), 'fast'],
      );
    });

    it('takes a chunked body', async () => {
      const id = await users.demo.create();
      const { put, answer } = startUpload(users.demo, id, { 'Transfer-Encoding': 'chunked' });
      put.write('hel');
      put.end('lo');
      assert.equal((await answer).status, 204);
      assert.equal((await users.demo.show(id)).size, 5);
    });

    it('makes an empty body an active image of size 0', async () => {
      const id = await users.demo.create();
      assert.equal((await users.demo.upload(id, '')).status, 204);
      const image = await users.demo.show(id);
      assert.deepEqual([image.status, image.size, image.checksum], ['active', 0, 'd41d8cd98f00b204e9800998ecf8427e']);
    });

    it('puts a cut upload back to queued; a second one works', async () => {
      const id = await users.demo.create();
      const { put } = startUpload(users.demo, id, { 'Content-Length': '1000000' });
      put.write(Buffer.alloc(100000));
      await becomes(users.demo, id, 'saving');
      put.destroy();
      await becomes(users.demo, id, 'queued');
      const image = await users.demo.show(id);
      assert.deepEqual([image.size, image.checksum, 'stores' in image], [null, null, false]);
      assert.equal((await users.demo.upload(id, 'hello')).status, 204);
    });

    it('puts a cut chunked upload back to queued', async () => {
      const id = await users.demo.create();
      const { put } = startUpload(users.demo, id, { 'Transfer-Encoding': 'chunked' });
      put.write(Buffer.alloc(100000));
      await becomes(users.demo, id, 'saving');
      put.destroy();
      await becomes(users.demo, id, 'queued');
    });

    it('refuses a second one at the same time, and loses a PATCH that was answered meanwhile', async () => {
      const id = await users.demo.create({ kept: '1' });
      const { put, answer } = startUpload(users.demo, id, { 'Content-Length': '10' });
      put.write('hello');
      await becomes(users.demo, id, 'saving');
      const second = await users.demo.upload(id, 'x');
      assert.equal(second.status, 409);
      assert.match(second.message, /^Image status transition from saving to saving is not allowed/);
      const patched = await users.demo.patch(id, [
        { op: 'add', path: '/late', value: 'x' },
        { op: 'replace', path: '/name', value: 'late' },
      ]);
      assert.deepEqual([patched.status, patched.json.late, patched.json.status], [200, 'x', 'saving']);
      put.end('world');
      assert.equal((await answer).status, 204);
      const image = await users.demo.show(id);
      assert.deepEqual([image.status, image.name, 'late' in image, image.kept], ['active', 'contract', false, '1']);
    });

    it('answers 410 where the image was deleted meanwhile', async () => {
      const id = await users.demo.create();
      const { put, answer } = startUpload(users.demo, id, { 'Content-Length': '10' });
      put.write('hello');
      await becomes(users.demo, id, 'saving');
      assert.equal((await users.demo.send('DELETE', `/v2/images/${id}`)).status, 204);
      put.end('world');
      const gone = await answer;
      assert.equal(gone.status, 410);
      assert.match(gone.message, new RegExp(`^Image ${id} could not be found after upload\\.`));
      assert.equal((await users.demo.send('GET', `/v2/images/${id}`)).status, 404);
    });

    it('says 100 only to an upload that it will read, and never under uWSGI', async () => {
      const id = await users.demo.create();
      const good = startUpload(users.demo, id, { 'Content-Length': '5', Expect: '100-continue' });
      let told = false;
      const toGoOn = once(good.put, 'continue').then(() => (told = true));
      good.put.flushHeaders();
      if (users.release === 25) await toGoOn;
      good.put.end('hello');
      assert.equal((await good.answer).status, 204);
      assert.equal(told, users.release === 25);
      const late = startUpload(users.demo, id, { 'Content-Length': '5', Expect: '100-continue' });
      let continued = false;
      late.put.once('continue', () => (continued = true));
      late.put.flushHeaders();
      assert.equal((await late.answer).status, 409);
      assert.equal(continued, false);
      late.put.destroy();
    });

    it('refuses an active image with 409 and keeps its bytes', async () => {
      const id = await users.demo.createActive('first');
      const answer = await users.demo.upload(id, 'second');
      assert.equal(answer.status, 409);
      assert.match(answer.message, /^Image status transition from active to saving is not allowed/);
      assert.equal((await users.demo.send('GET', `/v2/images/${id}/file`)).text, 'first');
    });

    it('names the formats that are missing', async () => {
      const none = await users.demo.post({});
      const answer = await users.demo.upload(String(none.json.id), 'x');
      assert.equal(answer.status, 400);
      assert.match(answer.message, /^Properties disk_format, container_format must be set prior to saving data\./);
      const one = await users.demo.post({ disk_format: 'raw' });
      const other = await users.demo.upload(String(one.json.id), 'x');
      assert.match(other.message, /^Property container_format must be set prior to saving data\./);
      assert.equal((await users.demo.show(String(one.json.id))).status, 'queued');
    });

    it('wants octet-stream', async () => {
      const id = await users.demo.create();
      const answer = await users.demo.upload(id, 'x', { 'Content-Type': 'text/plain' });
      assert.equal(answer.status, 415);
      assert.match(answer.message, /^The request media type text\/plain is not supported by this server\./);
    });

    it('stores in the store that is asked for, and knows no other', async () => {
      const id = await users.demo.create();
      const unknown = await users.demo.upload(id, 'x', { 'X-Image-Meta-Store': 'nowhere' });
      assert.equal(unknown.status, 400);
      assert.match(unknown.message, /^Store for identifier nowhere not found/);
      assert.equal((await users.demo.upload(id, 'x', { 'X-Image-Meta-Store': 'slow' })).status, 204);
      assert.equal((await users.demo.show(id)).stores, 'slow');
    });

    it('knows no image of another project', async () => {
      const id = await users.demo.create();
      assert.equal((await users.guest.upload(id, 'x')).status, 404);
    });
  });

  describe('download', () => {
    it('answers the bytes with their length and MD5', async () => {
      const bytes = randomBytes(300000);
      const id = await users.demo.createActive(bytes);
      const answer = await users.demo.send('GET', `/v2/images/${id}/file`);
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(bytes));
      assert.equal(answer.headers['content-length'], '300000');
      assert.equal(answer.headers['content-type'], 'application/octet-stream');
      assert.equal(answer.headers['content-md5'], digest('md5', bytes));
    });

    const ranges: [string, string, string][] = [
      ['bytes=0-1', 'he', 'bytes 0-1/5'],
      ['bytes=2-', 'llo', 'bytes 2-4/5'],
      ['bytes=-2', 'lo', 'bytes 3-4/5'],
      ['bytes=0-99', 'hello', 'bytes 0-4/5'],
      ['bytes=-99', 'hello', 'bytes 0-4/5'],
    ];
    for (const [range, text, contentRange] of ranges) {
      it(`answers ${range} with 206`, async () => {
        const id = await users.demo.createActive('hello');
        const answer = await users.demo.send('GET', `/v2/images/${id}/file`, { headers: { Range: range } });
        assert.equal(answer.status, 206);
        assert.deepEqual([answer.text, answer.headers['content-range']], [text, contentRange]);
        assert.equal(answer.headers['content-length'], String(text.length));
      });
    }

    const noRanges: [string, number, RegExp][] = [
      ['bytes=0-1,3-4', 400, /^Requests with multiple ranges are not supported in Glance\./],
      ['bytes=5-', 416, /Start position MUST be in the inclusive range \[0, 4\]\./],
      ['lines=1', 416, /Invalid Range header\./],
      ['bytes=3-1', 416, /Invalid Range header\./],
    ];
    for (const [range, status, message] of noRanges) {
      it(`answers ${range} with ${status}`, async () => {
        const id = await users.demo.createActive('hello');
        const answer = await users.demo.send('GET', `/v2/images/${id}/file`, { headers: { Range: range } });
        assert.equal(answer.status, status);
        assert.match(answer.message, message);
      });
    }

    it('answers 204 and nothing for an image without bytes', async () => {
      const id = await users.demo.create();
      const answer = await users.demo.send('GET', `/v2/images/${id}/file`);
      assert.deepEqual([answer.status, answer.body.length], [204, 0]);
    });

    it('is an administrator’s where the image is deactivated', async () => {
      const id = await users.demo.createActive('hello');
      await users.demo.send('POST', `/v2/images/${id}/actions/deactivate`);
      const answer = await users.demo.send('GET', `/v2/images/${id}/file`);
      assert.equal(answer.status, 403);
      assert.match(answer.message, /^The requested image has been deactivated\. Image data download is forbidden\./);
      assert.equal((await users.admin.send('GET', `/v2/images/${id}/file`)).text, 'hello');
    });
  });
});
