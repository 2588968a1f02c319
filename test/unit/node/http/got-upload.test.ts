import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Failure } from '../../../../src/core/failure.ts';
import { closeAll, failsWith, http, kept, rawServer } from '../../core/http/surroundings.ts';
import { json, serve, serveRaw } from '../../core/http/test-server.ts';

afterEach(closeAll);

describe('uploads', () => {
  it('send pieces whose buffer is used again at once, shared memory too', async () => {
    const server = kept(await serve((_, response) => response.writeHead(204).end()));
    const pieces = 64;
    const shared = new Uint8Array(new SharedArrayBuffer(64 * 1024));
    const upload = http().upload({ url: server.url, size: pieces * shared.length, headers: { 'x-a': 'b' } });
    for (let count = 0; count < pieces; count += 1) {
      shared.fill(0x41 + (count % 26));
      await upload.write(shared);
    }
    assert.equal((await upload.finish()).status, 204);
    const [seen] = server.seen;
    assert.equal(seen?.method, 'PUT');
    assert.equal(seen.headers['content-length'], String(pieces * shared.length));
    assert.equal(seen.headers['transfer-encoding'], undefined);
    assert.equal(seen.headers['x-a'], 'b');
    const expected = Array.from({ length: pieces }, (_, count) =>
      String.fromCharCode(0x41 + (count % 26)).repeat(shared.length),
    ).join('');
    assert.ok(seen.body === expected);
  });

  it('never start on a kept connection', async () => {
    const server = kept(await serve((_, response) => response.writeHead(204).end()));
    const client = http();
    await client.request({ method: 'GET', url: server.url });
    const upload = client.upload({ url: server.url, size: 1 });
    await upload.write(Buffer.from('a'));
    await upload.finish();
    assert.equal(server.connections, 2);
  });

  it('report an answer that comes before their end, and take no more bytes', async () => {
    const server = kept(
      await serveRaw((_, response) => json(response, 413, { message: 'too much' }, { connection: 'close' })),
    );
    const upload = http().upload({ url: server.url, size: 1024 ** 3 });
    await upload.write(Buffer.alloc(1024));
    const early = await upload.early;
    assert.deepEqual([early.status, early.body], [413, '{"message":"too much"}']);
    await assert.rejects(upload.write(Buffer.alloc(1024)), failsWith('answered-early'));
    assert.equal((await upload.finish()).status, 413);
  });

  it('report it to a write under way as well, when the server stops reading', async () => {
    const server = kept(
      await serveRaw((request, response) => {
        request.pause();
        request.socket.pause();
        setImmediate(() => json(response, 413, { message: 'too much' }));
      }),
    );
    const upload = http().upload({ url: server.url, size: 1024 ** 3 });
    const sending = (async () => {
      for (;;) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    await assert.rejects(sending, failsWith('answered-early'));
    assert.equal((await upload.early).status, 413);
  });

  it('find the answer of a server that answers and closes with bytes unread', async () => {
    let refuse = (): void => undefined;
    const url = await rawServer((socket) => {
      socket.pause();
      refuse = () => socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}', () => socket.destroy());
    });
    const upload = http().upload({ url, size: 1024 ** 3 });
    let written = 0;
    const sending = (async () => {
      for (; ; written += 1) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    // Once the socket's buffers are full, the next thing that happens to it is the answer.
    for (let before = -1, same = 0; same < 100;) {
      await new Promise((resolve) => setImmediate(resolve));
      same = written === before ? same + 1 : 0;
      before = written;
    }
    refuse();
    await assert.rejects(sending, failsWith('answered-early'));
    assert.deepEqual([(await upload.early).status, (await upload.early).body], [413, '{}']);
  });

  it('do not take the answer to the last byte for an early one', async () => {
    const server = kept(await serve((_, response) => response.writeHead(204).end()));
    const upload = http().upload({ url: server.url, size: 4 });
    let early = false;
    void upload.early.then(() => (early = true));
    await upload.write(Buffer.from('abcd'));
    // The answer is under way before anybody asks for it.
    while (server.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await upload.finish()).status, 204);
    assert.equal(early, false);
  });

  it('break, not end, when they are shorter or longer than announced', async () => {
    const ends: boolean[] = [];
    const server = kept(
      await serveRaw((request) => {
        request.on('error', () => undefined);
        request.on('close', () => ends.push(request.complete));
        request.resume();
      }),
    );
    const short = http().upload({ url: server.url, size: 10 });
    await short.write(Buffer.from('abc'));
    await assert.rejects(short.finish(), failsWith('body-size'));
    const long = http().upload({ url: server.url, size: 2 });
    await assert.rejects(long.write(Buffer.from('abc')), failsWith('body-size'));
    while (ends.length < 1) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!ends.includes(true));
  });

  it('close the socket when they are destroyed, and say why', async () => {
    let complete: boolean | undefined;
    const server = await serveRaw((request) => {
      request.on('error', () => undefined);
      request.on('close', () => (complete = request.complete));
      request.resume();
    });
    kept(server);
    const upload = http().upload({ url: server.url, size: 1000 });
    await upload.write(Buffer.alloc(500));
    const reason = new Failure('source-changed', 'The file changed.');
    upload.destroy(reason);
    await assert.rejects(upload.finish(), (error) => error === reason || failsWith('source-changed')(error));
    while (complete === undefined) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(complete, false);
  });

  it('end at once when they are cancelled', async () => {
    const server = kept(await serveRaw((request) => request.socket.pause()));
    const controller = new AbortController();
    const upload = http().upload({ url: server.url, size: 1024 ** 3, signal: controller.signal });
    const sending = (async () => {
      for (;;) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    await upload.write(Buffer.alloc(1)).catch(() => undefined);
    controller.abort();
    await assert.rejects(sending, failsWith('cancelled'));
    await assert.rejects(upload.finish(), failsWith('cancelled'));
  });

  it('fail on a server that stops reading, but wait for its answer once all is sent', async () => {
    // A busy machine may take seconds to connect.
    const stallTimeout = 2000;
    const asked = Promise.withResolvers<ServerResponse>();
    const slow = kept(await serve((_, response) => asked.resolve(response)));
    const patient = http({ stallTimeout }).upload({ url: slow.url, size: 1 });
    await patient.write(Buffer.from('a'));
    const finished = patient.finish();
    const answer = await asked.promise;

    const stuck = kept(await serveRaw((request) => request.socket.pause()));
    const blocked = http({ stallTimeout }).upload({ url: stuck.url, size: 1024 ** 3 });
    const sending = (async () => {
      for (;;) await blocked.write(Buffer.alloc(1024 * 1024));
    })();
    await assert.rejects(sending, failsWith('timeout'));

    // The other one began later and has waited too long already.
    answer.writeHead(204).end();
    assert.equal((await finished).status, 204);
  });

  it('fail once on a broken connection, with every way to notice it', async () => {
    const url = await rawServer((socket) => socket.resetAndDestroy());
    const upload = http().upload({ url, size: 1024 ** 3 });
    const sending = (async () => {
      for (;;) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    await assert.rejects(sending, failsWith('connection-lost'));
    await assert.rejects(upload.finish(), failsWith('connection-lost'));
    const gone = await serve(() => undefined);
    await gone.close();
    const refused = http().upload({ url: gone.url, size: 1 });
    await assert.rejects(refused.write(Buffer.from('a')), failsWith('connection-refused'));
  });
});
