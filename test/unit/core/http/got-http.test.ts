import assert from 'node:assert/strict';
import { createServer as createNetServer, type Socket } from 'node:net';
import { Failure } from '../../../../src/core/failure.ts';
import { GotHttp, type GotHttpOptions } from '../../../../src/core/http/got-http.ts';
import { silentLog, type Log } from '../../../../src/core/log.ts';
import { json, listen, serve, serveRaw, type TestServer } from './test-server.ts';

const closing: (() => Promise<void>)[] = [];

function http(options: Partial<GotHttpOptions> = {}): GotHttp {
  const made = new GotHttp({ tls: { verify: true }, userAgent: 'glance-images/test', log: silentLog, ...options });
  closing.push(() => {
    made.dispose();
    return Promise.resolve();
  });
  return made;
}

function kept(server: TestServer): TestServer {
  closing.push(() => server.close());
  return server;
}

/** A server that does with each connection what it is told, whatever HTTP says. */
async function rawServer(onRequest: (socket: Socket, connection: number) => void): Promise<string> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => onRequest(socket, connections));
  });
  const url = await listen(server);
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return url;
}

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(Failure.is(error), String(error));
    assert.equal(error.code, code, error.explain());
    return true;
  };
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('requests', () => {
  it('send their body, and return any status with headers in lower case', async () => {
    const server = kept(await serve((_, response) => json(response, 409, { message: 'no' }, { 'X-Thing': 'a' })));
    const body = '{"a":"ü"}';
    const answer = await http().request({ method: 'POST', url: `${server.url}/x`, headers: { accept: 'a/b' }, body });
    assert.deepEqual([answer.status, answer.headers['x-thing'], answer.body], [409, 'a', '{"message":"no"}']);
    assert.equal(server.seen[0]?.body, body);
    assert.equal(server.seen[0].headers.accept, 'a/b');
    assert.equal(server.seen[0].headers['user-agent'], 'glance-images/test');
  });

  it('send no body with GET and DELETE', async () => {
    const server = kept(await serve((_, response) => response.writeHead(204).end()));
    const client = http();
    await client.request({ method: 'DELETE', url: server.url });
    await client.request({ method: 'GET', url: server.url });
    for (const { headers } of server.seen) {
      assert.equal(headers['transfer-encoding'], undefined);
      assert.ok(['0', undefined].includes(headers['content-length']));
    }
  });

  it('never follow a redirect, so that no token travels', async () => {
    const elsewhere = kept(await serve((_, response) => response.end('stolen')));
    const server = kept(
      await serve((_, response) => response.writeHead(302, { location: `${elsewhere.url}/take` }).end()),
    );
    const answer = await http().request({ method: 'GET', url: server.url, headers: { 'x-auth-token': 'secret' } });
    assert.equal(answer.status, 302);
    assert.equal(elsewhere.seen.length, 0);
  });

  for (const status of [502, 503, 504]) {
    it(`without a body are tried again after ${status}`, async () => {
      let asked = 0;
      const server = kept(
        await serve((_, response) => {
          asked += 1;
          response.writeHead(asked === 1 ? status : 200).end('fine');
        }),
      );
      const answer = await http().request({ method: 'GET', url: server.url });
      assert.deepEqual([answer.status, answer.body, asked], [200, 'fine', 2]);
    });
  }

  it('give the last answer where every try fails', async () => {
    const server = kept(await serve((_, response) => response.writeHead(503).end('down')));
    const answer = await http().request({ method: 'DELETE', url: server.url });
    assert.deepEqual([answer.status, answer.body, server.seen.length], [503, 'down', 3]);
  });

  it('are not repeated after an answer that will not change', async () => {
    const server = kept(await serve((_, response) => response.writeHead(500).end()));
    assert.equal((await http().request({ method: 'GET', url: server.url })).status, 500);
    assert.equal(server.seen.length, 1);
  });

  for (const method of ['POST', 'PATCH'] as const) {
    it(`with a body are never repeated: ${method}`, async () => {
      const server = kept(await serve((_, response) => response.writeHead(503).end()));
      assert.equal((await http().request({ method, url: server.url, body: '{}' })).status, 503);
      assert.equal(server.seen.length, 1);
      let connections = 0;
      const broken = await rawServer((socket) => {
        connections += 1;
        socket.resetAndDestroy();
      });
      await assert.rejects(http().request({ method, url: broken, body: '{}' }), failsWith('connection-lost'));
      assert.equal(connections, 1);
    });
  }

  it('survive a connection that breaks before the answer', async () => {
    const url = await rawServer((socket, connection) => {
      if (connection === 1) socket.resetAndDestroy();
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine');
    });
    assert.equal((await http().request({ method: 'GET', url })).body, 'fine');
  });

  it('do not take half an answer for a whole one', async () => {
    const url = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"images":['));
    await assert.rejects(http().request({ method: 'GET', url }), failsWith('connection-lost'));
    const chunked = await rawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ima\r\n'),
    );
    await assert.rejects(http().request({ method: 'GET', url: chunked }), failsWith('connection-lost'));
  });

  it('know a refusal whose text was cut', async () => {
    const url = await rawServer((socket) => socket.end('HTTP/1.1 403 No\r\nContent-Length: 400\r\n\r\n{"mess'));
    assert.equal((await http().request({ method: 'POST', url, body: '{}' })).status, 403);
  });

  it('refuse an answer of more than 32 MiB', async () => {
    const server = kept(
      await serve((_, response) => {
        const piece = Buffer.alloc(1024 * 1024, 0x20);
        response.on('error', () => undefined);
        for (let count = 0; count < 34; count += 1) response.write(piece);
        response.end();
      }),
    );
    await assert.rejects(http().request({ method: 'GET', url: server.url }), failsWith('answer-too-large'));
  });

  it('use one connection after the other', async () => {
    const server = kept(await serve((_, response) => response.end('fine')));
    const client = http();
    for (let count = 0; count < 5; count += 1) await client.request({ method: 'GET', url: server.url });
    assert.equal(server.connections, 1);
  });

  it('survive a kept connection that its server closes under them', async () => {
    const fine = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine';
    let connections = 0;
    const url = await rawServer((socket, connection) => {
      connections = connection;
      socket.write(fine);
      socket.once('data', () => (connection === 1 ? socket.resetAndDestroy() : socket.write(fine)));
    });
    const client = http();
    await client.request({ method: 'GET', url });
    assert.equal((await client.request({ method: 'GET', url })).body, 'fine');
    assert.equal(connections, 2);
  });

  it('stop at once when they are cancelled, while waiting for the next try too', async () => {
    const silent = await rawServer(() => undefined);
    const before = new AbortController();
    const waiting = http().request({ method: 'GET', url: silent, signal: before.signal });
    before.abort();
    await assert.rejects(waiting, failsWith('cancelled'));

    const between = new AbortController();
    const server = kept(
      await serve((_, response) => {
        response.writeHead(503, { 'retry-after': '3600' }).end();
        response.on('close', () => setImmediate(() => between.abort()));
      }),
    );
    const paused = http().request({ method: 'GET', url: server.url, signal: between.signal });
    await assert.rejects(paused, failsWith('cancelled'));
    assert.equal(server.seen.length, 1);
  });

  it('call a deadline of the caller a timeout, not a cancellation', async () => {
    const silent = await rawServer(() => undefined);
    const signal = AbortSignal.timeout(1);
    await assert.rejects(http().request({ method: 'GET', url: silent, signal }), failsWith('timeout'));
  });

  it('end where no byte moves', async () => {
    const silent = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfi'));
    await assert.rejects(http({ stallTimeout: 50 }).request({ method: 'GET', url: silent }), failsWith('timeout'));
  });

  it('name host and port in their failures, never userinfo, query or token', async () => {
    const closed = await serve(() => undefined);
    await closed.close();
    const url = closed.url.replace('://', '://user:hush@');
    const lines: string[] = [];
    const keep = (line: string): void => void lines.push(line);
    const log: Log = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
    const request = {
      method: 'POST',
      url: `${url}/v3?q=hush`,
      headers: { 'x-auth-token': 'hush' },
      body: 'hush',
    } as const;
    await assert.rejects(http({ log }).request(request), (error) => {
      failsWith('connection-refused')(error);
      assert.ok(error instanceof Failure);
      assert.match(error.explain(), /127\.0\.0\.1:\d+ refuses connections/);
      assert.doesNotMatch(error.explain(), /hush/);
      return true;
    });
    assert.ok(lines.length > 0);
    assert.doesNotMatch(lines.join('\n'), /hush/);
  });

  it('say that a host does not exist, and that an address is none', async () => {
    await assert.rejects(
      http().request({ method: 'GET', url: 'http://no.such.invalid/' }),
      failsWith('host-not-found'),
    );
    await assert.rejects(http().request({ method: 'GET', url: 'nonsense' }), failsWith('address-invalid'));
  });

  it('say that a server speaks no TLS', async () => {
    const server = kept(await serve((_, response) => response.end()));
    const url = server.url.replace('http:', 'https:');
    await assert.rejects(http().request({ method: 'GET', url }), failsWith('tls'));
  });

  it('say that the certificates of the configuration are none', async () => {
    const server = kept(await serve((_, response) => response.end()));
    const url = server.url.replace('http:', 'https:');
    const client = http({ tls: { verify: true, cert: 'garbage', key: 'garbage' } });
    await assert.rejects(client.request({ method: 'GET', url }), failsWith('tls'));
  });
});

describe('a proxy of the environment', () => {
  it('gets the requests, except to hosts that NO_PROXY names', async () => {
    const proxy = kept(await serve((_, response) => response.end('by proxy')));
    const server = kept(await serve((_, response) => response.end('direct')));
    const client = http({ proxyEnvironment: { HTTP_PROXY: proxy.url } });
    assert.equal((await client.request({ method: 'GET', url: `${server.url}/x` })).body, 'by proxy');
    assert.equal(proxy.seen[0]?.path, `${server.url}/x`);
    const spared = http({ proxyEnvironment: { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' } });
    assert.equal((await spared.request({ method: 'GET', url: server.url })).body, 'direct');
  });

  it('that opens no tunnel is named as the reason', async () => {
    const proxy = kept(await serveRaw((_, response) => response.end()));
    const url = await rawServer((socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const client = http({ proxyEnvironment: { HTTPS_PROXY: url } });
    const asked = client.request({ method: 'POST', url: proxy.url.replace('http:', 'https:'), body: '{}' });
    await assert.rejects(asked, failsWith('proxy'));
  });
});

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
    const stuck = kept(await serveRaw((request) => request.socket.pause()));
    const blocked = http({ stallTimeout: 50 }).upload({ url: stuck.url, size: 1024 ** 3 });
    const sending = (async () => {
      for (;;) await blocked.write(Buffer.alloc(1024 * 1024));
    })();
    await assert.rejects(sending, failsWith('timeout'));

    const slow = kept(await serve((_, response) => setTimeout(() => response.writeHead(204).end(), 300)));
    const patient = http({ stallTimeout: 50 }).upload({ url: slow.url, size: 1 });
    await patient.write(Buffer.from('a'));
    assert.equal((await patient.finish()).status, 204);
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
