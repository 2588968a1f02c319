import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { isLook, WebSource } from '../web-source.ts';
import { CommandLine, document } from './command-line.ts';

const body = randomBytes(300_001);

describe('glance-images apply, with web_download', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let source: WebSource;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('web');
    source = await WebSource.start(cloud, body);
  });

  afterEach(async () => {
    await source.stop();
    await line.close();
  });

  async function define(extra: object = {}): Promise<void> {
    const formats = { container_format: 'bare', disk_format: 'raw', region: cloud.regions[0] };
    await line.define('a.image.jsonc', {
      name,
      ...formats,
      image_source_url: source.url,
      web_download: true,
      ...extra,
    });
  }

  it('tells of Glance’s task, ends with 3 and the reason, and then finds nothing to do', async () => {
    const held: ServerResponse[] = [];
    source.intercept = (request, response) => {
      if (isLook(request)) return false;
      held.push(response);
      return true;
    };
    await define();
    const running = line.start('apply', '--auto-approve', 'a.image.jsonc');
    await running.written(/: its task is (pending|processing)/);
    source.intercept = () => false;
    for (const response of held) response.writeHead(200, { 'content-length': body.length }).end(body);
    const run = await running.ended;
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stdout, /Glance fetches http:.* itself; no data passes through this machine$/m);
    assert.match(run.stdout, /: Glance fetches the source$/m);
    assert.match(run.stdout, /^done, NOT VERIFIED: /m);
    assert.match(run.stderr, /: warning: .*Not verified: There is no checksum to compare with: .* \[not-verified\]$/m);
    await line.expect(0, 'plan', '--detailed-exitcode', 'a.image.jsonc');
  });

  it('says of plan --fetch that the bytes are not fetched here', async () => {
    await define();
    const run = await line.expect(0, 'plan', '--fetch', '--json', 'a.image.jsonc');
    assert.match(
      run.stderr,
      /^a\.image\.jsonc:\d+:\d+: information: .*--fetch fetches nothing of http:.*: with "web_download", Glance fetches it during the apply.* \[web-download-not-fetched\]$/m,
    );
    assert.deepEqual(
      (document(run) as { plans: { action: string }[] }).plans.map(({ action }) => action),
      ['create'],
    );
    assert.equal(source.fetched, 0);
    const without = await line.expect(0, 'plan', '--json', 'a.image.jsonc');
    assert.doesNotMatch(without.stderr, /web-download-not-fetched/);
  });

  it('ends with 0 where its checksum proves it', async () => {
    await define({ image_source_checksum: `sha512:${createHash('sha512').update(body).digest('hex')}` });
    const run = await line.expect(0, 'apply', '--auto-approve', '--json', 'a.image.jsonc');
    const { results } = document(run) as { results: { bytes_sent: number; verified: object }[] };
    assert.deepEqual(
      results.map(({ bytes_sent: sent, verified }) => [sent, verified]),
      [[0, { size: null, md5: null, multihash: true }]],
    );
  });

  it('says at its line what to do where a region does not offer it, and makes nothing', async () => {
    const offered = {
      'import-methods': { description: 'Import methods available.', type: 'array', value: ['glance-direct'] },
    };
    await line.alter({ region: cloud.regions[0], path: /\/v2\/info\/import$/, alter: () => offered });
    await define();
    const run = await line.expect(1, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.match(
      run.stderr,
      /^a\.image\.jsonc:7:19: error: .*it offers only glance-direct\. Remove "web_download".* \[web-download-not-offered\]$/m,
    );
    assert.deepEqual(await line.named(name), []);
  });

  it('says so where a region has no import API at all', async () => {
    const answer = {
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Nothing here.","code":"404 Not Found"}',
    };
    await line.alter({ region: cloud.regions[0], path: /\/v2\/info\/import$/, answer });
    await define();
    const run = await line.expect(1, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.match(run.stderr, /Nothing here\..*HTTP 404.*Remove "web_download".* \[web-download-not-offered\]$/m);
    assert.deepEqual(await line.named(name), []);
  });

  it('says what it left when Ctrl+C comes, for an import can’t be cancelled', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<undefined>();
    source.intercept = (request) => {
      if (isLook(request)) return false;
      resolve(undefined);
      return true;
    };
    await define();
    const running = line.start('apply', '--auto-approve', 'a.image.jsonc');
    await asked;
    running.child.kill('SIGINT');
    const run = await running.ended;
    assert.equal(run.code, 130, run.stderr);
    assert.match(
      run.stderr,
      /An import can't be cancelled: Glance keeps filling the hidden image [0-9a-f-]{36}\. Delete that image/,
    );
    const [left] = await line.named(name);
    assert.equal(left?.os_hidden, true);
  });
});
