import assert from 'node:assert/strict';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer as createNetServer, type Socket } from 'node:net';
import { Failure } from '../../../../src/core/failure.ts';
import { failureOf } from '../../../../src/core/http/answers.ts';
import type { GotHttpOptions } from '../../../../src/node/http/got-http.ts';
import { agentsHeedProxies, readProxies } from '../../../../src/node/http/proxies.ts';
import { AUTHORITY, EXPIRED, OTHER_HOST, SERVER } from './certificates.ts';
import { afterTest, closeAll, failure, http, http as anyHttp, kept, rawServer } from './surroundings.ts';
import { listen, serve } from './test-server.ts';

/** A server that says `fine` and the value of a header, over TLS. */
async function serveTls(certificate: { readonly cert: string; readonly key: string }): Promise<string> {
  const server = createHttpsServer(certificate, (request, response) => {
    request.resume();
    request.on('end', () => response.end(`fine ${String(request.headers['x-auth-token'])}`));
  });
  server.on('tlsClientError', () => undefined);
  const url = await listen(server);
  afterTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return url.replace('http:', 'https:');
}

interface Proxy {
  readonly url: string;
  /** What it was asked for: `host:port` of tunnels. */
  readonly asked: readonly string[];
  /** All bytes that went through its tunnels towards the servers. */
  readonly bytes: () => string;
}

/** A proxy that opens tunnels, to those with the right login if it wants one. */
async function serveTunnels(login?: string): Promise<Proxy> {
  const asked: string[] = [];
  const pieces: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createHttpServer();
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    sockets.add(client);
    client.on('error', () => undefined);
    if (login !== undefined && request.headers['proxy-authorization'] !== login) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.on('data', (piece: Buffer) => pieces.push(piece));
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    sockets.add(upstream);
  });
  const url = await listen(server);
  afterTest(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url, asked, bytes: () => Buffer.concat(pieces).toString('latin1') };
}

afterEach(closeAll);

describe('a TLS server', () => {
  const trusted = { verify: true, ca: AUTHORITY };

  it('is trusted by the authority of the configuration', async () => {
    const url = await serveTls(SERVER);
    assert.equal((await http({ tls: trusted }).request({ method: 'GET', url })).status, 200);
    const upload = http({ tls: trusted }).upload({ url, size: 1 });
    await upload.write(Buffer.from('a'));
    assert.equal((await upload.finish()).status, 200);
  });

  const untrusted: readonly (readonly [name: string, certificate: typeof SERVER, tls: GotHttpOptions['tls']])[] = [
    ['of an unknown authority', SERVER, { verify: true }],
    ['of another host', OTHER_HOST, trusted],
    ['whose time is over', EXPIRED, trusted],
  ];
  for (const [name, certificate, tls] of untrusted) {
    it(`${name} gets no request, unless certificates are not checked`, async () => {
      const url = await serveTls(certificate);
      const refused = await failure(http({ tls }).request({ method: 'POST', url, body: '{}' }));
      assert.equal(refused.code, 'tls');
      assert.match(refused.explain(), /certificate of 127\.0\.0\.1:\d+ is not trusted/);
      const upload = http({ tls }).upload({ url, size: 1 });
      assert.equal((await failure(upload.write(Buffer.from('a')).then(() => upload.finish()))).code, 'tls');
      const insecure = http({ tls: { ...tls, verify: false } });
      assert.equal((await insecure.request({ method: 'GET', url })).status, 200);
    });
  }

  it('that never finishes its handshake is given up, and its socket closed', async () => {
    const sockets: Socket[] = [];
    const url = await serveRawSocket((socket) => sockets.push(socket));
    const waiting = http({ connectTimeout: 50 }).request({ method: 'POST', url, body: '{}' });
    assert.equal((await failure(waiting)).code, 'timeout');
    await closed(sockets);
  });
});

for (const byNode of [true, false])
  describe(`a proxy of the environment, by the agents of ${byNode ? 'Node.js' : 'libraries'}`, () => {
    const http = (options: Partial<GotHttpOptions>) => anyHttp({ ...options, agentsHeedProxies: byNode });

    before(function () {
      // Those of older versions do not know of proxies; the libraries take their place.
      if (byNode && !agentsHeedProxies()) this.skip();
    });

    it('gets the requests, except to hosts that NO_PROXY names', async () => {
      const proxy = kept(await serve((_, response) => response.end('by proxy')));
      const server = kept(await serve((_, response) => response.end('direct')));
      const asked = { method: 'GET', url: `${server.url}/x` } as const;
      for (const HTTP_PROXY of [proxy.url, proxy.url.replace('http://', '')]) {
        const client = http({ proxyEnvironment: { HTTP_PROXY } });
        assert.equal((await client.request(asked)).body, 'by proxy');
        assert.equal(proxy.seen.at(-1)?.path, `${server.url}/x`);
      }
      const before = proxy.seen.length;
      for (const no_proxy of ['127.0.0.1', '10.0.0.0/8,127.0.0.0/8']) {
        const spared = http({ proxyEnvironment: { HTTP_PROXY: proxy.url, no_proxy } });
        assert.equal((await spared.request(asked)).body, 'direct');
        const body = '{"password":"hush"}';
        assert.equal((await spared.request({ ...asked, method: 'POST', body })).body, 'direct');
      }
      assert.equal(proxy.seen.length, before);
    });

    it('is named where the connection through it breaks, where nothing answers, and where a certificate is not trusted', async () => {
      const breaking = await rawServer((socket) => socket.destroy());
      const silent = await rawServer(() => undefined);
      const intercepted = await serveTunnels();
      const secure = await serveTls(SERVER);
      for (const [proxy, url, code] of [
        [breaking, 'http://glance.example/', 'connection-lost'],
        [silent, 'http://glance.example/', 'timeout'],
        [intercepted.url, secure, 'tls'],
      ] as const) {
        const environment = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy.replace('://', '://ann:hush@') };
        const client = http({ proxyEnvironment: environment, stallTimeout: 100 });
        const failed = await failure(client.request({ method: 'POST', url, body: '{}' }));
        assert.equal(failed.code, code);
        assert.match(failed.message, new RegExp(`The connection goes through the proxy ${new URL(proxy).host}\\.$`));
        assert.match(failed.next ?? '', /NO_PROXY/);
        assert.doesNotMatch(failed.explain(), /hush/);
      }
    });

    it('is named beside an answer that it may have written itself', async () => {
      const page = '<html><title>Access denied</title></html>';
      const proxy = kept(await serve((_, response) => response.writeHead(403).end(page)));
      const client = http({ proxyEnvironment: { HTTP_PROXY: proxy.url } });
      const answer = await client.request({
        method: 'POST',
        url: 'http://keystone.example/v3/auth/tokens',
        body: '{}',
      });
      const { message } = failureOf(answer, 'forbidden', 'This is not allowed');
      const named = `(This came through the proxy ${new URL(proxy.url).host}.)`;
      assert.equal(message, `This is not allowed: Access denied ${named}`);
      const fromServer = { ...answer, headers: { 'x-openstack-request-id': 'req-1' } };
      assert.doesNotMatch(failureOf(fromServer, 'forbidden', 'This is not allowed').message, /proxy/);
      const source = client.download({ url: 'http://mirror.example/disk.qcow2' });
      const { proxy: through } = await source;
      assert.equal(through, new URL(proxy.url).host);
    });

    it('gets a request with a body once', async () => {
      const text = Promise.withResolvers<string>();
      // Its answer takes long enough for whatever would come behind the request.
      const proxy = createNetServer((socket) => {
        let read = '';
        socket.on('error', () => undefined);
        socket.on('data', (piece) => {
          read += piece.toString('latin1');
          if (read.endsWith('{"a":1}')) setImmediate(() => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
        });
        socket.on('close', () => text.resolve(read));
      });
      const HTTP_PROXY = await listen(proxy);
      afterTest(() => void proxy.close());
      const client = http({ proxyEnvironment: { HTTP_PROXY } });
      const asked = { method: 'POST', url: 'http://keystone.example/v3/auth/tokens', body: '{"a":1}' } as const;
      assert.equal((await client.request(asked)).status, 204);
      assert.equal((await text.promise).match(/POST /g)?.length, 1);
    });

    it('carries TLS without seeing into it, requests and uploads alike', async () => {
      const url = await serveTls(SERVER);
      const proxy = await serveTunnels(`Basic ${Buffer.from('ann:hush').toString('base64')}`);
      const HTTPS_PROXY = proxy.url.replace('://', '://ann:hush@');
      const client = http({ tls: { verify: true, ca: AUTHORITY }, proxyEnvironment: { HTTPS_PROXY } });
      const headers = { 'x-auth-token': 'token-of-ann' };
      assert.equal((await client.request({ method: 'GET', url, headers })).body, 'fine token-of-ann');
      const upload = client.upload({ url, size: 3, headers });
      await upload.write(Buffer.from('abc'));
      assert.equal((await upload.finish()).body, 'fine token-of-ann');
      assert.deepEqual(new Set(proxy.asked), new Set([new URL(url).host]));
      assert.ok(proxy.bytes().length > 0);
      assert.doesNotMatch(proxy.bytes(), /token-of-ann/);
    });

    it('that wants a login is named as the reason, without its password', async () => {
      const proxy = await serveTunnels('Basic other');
      const HTTPS_PROXY = proxy.url.replace('://', '://ann:hush@');
      const client = http({ tls: { verify: true, ca: AUTHORITY }, proxyEnvironment: { HTTPS_PROXY } });
      const tunnel = await failure(client.request({ method: 'GET', url: 'https://127.0.0.1:1/' }));
      const plain = kept(await serve((_, response) => response.writeHead(407).end('<html>login</html>')));
      const asking = http({ proxyEnvironment: { HTTP_PROXY: plain.url } });
      const login = await failure(asking.request({ method: 'GET', url: 'http://glance.example/' }));
      for (const failed of [tunnel, login]) {
        assert.equal(failed.code, 'proxy');
        assert.match(failed.explain(), /HTTPS?_PROXY/);
        assert.doesNotMatch(failed.explain(), /hush/);
      }
    });

    it('that opens no tunnel is named as the reason, to requests and uploads', async () => {
      const server = createHttpServer();
      server.on('connect', (_, client: Socket) => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
      const proxy = await listen(server);
      afterTest(() => void server.close());
      const client = http({ proxyEnvironment: { HTTPS_PROXY: proxy.replace('://', '://ann:hush@') } });
      const url = 'https://glance.example/';
      const upload = client.upload({ url, size: 1 });
      const works = [
        client.request({ method: 'POST', url, body: '{}' }),
        upload.write(Buffer.from('a')).then(() => upload.finish()),
      ];
      for (const failed of await Promise.all(works.map(failure))) {
        assert.equal(failed.code, 'proxy');
        assert.match(failed.explain(), /proxy .*glance\.example/);
        assert.doesNotMatch(failed.explain(), /hush/);
      }
    });

    it('that is not there is named, not the server behind it', async () => {
      const gone = await serve(() => undefined);
      await gone.close();
      const client = http({ proxyEnvironment: { HTTP_PROXY: gone.url.replace('://', '://ann:hush@') } });
      const failed = await failure(client.request({ method: 'GET', url: 'http://glance.example/' }));
      assert.equal(failed.code, 'proxy');
      assert.equal(
        failed.message,
        `The connection to glance.example goes through a proxy. ${new URL(gone.url).host} refuses connections.`,
      );
      const unknown = http({ proxyEnvironment: { HTTP_PROXY: 'http://no.such.invalid:3128' } });
      const lost = await failure(unknown.request({ method: 'GET', url: 'http://glance.example/' }));
      assert.match(lost.message, /^The connection to glance\.example .*no\.such\.invalid/);
    });
  });

describe('the proxies of an environment', () => {
  it('are read in both cases, lower case first, and none where they are empty', () => {
    const read = readProxies({ http_proxy: 'http://a:1', HTTP_PROXY: 'http://b:1', HTTPS_PROXY: 'c:1', no_proxy: 'd' });
    assert.deepEqual(read, { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://c:1', NO_PROXY: 'd' });
    assert.equal(readProxies({ HTTP_PROXY: '', https_proxy: ' ', NO_PROXY: '*' }), undefined);
  });

  for (const value of ['socks5://ann:hush@proxy:1080', 'http://ann:hush@[', 'ann:hush@:x']) {
    it(`are refused with the variable's name and without its value: ${value}`, () => {
      assert.throws(
        () => http({ proxyEnvironment: { HTTPS_PROXY: value } }),
        (error) =>
          Failure.is(error, 'proxy') && error.message.includes('HTTPS_PROXY') && !error.explain().includes('hush'),
      );
    });
  }
});

/** An address of TLS behind which nothing ever answers. */
async function serveRawSocket(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createNetServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    onSocket(socket);
  });
  const url = await listen(server);
  afterTest(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  return url.replace('http:', 'https:');
}

/** Settles when the other sides have closed all of these. */
async function closed(sockets: readonly Socket[]): Promise<void> {
  assert.ok(sockets.length > 0);
  for (const socket of sockets) if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}
