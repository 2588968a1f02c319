import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { inspectFromHere, lookFromHere } from '../../../../../src/core/source/url/look-from-here.ts';
import { closeAll, http } from '../../http/surroundings.ts';
import { gzipSync } from 'node:zlib';
import { header } from '../inspection/bytes.ts';
import { cacheInFolder, Origin, wanted } from './origin.ts';

describe('a look at a source that somebody else fetches', () => {
  afterEach(closeAll);

  it('tells its size and ETag', async () => {
    const origin = await Origin.start(Buffer.from('bytes'));
    const { cache } = await cacheInFolder();
    const { size, validators, unreached } = await lookFromHere(cache, wanted(origin.url));
    assert.deepEqual([size, validators.etag, unreached], [5, '"one"', undefined]);
  });

  it('is no failure where this machine is refused or finds nobody', async () => {
    const origin = await Origin.start(Buffer.from('bytes'));
    origin.intercept = (_seen, response) => {
      response.writeHead(403).end();
      return true;
    };
    const { cache } = await cacheInFolder();
    const refused = await lookFromHere(cache, wanted(origin.url));
    assert.deepEqual([refused.unreached?.status, refused.size, refused.network], [403, undefined, 'loopback']);
    const nobody = await lookFromHere(cache, wanted('http://127.0.0.1:1/disk.img'));
    assert.equal(nobody.unreached?.code, 'connection-refused');
  });

  it('refuses an address that nobody should fetch from', async () => {
    const { cache } = await cacheInFolder();
    await assert.rejects(lookFromHere(cache, wanted('http://169.254.169.254/latest')), (error) =>
      Failure.is(error, 'source-address-refused'),
    );
  });
});

describe('an inspection of a source that somebody else fetches', () => {
  afterEach(closeAll);

  const overlay = header(
    200_000,
    [0, 'QFI\xfb'],
    [4, { be32: 3 }],
    [8, { be64: 150_000n }],
    [16, { be32: 5 }],
    [20, { be32: 16 }],
    [24, { be64: 1n << 20n }],
    [150_000, 'a.raw'],
  );

  /** Serves parts, as far as the origin lets it. */
  function inParts(origin: Origin): void {
    origin.intercept = ({ headers }, response) => {
      const [, from = 0, to = 0] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')?.map(Number) ?? [];
      const part = origin.body.subarray(from, to + 1);
      origin.bytesSent += part.length;
      const end = from + part.length - 1;
      response.writeHead(206, { 'content-range': `bytes ${from}-${end}/${origin.body.length}` }).end(part);
      return true;
    };
  }

  it('reads only the parts that it needs', async () => {
    const origin = await Origin.start(Buffer.concat([overlay, Buffer.alloc(1_000_000)]));
    inParts(origin);
    const found = await inspectFromHere(http(), wanted(origin.url));
    assert.deepEqual(
      found?.formats.map(({ format, flaws }) => [format, flaws[0]?.code]),
      [['qcow2', 'source-backing-file']],
    );
    assert.ok(origin.bytesSent < 300_000, `${origin.bytesSent} bytes`);
  });

  it('finds the format but no flaws where the server has no parts, or does not tell the size', async () => {
    const whole = await Origin.start(overlay);
    const chunked = await Origin.start(overlay);
    chunked.intercept = (_, response) => {
      response.write(overlay);
      response.end();
      return true;
    };
    for (const { url } of [whole, chunked]) {
      const found = await inspectFromHere(http(), wanted(url));
      assert.deepEqual(
        found?.formats.map(({ format, flaws }) => [format, flaws]),
        [['qcow2', []]],
      );
    }
  });

  it('takes the bytes as they are sent, as Glance does', async () => {
    const origin = await Origin.start(gzipSync(overlay));
    origin.intercept = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': origin.body.length }).end(origin.body);
      return true;
    };
    assert.equal((await inspectFromHere(http(), wanted(origin.url)))?.wrapping, 'gzip');
  });

  it('says nothing where this machine is refused or finds nobody', async () => {
    assert.equal(await inspectFromHere(http(), wanted('http://127.0.0.1:1/disk.img')), undefined);
  });
});
