import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { cacheFileName, partialName, terraformFileNames } from '../../../../../src/core/source/url/cache-entry.ts';
import { closeAll, failsWith, kept } from '../../http/surroundings.ts';
import { serve, type TestServer } from '../../http/test-server.ts';
import { cacheInFolder, digest, nothing, Origin, wanted } from './origin.ts';

const BODY = randomBytes(3 * 1024 * 1024 + 17);

afterEach(closeAll);

describe('a download', () => {
  it('is kept under the name that Terraform gives it, with the digests of its bytes', async () => {
    const origin = await Origin.start(BODY);
    const { cache, folder } = await cacheInFolder();
    const progress: number[] = [];
    const fetched = await cache.fetch(wanted(origin.url), (received) => progress.push(received));
    assert.equal(fetched.path, folder.pathOf(cacheFileName(origin.url)));
    assert.deepEqual(await readFile(fetched.path), BODY);
    assert.deepEqual(fetched.digests, { md5: digest('md5', BODY), sha512: digest('sha512', BODY) });
    assert.equal(progress.at(-1), BODY.length);
    assert.equal(origin.seen[0]?.headers['accept-encoding'], 'identity');
    const names = (await folder.list()).map(({ name }) => name).sort();
    assert.deepEqual(names, [cacheFileName(origin.url), `${cacheFileName(origin.url)}.json`]);
  });

  it('is not repeated while the origin says that it is current', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    await cache.fetch(wanted(origin.url), nothing);
    await cache.fetch(wanted(origin.url), nothing);
    assert.equal(origin.bytesSent, BODY.length);
    assert.equal(origin.seen[1]?.headers['if-none-match'], '"one"');
  });

  it('is current at another mirror with the same size and date, whatever its ETag, and at no other', async () => {
    const origin = await Origin.start(BODY);
    const dated = { 'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT' };
    const mirror = (etag: string, headers: object): Promise<TestServer> =>
      serve((_, response) => response.writeHead(200, { etag, 'content-length': BODY.length, ...headers }).end(BODY));
    const mirrors = [
      await mirror('"one"', dated),
      await mirror('"two"', dated),
      await mirror('"three"', { 'last-modified': 'Sat, 03 Jan 2026 03:04:05 GMT' }),
      await mirror('"four"', {}),
    ].map(kept);
    let next = 0;
    origin.intercept = (_, response) => {
      response.writeHead(302, { location: `${mirrors[next]?.url ?? ''}/disk.img` }).end();
      return true;
    };
    const { cache } = await cacheInFolder();
    await cache.fetch(wanted(origin.url), nothing);
    next = 1;
    const { validators } = await cache.look(wanted(origin.url));
    assert.equal(validators.etag, '"one"');
    assert.equal((await cache.fetch(wanted(origin.url), nothing)).validators.etag, '"one"');
    for (next of [2, 3]) {
      const moved = await cache.look(wanted(origin.url));
      assert.deepEqual([moved.digests, moved.validators.etag], [undefined, ['', '', '"three"', '"four"'][next]]);
    }
  });

  it('needs no question where the checksum says that it is right', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    const checksum = { algorithm: 'sha256', hex: digest('sha256', BODY) } as const;
    await cache.fetch(wanted(origin.url, { checksum }), nothing);
    await cache.fetch(wanted(origin.url, { checksum }), nothing);
    assert.equal(origin.seen.length, 1);
  });

  it('is replaced when the origin has something new', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    await cache.fetch(wanted(origin.url), nothing);
    origin.body = randomBytes(1000);
    origin.etag = '"two"';
    const fetched = await cache.fetch(wanted(origin.url), nothing);
    assert.deepEqual(await readFile(fetched.path), origin.body);
    assert.equal(fetched.validators.etag, '"two"');
  });

  it('is refused and not kept where the checksum differs', async () => {
    const origin = await Origin.start(BODY);
    const { cache, folder } = await cacheInFolder();
    const checksum = { algorithm: 'sha256', hex: 'a'.repeat(64) } as const;
    await assert.rejects(cache.fetch(wanted(origin.url, { checksum }), nothing), failsWith('source-checksum-mismatch'));
    assert.deepEqual(await folder.list(), []);
  });

  it('goes on by itself after a broken connection', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    const half = 2 * 1024 * 1024;
    origin.intercept = (_, response, request) => {
      if (request === 1) origin.cut(response, half);
      return request === 1;
    };
    const fetched = await cache.fetch(wanted(origin.url), nothing);
    assert.deepEqual(await readFile(fetched.path), BODY);
    assert.equal(origin.seen[1]?.headers['if-range'], '"one"');
    assert.ok(origin.bytesSent < BODY.length * 1.2, `${origin.bytesSent}`);
  });

  it('goes on where an earlier process was cut, and asks for the rest only', async () => {
    const origin = await Origin.start(BODY);
    const { cache, folder } = await cacheInFolder();
    origin.intercept = (_, response) => {
      origin.cut(response, 2 * 1024 * 1024);
      return true;
    };
    const stop = new AbortController();
    const cut = cache.fetch(wanted(origin.url, { signal: stop.signal }), (received) => {
      if (received > 1024 * 1024) stop.abort();
    });
    await assert.rejects(cut);
    const here = (await folder.size(partialName(cacheFileName(origin.url)))) ?? 0;
    assert.ok(here > 0);
    origin.intercept = () => false;
    origin.bytesSent = 0;
    const fetched = await cache.fetch(wanted(origin.url), nothing);
    assert.deepEqual(await readFile(fetched.path), BODY);
    assert.equal(origin.bytesSent, BODY.length - here);
    assert.equal(fetched.digests.md5, digest('md5', BODY));
  });

  it('begins anew where the origin has something else by then', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    const changed = randomBytes(BODY.length);
    origin.intercept = (_, response, request) => {
      if (request !== 1) return false;
      origin.cut(response, 2 * 1024 * 1024);
      origin.body = changed;
      origin.etag = '"two"';
      return true;
    };
    assert.deepEqual(await readFile((await cache.fetch(wanted(origin.url), nothing)).path), changed);
  });

  const wrongRanges: readonly (readonly [string, Record<string, string>])[] = [
    ['without Content-Range', {}],
    ['of another place', { 'content-range': `bytes 0-${BODY.length - 1}/${BODY.length}` }],
    ['of another length', { 'content-range': `bytes 2097152-${BODY.length}/${BODY.length + 1}` }],
    ['of another version', { 'content-range': `bytes 2097152-${BODY.length - 1}/${BODY.length}`, etag: '"two"' }],
  ];
  for (const [what, headers] of wrongRanges) {
    it(`splices nothing from a 206 ${what}`, async () => {
      const origin = await Origin.start(BODY);
      const { cache } = await cacheInFolder();
      origin.intercept = (seen, response, request) => {
        if (request === 1) origin.cut(response, 2 * 1024 * 1024);
        else if (seen.headers.range !== undefined) response.writeHead(206, headers).end(BODY);
        return request === 1 || seen.headers.range !== undefined;
      };
      assert.deepEqual(await readFile((await cache.fetch(wanted(origin.url), nothing)).path), BODY);
    });
  }

  it('is not continued without anything that tells versions apart', async () => {
    const origin = await Origin.start(BODY);
    origin.etag = undefined;
    const { cache } = await cacheInFolder();
    origin.intercept = (_, response, request) => {
      if (request === 1) origin.cut(response, 2 * 1024 * 1024);
      return request === 1;
    };
    assert.deepEqual(await readFile((await cache.fetch(wanted(origin.url), nothing)).path), BODY);
    assert.equal(origin.seen[1]?.headers.range, undefined);
  });

  it('fails when a body without a length is cut, and keeps nothing under its name', async () => {
    const origin = await Origin.start(BODY);
    origin.etag = undefined;
    const { cache, folder } = await cacheInFolder();
    origin.intercept = (_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(BODY.subarray(0, 1000), () => response.destroy());
      return true;
    };
    await assert.rejects(cache.fetch(wanted(origin.url), nothing), failsWith('connection-lost'));
    assert.equal(await folder.size(cacheFileName(origin.url)), undefined);
  });

  it('of no bytes is an error', async () => {
    const origin = await Origin.start(Buffer.alloc(0));
    const { cache } = await cacheInFolder();
    await assert.rejects(cache.fetch(wanted(origin.url), nothing), failsWith('source-empty'));
  });

  for (const [status, code] of [
    [404, 'source-not-found'],
    [410, 'source-not-found'],
    [401, 'source-denied'],
    [403, 'source-denied'],
    [500, 'source-failed'],
    [418, 'source-failed'],
  ] as const) {
    it(`says what ${status} means`, async () => {
      const origin = await Origin.start(BODY);
      const { cache } = await cacheInFolder();
      origin.intercept = (_, response) => {
        response.writeHead(status).end('no');
        return true;
      };
      await assert.rejects(cache.fetch(wanted(origin.url), nothing), failsWith(code));
      await assert.rejects(cache.look(wanted(origin.url)), failsWith(code));
    });
  }

  it('larger than the room that is left is refused before it begins', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    origin.intercept = (_, response) => {
      response.writeHead(200, { 'content-length': String(2 ** 52) });
      response.write('x');
      return true;
    };
    await assert.rejects(cache.fetch(wanted(origin.url), nothing), failsWith('cache-full'));
  });

  it('without end is cut off before it fills the disk, and takes no room', async () => {
    const origin = await Origin.start(BODY);
    const { cache, folder } = await cacheInFolder();
    folder.free = () => Promise.resolve(1_000_000);
    origin.intercept = (_, response) => {
      response.writeHead(200, {});
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour);
      pour();
      return true;
    };
    await assert.rejects(cache.fetch(wanted(origin.url), nothing), failsWith('cache-full'));
    assert.ok((await folder.list()).every(({ size }) => size < 1000));
  });

  it('of two at once is made once', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    const both = await Promise.all([
      cache.fetch(wanted(origin.url), nothing),
      cache.fetch(wanted(origin.url), nothing),
    ]);
    assert.equal(both[0].path, both[1].path);
    assert.equal(origin.bytesSent, BODY.length);
  });
});

describe('the network that a download comes over', () => {
  it('is the most private that it was led to', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    assert.equal((await cache.fetch(wanted(origin.url), nothing)).network, 'loopback');
    assert.equal((await cache.fetch(wanted(origin.url), nothing)).network, 'loopback', 'where it is only asked again');
  });

  it('is nobody’s where nothing is asked', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    const checksum = { algorithm: 'sha256', hex: digest('sha256', BODY) } as const;
    await cache.fetch(wanted(origin.url, { checksum }), nothing);
    assert.equal((await cache.fetch(wanted(origin.url, { checksum }), nothing)).network, 'public');
  });
});

describe('an interrupted download', () => {
  it('is not gone on with in a file that took its place', async () => {
    const origin = await Origin.start(BODY);
    const { cache, folder } = await cacheInFolder();
    origin.intercept = (_, response, request) => {
      if (request === 1) origin.cut(response, 2 * 1024 * 1024);
      return request === 1;
    };
    const stop = new AbortController();
    const cut = cache.fetch(wanted(origin.url, { signal: stop.signal }), (received) => {
      if (received > 1024 * 1024) stop.abort();
    });
    await assert.rejects(cut);
    const partial = folder.pathOf(partialName(cacheFileName(origin.url)));
    const { length } = await readFile(partial);
    await rm(partial);
    await writeFile(partial, randomBytes(length));
    assert.deepEqual(await readFile((await cache.fetch(wanted(origin.url), nothing)).path), BODY);
  });
});

describe('a cached file', () => {
  const harms: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ['truncated', (path) => truncate(path, 1000)],
    ['emptied', (path) => truncate(path, 0)],
    [
      'with a flipped bit',
      async (path) => {
        const bytes = Buffer.from(BODY);
        bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
        await writeFile(path, bytes);
      },
    ],
    ['without a sidecar that can be read', (path) => writeFile(`${path}.json`, '{"size":')],
    [
      'with a sidecar that names other digests',
      async (path) => {
        const sidecar = JSON.parse(await readFile(`${path}.json`, 'utf8')) as object;
        const digests = { md5: digest('md5', Buffer.from('other')), sha512: digest('sha512', Buffer.from('other')) };
        await writeFile(`${path}.json`, JSON.stringify({ ...sidecar, digests }));
      },
    ],
  ];
  for (const [what, harm] of harms) {
    it(`${what} is fetched again`, async () => {
      const origin = await Origin.start(BODY);
      const { cache } = await cacheInFolder();
      const { path } = await cache.fetch(wanted(origin.url), nothing);
      await harm(path);
      assert.deepEqual(await readFile((await cache.fetch(wanted(origin.url), nothing)).path), BODY);
      assert.equal(origin.bytesSent, 2 * BODY.length);
    });
  }

  for (const decompress of [true, false]) {
    for (const [spelling, name] of terraformFileNames('URL', decompress).entries()) {
      it(`of Terraform is used if the checksum fits (decompress: ${decompress}, spelling ${spelling})`, async () => {
        assert.match(name, /^[0-9a-f]{32}\.img$/);
        const origin = await Origin.start(BODY);
        const { cache, folder } = await cacheInFolder();
        const path = folder.pathOf(terraformFileNames(origin.url, decompress)[spelling] ?? '');
        await writeFile(path, BODY);
        const checksum = { algorithm: 'sha256', hex: digest('sha256', BODY) } as const;
        const fetched = await cache.fetch(wanted(origin.url, { checksum, decompress }), nothing);
        assert.equal(fetched.path, path);
        assert.equal(origin.seen.length, 0);
      });
    }
  }

  it('of Terraform is not used if it is truncated, nor without a checksum', async () => {
    const origin = await Origin.start(BODY);
    const { cache, folder } = await cacheInFolder();
    const path = folder.pathOf(cacheFileName(origin.url));
    await writeFile(path, BODY.subarray(0, 5000));
    const checksum = { algorithm: 'sha256', hex: digest('sha256', BODY) } as const;
    assert.deepEqual(await readFile((await cache.fetch(wanted(origin.url, { checksum }), nothing)).path), BODY);
    const other = `${origin.url}?2`;
    await writeFile(folder.pathOf(cacheFileName(other)), BODY.subarray(0, 5000));
    assert.deepEqual(await readFile((await cache.fetch(wanted(other), nothing)).path), BODY);
  });
});

describe('a look at a source', () => {
  it('fetches nothing and tells what the cache knows while the origin says that it is current', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    const before = await cache.look(wanted(origin.url));
    assert.deepEqual(
      [before.digests, before.size, before.validators.etag, before.network],
      [undefined, BODY.length, '"one"', 'loopback'],
    );
    await cache.fetch(wanted(origin.url), nothing);
    assert.equal((await cache.look(wanted(origin.url))).digests?.md5, digest('md5', BODY));
    origin.etag = '"two"';
    assert.equal((await cache.look(wanted(origin.url))).digests, undefined);
  });

  it('asks nobody where there is a checksum', async () => {
    const origin = await Origin.start(BODY);
    const { cache } = await cacheInFolder();
    const checksum = { algorithm: 'sha512', hex: digest('sha512', BODY) } as const;
    assert.deepEqual((await cache.look(wanted(origin.url, { checksum }))).digests, { sha512: checksum.hex });
    assert.equal(origin.seen.length, 0);
  });
});
