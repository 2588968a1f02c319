import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { silentLog } from '../unit/silent-log.ts';
import { createEngine, startSandbox } from '../contract/product.ts';
import { forward, RegionProxy } from '../contract/region-proxy.ts';
import { ROOT } from '../host/folders.ts';
import { unpackedVsix } from '../host/vsix.ts';
import { lowestNode } from './lowest-node.ts';

/** Each part of a library that esbuild.mjs leaves out has a test here of what would show it missed. */
describe('what the bundles leave out', () => {
  let folder = '';

  before(() => (folder = mkdtempSync(join(tmpdir(), 'glance-images-left-out-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is what these tests are about', () => {
    unpackedVsix();
    const { inputs } = JSON.parse(readFileSync(join(ROOT, 'dist', 'metafile.json'), 'utf8')) as Metafile;
    const left = Object.keys(inputs).filter((file) => file.startsWith('left-out'));
    assert.deepEqual(left.map((file) => file.split(':')[1]).sort(), ['cacheable-request', 'debug', 'graceful-fs']);
    const bundled = Object.keys(inputs).filter((file) =>
      /node_modules\/(cacheable-request|keyv|debug|graceful-fs)\//.test(file),
    );
    assert.deepEqual(bundled, []);
  });

  it('cacheable-request: an answer is asked for again, though it says that it may be kept', async () => {
    const sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'] });
    const asked: string[] = [];
    const proxy = await RegionProxy.start(sandbox.authUrl, 'RegionOne', async (request, response, glance) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const { status, body } = await forward(request, `${glance}${request.url ?? ''}`);
      response.writeHead(status, {
        'cache-control': 'public, max-age=3600',
        etag: '"one"',
        expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
      });
      response.end(body);
    });
    const { id, secret } = sandbox.applicationCredential;
    const engine = createEngine({
      environment: {
        OS_AUTH_TYPE: 'v3applicationcredential',
        OS_AUTH_URL: proxy.authUrl,
        OS_APPLICATION_CREDENTIAL_ID: id,
        OS_APPLICATION_CREDENTIAL_SECRET: secret,
      },
      workspaceFolders: [],
      extraCloudsFiles: [],
      allowedEnvironment: [],
      userAgent: 'test',
      log: silentLog,
      cacheFolder: join(folder, 'cache'),
    });
    try {
      const place = await engine.place('envvars', 'RegionOne');
      const list = async (): Promise<number> => {
        asked.length = 0;
        for await (const page of engine.images(place)) assert.deepEqual(page, []);
        return asked.filter((each) => each.startsWith('GET /v2/images')).length;
      };
      const first = await list();
      assert.ok(first > 0, asked.join('\n'));
      assert.equal(await list(), first);
    } finally {
      await engine.dispose();
      await proxy.stop();
      await sandbox.stop();
    }
  });

  it('debug: the password of a proxy stays out of what is written, whatever DEBUG says', async function () {
    this.timeout(300_000);
    // An old Node, whose own agents know nothing of proxies.
    const node = await lowestNode();
    const run = spawnSync(node, [join(unpackedVsix(), 'dist', 'cli.cjs'), 'list'], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        HOME: folder,
        DEBUG: '*',
        HTTP_PROXY: 'http://somebody:geheim@127.0.0.1:1',
        HTTPS_PROXY: 'http://somebody:geheim@127.0.0.1:1',
        OS_AUTH_URL: 'https://keystone.example.org/v3',
        OS_USERNAME: 'demo',
        OS_PASSWORD: 'demo',
        OS_PROJECT_NAME: 'demo',
      },
    });
    assert.notEqual(run.status, 0);
    assert.match(run.stderr, /through a proxy/);
    assert.doesNotMatch(run.stdout + run.stderr, /geheim|https-proxy-agent/);
  });

  it('graceful-fs: loading the engine changes nothing of Node’s fs', () => {
    const script = `
      const fs = require('node:fs');
      const before = { ...fs };
      require(${JSON.stringify(join(unpackedVsix(), 'dist', 'engine.cjs'))});
      console.log(JSON.stringify(Object.keys(fs).filter((name) => fs[name] !== before[name])));`;
    const run = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    assert.deepEqual([run.stdout.trim(), run.stderr], ['[]', '']);
  });
});
