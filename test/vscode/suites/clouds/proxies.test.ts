import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import * as vscode from 'vscode';
import { parse } from 'yaml';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import type { Engine } from '../../../../src/core/engine.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { silentLog } from '../../../unit/silent-log.ts';
import type * as built from '../../../../src/node/engine.ts';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { CLOUD } from '../../../unit/core/http/certificates.ts';

/** More than sockets and streams buffer, so that an upload goes on while its connection is made and after. */
const IMAGE = randomBytes(3 * 1024 * 1024);

describe('the proxy of VS Code’s settings', () => {
  let folder: string;
  let sandbox: Sandbox;
  let proxy: Server;
  /** As the extension loads it, so that its requests go where the extension's do. */
  let createEngine: typeof built.createEngine;
  let engine: Engine | undefined;
  const fronts: TlsServer[] = [];
  /** What the proxy was asked for: `METHOD address`, addresses with their names. */
  let asked: string[];
  /** The `Proxy-Authorization` that it wants. */
  let login: string | undefined;
  /** Whether it opens no way to anybody. */
  let closed: boolean;

  const portOf = (server: Server | TlsServer): number => (server.address() as AddressInfo).port;

  before(async () => {
    const extension = vscode.extensions.getExtension('glance-images.glance-images');
    assert.ok(extension);
    ({ createEngine } = createRequire(__filename)(join(extension.extensionPath, 'dist', 'engine.cjs')) as typeof built);
    folder = await mkdtemp(join(tmpdir(), 'glance-images-proxies-'));
    sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'] });
    proxy = createServer(forward).on('connect', openTunnel).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  beforeEach(() => {
    asked = [];
    login = undefined;
    closed = false;
  });

  afterEach(async () => {
    await engine?.dispose();
    engine = undefined;
    for (const name of ['proxy', 'noProxy']) await set(name, undefined);
  });

  after(async () => {
    for (const server of [proxy, ...fronts]) server.close();
    proxy.closeAllConnections();
    await sandbox.stop();
    await rm(folder, { recursive: true, maxRetries: 20, retryDelay: 200 });
  });

  async function set(name: string, value: unknown): Promise<void> {
    await vscode.workspace.getConfiguration('http').update(name, value, vscode.ConfigurationTarget.Global);
  }

  /** Whether the proxy lets somebody in; says so where it does not. */
  function welcome(request: IncomingMessage): boolean {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    return login === undefined || request.headers['proxy-authorization'] === login;
  }

  /** Every name is this machine's. */
  function forward(request: IncomingMessage, response: ServerResponse): void {
    if (!welcome(request)) return void response.writeHead(407, { 'proxy-authenticate': 'Basic realm="p"' }).end();
    const { port, pathname, search } = new URL(request.url ?? '');
    const { method, headers } = request;
    const onward = ask(
      { host: '127.0.0.1', port, path: pathname + search, method, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  function openTunnel(request: IncomingMessage, client: Socket): void {
    client.on('error', () => undefined);
    if (!welcome(request)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n');
      return;
    }
    if (closed) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const server = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(server).pipe(client);
    });
    server.on('error', () => client.destroy());
  }

  /** The address of a service as only the proxy knows it. */
  async function addressOf(url: string, scheme: 'http' | 'https'): Promise<string> {
    const { port, pathname } = new URL(url);
    if (scheme === 'http') return `http://cloud.test:${port}${pathname}`;
    const front = createTlsServer(CLOUD, (socket) => {
      const plain = connect(Number(port), '127.0.0.1');
      for (const each of [socket, plain]) each.on('error', () => each.destroy());
      socket.pipe(plain).pipe(socket);
    }).listen(0, '127.0.0.1');
    fronts.push(front);
    await once(front, 'listening');
    return `https://cloud.test:${portOf(front)}${pathname}`;
  }

  /** An engine as the extension makes it, on a cloud that is reached by name. */
  async function engineOn(scheme: 'http' | 'https', more: object = {}): Promise<Engine> {
    const { clouds } = parse(await readFile(sandbox.cloudsFile, 'utf8')) as {
      clouds: { sandbox: { auth: { auth_url: string } } };
    };
    const [region] = sandbox.regions;
    assert.ok(region);
    const { auth, ...entry } = clouds.sandbox;
    const cloud = {
      ...entry,
      auth: { ...auth, auth_url: await addressOf(auth.auth_url, scheme) },
      region_name: region.name,
      regions: undefined,
      image_endpoint_override: await addressOf(region.url, scheme),
      ...(scheme === 'https' ? { cacert: join(folder, 'cloud.pem') } : {}),
      ...more,
    };
    await engine?.dispose();
    const place = await mkdtemp(join(folder, 'clouds-'));
    await mkdir(join(place, 'cache'));
    await writeFile(join(folder, 'cloud.pem'), CLOUD.cert);
    await writeFile(join(place, 'clouds.yaml'), JSON.stringify({ clouds: { named: cloud } }));
    await writeFile(join(folder, 'disk.raw'), IMAGE);
    engine = createEngine({
      environment: { OS_CLIENT_CONFIG_FILE: join(place, 'clouds.yaml') },
      workspaceFolders: [folder],
      extraCloudsFiles: [],
      allowedEnvironment: [],
      userAgent: 'test',
      log: silentLog,
      cacheFolder: join(place, 'cache'),
    });
    return engine;
  }

  /** What listing the images of a cloud fails with. */
  async function failure(on: Engine): Promise<Failure> {
    try {
      const [region] = await on.regions('named');
      assert.ok(region);
      for await (const page of on.images(region)) assert.ok(page);
    } catch (error) {
      assert.ok(error instanceof Failure);
      return error;
    }
    return assert.fail('Nothing failed.');
  }

  /** Creates an image and deletes it. */
  async function apply(on: Engine): Promise<void> {
    const text =
      '{ "name": "By proxy", "container_format": "bare", "disk_format": "raw", "local_file_path": "disk.raw" }';
    const { definitions } = parseDefinitions(text, join(folder, 'proxied.image.jsonc'));
    const [result] = await on.apply(await on.plan(definitions), { onEvent: () => undefined });
    assert.ok(result);
    assert.deepEqual([result.status, result.error], ['done', undefined]);
    assert.ok(result.digests.every(({ here, cloud }) => here === cloud));
    await on.deleteImage(result.plan.place, result.imageId ?? '');
  }

  const usual = (): string => `http://127.0.0.1:${portOf(proxy)}`;

  for (const scheme of ['http', 'https'] as const) {
    describe(`on the way to a cloud by ${scheme}`, () => {
      it('carries logins, changes and uploads', async () => {
        await set('proxy', usual());
        await apply(await engineOn(scheme));
        const expected = scheme === 'http' ? /^(GET|POST) http:\/\/cloud\.test:\d+\/v3/ : /^CONNECT cloud\.test:\d+$/;
        assert.match(asked[0] ?? '', expected);
      });

      it('gets user and password of its address', async () => {
        login = `Basic ${Buffer.from('me:hush').toString('base64')}`;
        await set('proxy', `http://me:hush@127.0.0.1:${portOf(proxy)}`);
        await apply(await engineOn(scheme));
      });

      it('is named as what refuses, with the setting to mend', async () => {
        login = 'Basic bm9ib2R5';
        await set('proxy', usual());
        const { code, message, next } = await failure(await engineOn(scheme));
        assert.deepEqual([code, message.includes('requires a login')], ['proxy', true]);
        assert.match(next ?? '', /http\.proxy/);
      });

      it('is named where it is not there, without its password', async () => {
        await set('proxy', 'http://me:hush@127.0.0.1:9');
        const { code, message, next, cause } = await failure(await engineOn(scheme));
        assert.deepEqual([code, /127\.0\.0\.1:9\b/.test(message)], ['proxy', true]);
        assert.match(next ?? '', /http\.proxy/);
        assert.doesNotMatch(`${message} ${String(cause)}`, /hush/);
      });
    });
  }

  it('is named where it opens no way to a cloud', async () => {
    closed = true;
    await set('proxy', usual());
    const { code, message } = await failure(await engineOn('https'));
    assert.deepEqual([code, /did not open a connection to cloud\.test.*403/.test(message)], ['proxy', true]);
  });

  it('is not blamed for a certificate that nobody vouches for', async () => {
    await set('proxy', usual());
    const on = await engineOn('https', { cacert: undefined });
    assert.equal((await failure(on)).code, 'tls');
    await set('proxy', usual());
    await apply(await engineOn('https', { cacert: undefined, verify: false }));
  });

  it('is passed by where http.noProxy names the host', async () => {
    await set('proxy', usual());
    await set('noProxy', ['cloud.test']);
    assert.equal((await failure(await engineOn('http'))).code, 'host-not-found');
    assert.deepEqual(asked, []);
  });
});
