import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { openUpload } from '../../../../../src/core/glance/client/image-upload.ts';
import { afterTest, closeAll, failure } from '../../http/surroundings.ts';
import { json, serveRaw } from '../../http/test-server.ts';
import { silentLog } from '../../../silent-log.ts';
import { client, glance, ID, IMAGE } from '../glance-server.ts';

afterEach(closeAll);

describe('uploading', () => {
  it('sends size, type and token, and returns the request id of the 204', async () => {
    const { client: images, requests } = await glance((_, response) =>
      response.writeHead(204, { 'x-openstack-request-id': 'req-theirs' }).end(),
    );
    const upload = await images.upload(ID, 4);
    await upload.write(Buffer.from('abcd'));
    assert.equal(await upload.finish(), 'req-theirs');
    const [{ method, path, headers, body } = assert.fail()] = requests();
    assert.deepEqual([method, path, body], ['PUT', `/v2/images/${ID}/file`, 'abcd']);
    assert.deepEqual(
      [headers['content-length'], headers['x-openstack-image-size'], headers['content-type'], headers['x-auth-token']],
      ['4', '4', 'application/octet-stream', 'token-1'],
    );
  });

  it('begins with a token that lives five minutes more, though any other request would take the one that is there', async () => {
    const { server, requests } = await glance(({ method }, response) =>
      method === 'PUT' ? response.writeHead(204).end() : json(response, 200, IMAGE),
    );
    let now = 0;
    const images = client(server.url, server.url, silentLog, { now: () => now, wallClock: () => now });
    await images.get(ID);
    now = (3600 - 299) * 1000;
    await images.get(ID);
    const upload = await images.upload(ID, 1);
    await upload.write(Buffer.from('a'));
    await upload.finish();
    assert.deepEqual(
      requests().map(({ method, headers }) => [method, headers['x-auth-token']]),
      [
        ['GET', 'token-1'],
        ['GET', 'token-1'],
        ['PUT', 'token-2'],
      ],
    );
  });

  it('refuses to make an image of no bytes', async () => {
    const { client: images, server } = await glance((_, response) => response.writeHead(204).end());
    assert.equal((await failure(images.upload(ID, 0))).code, 'source-empty');
    assert.equal(server.seen.length, 0);
  });

  it('is never sent again by itself, but the next one has a new token', async () => {
    const {
      client: images,
      server,
      requests,
    } = await glance(({ headers }, response) =>
      headers['x-auth-token'] === 'token-1' ? json(response, 401, {}) : response.writeHead(204).end(),
    );
    const first = await images.upload(ID, 1);
    await first.write(Buffer.from('a'));
    assert.equal((await failure(first.finish())).code, 'token-refused');
    assert.equal(requests().length, 1);
    const second = await images.upload(ID, 1);
    await second.write(Buffer.from('a'));
    await second.finish();
    assert.equal(server.logins.length, 2);
  });

  it('tells an early refusal to who writes, who waits and who finishes, in the words of Glance', async () => {
    const keystone = await glance((_, response) => response.end());
    const early = await serveRaw((request, response) => {
      request.pause();
      json(response, 413, { message: 'Image exceeds the storage quota.' }, { 'x-openstack-request-id': 'req-theirs' });
    });
    afterTest(() => early.close());
    const images = client(keystone.server.url, early.url);
    const upload = await images.upload(ID, 1024 ** 3);
    const sending = (async () => {
      for (;;) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    for (const told of [() => sending, () => upload.refused, () => upload.finish()]) {
      const failed = await failure(told());
      assert.deepEqual([failed.code, failed.status, failed.requestId], ['quota-exceeded', 413, 'req-theirs']);
      assert.match(failed.explain(), /exceeds the storage quota.*region RegionOne/);
    }
  });

  it('disturbs nobody when its refusal is not looked at', async () => {
    const noticed: unknown[] = [];
    const notice = (reason: unknown): void => void noticed.push(reason);
    process.on('unhandledRejection', notice);
    const never = (): Promise<never> => new Promise(() => undefined);
    openUpload(
      {
        early: Promise.resolve({ status: 409, headers: {}, body: '' }),
        write: never,
        finish: never,
        destroy: () => undefined,
      },
      { requestId: 'req', refuse: () => new Failure('conflict', 'No.'), locate: (error) => error },
    );
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', notice);
    assert.deepEqual(noticed, []);
  });

  for (const status of [200, 201, 500]) {
    it(`fails where it ends with ${status} instead of 204`, async () => {
      const { client: images } = await glance((_, response) => response.writeHead(status).end());
      const upload = await images.upload(ID, 1);
      await upload.write(Buffer.from('a'));
      assert.equal((await failure(upload.finish())).status, status);
    });
  }

  it('names region and request where the connection broke', async () => {
    const keystone = await glance((_, response) => response.end());
    const broken = await serveRaw((request) => request.socket.resetAndDestroy());
    afterTest(() => broken.close());
    const upload = await client(keystone.server.url, broken.url).upload(ID, 1024 ** 3);
    const sending = (async () => {
      for (;;) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    const failed = await failure(sending);
    assert.deepEqual([failed.code, failed.region], ['connection-lost', 'RegionOne']);
    assert.match(failed.requestId ?? '', /^req-/);
  });
});
