import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { Failure } from '../../../../src/core/failure.ts';
import type { GotHttp } from '../../../../src/node/http/got-http.ts';
import type { Log } from '../../../../src/core/log.ts';
import { closeAll, failsWith, http, kept, rawServer } from '../../core/http/surroundings.ts';
import { json, serve } from '../../core/http/test-server.ts';

afterEach(closeAll);

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

  const stages: readonly (readonly [
    stage: string,
    /** What the server does with the request's first bytes. */
    serves: (socket: Socket) => void,
    work: (client: GotHttp, url: string, signal: AbortSignal) => Promise<unknown>,
  ])[] = [
    [
      'waiting for an answer',
      () => undefined,
      (client, url, signal) => client.request({ method: 'POST', url, body: '{}', signal }),
    ],
    [
      'reading an answer that comes byte by byte',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{'),
      (client, url, signal) => client.request({ method: 'GET', url, signal }),
    ],
    [
      'sending to a server that does not read',
      (socket) => socket.pause(),
      async (client, url, signal) => {
        const upload = client.upload({ url, size: 1024 ** 3, signal });
        for (;;) await upload.write(Buffer.alloc(1024 * 1024));
      },
    ],
    [
      'waiting for the answer to a whole body',
      () => undefined,
      async (client, url, signal) => {
        const upload = client.upload({ url, size: 1, signal });
        await upload.write(Buffer.from('a'));
        await upload.finish();
      },
    ],
  ];
  for (const [stage, serves, work] of stages) {
    it(`are cancelled with their socket closed while ${stage}`, async () => {
      const controller = new AbortController();
      let closed: Promise<unknown> | undefined;
      const url = await rawServer((socket) => {
        closed = new Promise((resolve) => socket.once('close', resolve));
        serves(socket);
        // A paused socket would not notice that the other side is gone.
        controller.signal.addEventListener('abort', () => socket.resume());
        setImmediate(() => controller.abort());
      });
      await assert.rejects(work(http(), url, controller.signal), failsWith('cancelled'));
      await closed;
    });
  }

  it('that are cancelled before they begin open no connection', async () => {
    const server = kept(await serve((_, response) => response.end()));
    const signal = AbortSignal.abort();
    await assert.rejects(http().request({ method: 'GET', url: server.url, signal }), failsWith('cancelled'));
    const upload = http().upload({ url: server.url, size: 1, signal });
    await assert.rejects(upload.write(Buffer.from('a')), failsWith('cancelled'));
    assert.equal(server.connections, 0);
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

  it('end where no byte comes at all', async () => {
    const silent = await rawServer(() => undefined);
    await assert.rejects(http({ stallTimeout: 50 }).request({ method: 'GET', url: silent }), failsWith('timeout'));
  });

  it('go on for as long as bytes come, however long that takes', async () => {
    // A busy machine may take a while between two bytes.
    const client = http({ stallTimeout: 2000 });
    const trickling = Promise.withResolvers<Socket>();
    const slow = client.request({ method: 'GET', url: await rawServer((socket) => trickling.resolve(socket)) });
    const socket = await trickling.promise;
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const bytes = setInterval(() => socket.write('1\r\na\r\n'), 50);
    try {
      const silent = await rawServer(() => undefined);
      await assert.rejects(client.request({ method: 'POST', url: silent, body: '{}' }), failsWith('timeout'));
    } finally {
      clearInterval(bytes);
    }
    // The other one began later and has waited too long already.
    socket.end('0\r\n\r\n');
    assert.match((await slow).body, /^a+$/);
  });

  it('that break in the middle of the headers are lost', async () => {
    const url = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-', () => socket.resetAndDestroy());
    });
    await assert.rejects(http().request({ method: 'POST', url, body: '{}' }), failsWith('connection-lost'));
  });

  it('name host and port in their failures, and hold no secret at any depth', async () => {
    const closed = await serve(() => undefined);
    await closed.close();
    const reset = await rawServer((socket) => socket.resetAndDestroy());
    const lines: string[] = [];
    const keep = (line: string): void => void lines.push(line);
    const log: Log = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
    const works: Promise<unknown>[] = [];
    for (const url of [closed.url, reset, closed.url.replace('http:', 'https:'), 'http://hush.invalid:x']) {
      const whole = `${url.replace('://', '://user:hush@')}/v3?q=hush`;
      const headers = { 'x-auth-token': 'hush', authorization: 'hush' };
      const upload = http({ log }).upload({ url: whole, headers, size: 4 });
      works.push(http({ log }).request({ method: 'POST', url: whole, headers, body: 'hush' }));
      works.push(upload.write(Buffer.from('hush')).then(() => upload.finish()));
    }
    const broken = http({ log }).request({ method: 'GET', url: reset, headers: { 'x-auth-token': 'hush\nhush' } });
    const certificates = http({ log, tls: { verify: true, key: 'hush', cert: 'hush' } });
    works.push(broken, certificates.request({ method: 'GET', url: reset.replace('http:', 'https:') }));
    const failures = (await Promise.allSettled(works)).map(
      (work) => work.status === 'rejected' && (work.reason as unknown),
    );
    await assert.rejects(broken, failsWith('header-invalid'));
    assert.equal(failures.length, 10);
    for (const failed of failures) {
      assert.ok(failed instanceof Failure);
      assert.doesNotMatch(inspect(failed, { depth: 20, showHidden: true, maxStringLength: null }), /hush/);
    }
    assert.match(String(failures[0]), /127\.0\.0\.1:\d+ refuses connections/);
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
