import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { Failure } from '../../../../src/core/failure.ts';
import { detectCompression, limitsFor, type Compression } from '../../../../src/core/source/decompress/compression.ts';
import { WorkerDecompressor } from '../../../../src/node/workers/decompress-workers.ts';
import { failsWith } from '../../core/http/surroundings.ts';
import { BZ2, CONTENT, XZ, XZ_SHA256 } from '../compressed-samples.ts';

const SAMPLES: readonly (readonly [Compression, Buffer])[] = [
  ['gz', gzipSync(CONTENT)],
  ['zst', zstdCompressSync(CONTENT, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
  ['xz', XZ],
  ['bz2', BZ2],
];
const LIMITS = { byRatio: 2 ** 30, byRoom: 2 ** 30 };

describe('decompressing', () => {
  let folder = '';
  const decompressor = new WorkerDecompressor();

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'glance-images-decompress-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function decompress(bytes: Buffer, compression: Compression, more: object = {}): Promise<Buffer> {
    const input = join(folder, 'input');
    const output = join(folder, 'output');
    await writeFile(input, bytes);
    const task = { input, output, compression, limits: LIMITS, signal: undefined, onProgress: () => undefined };
    const written = await decompressor.decompress({ ...task, ...more });
    const result = await readFile(output);
    assert.equal(written, result.length);
    return result;
  }

  for (const [compression, bytes] of SAMPLES) {
    it(`${compression} gives the content back`, async () => {
      assert.equal(detectCompression(bytes), compression);
      assert.ok((await decompress(bytes, compression)).equals(CONTENT));
    });

    it(`${compression} takes every part of a file of several`, async () => {
      const twice = Buffer.concat([CONTENT, CONTENT]);
      assert.ok((await decompress(Buffer.concat([bytes, bytes]), compression)).equals(twice));
    });

    for (const kept of [0.3, 0.99]) {
      it(`${compression} that is cut after ${kept * 100} % is an error`, async () => {
        const cut = bytes.subarray(0, Math.floor(bytes.length * kept));
        await assert.rejects(decompress(cut, compression), failsWith('source-corrupt'));
      });
    }

    it(`${compression} that lacks its last byte is an error`, async () => {
      await assert.rejects(decompress(bytes.subarray(0, -1), compression), failsWith('source-corrupt'));
    });

    it(`${compression} that is damaged is an error`, async () => {
      const damaged = Buffer.from(bytes);
      const middle = Math.floor(bytes.length / 2);
      damaged.writeUInt8(damaged.readUInt8(middle) ^ 0x55, middle);
      await assert.rejects(decompress(damaged, compression), failsWith('source-corrupt'));
    });

    it(`${compression} stops at the limits`, async () => {
      const byRatio = { ...LIMITS, byRatio: 1000 };
      await assert.rejects(decompress(bytes, compression, { limits: byRatio }), failsWith('decompression-bomb'));
      const byRoom = { ...LIMITS, byRoom: 1000 };
      await assert.rejects(decompress(bytes, compression, { limits: byRoom }), failsWith('cache-full'));
    });
  }

  it('says what is not supported', async () => {
    await assert.rejects(decompress(XZ_SHA256, 'xz'), (error) => {
      assert.ok(Failure.is(error, 'compression-unsupported'));
      assert.match(error.explain(), /uses an option .* that is not supported here\. Decompress it with "xz"/);
      return true;
    });
    // A frame that wants 4 GiB of memory.
    await assert.rejects(
      decompress(Buffer.from('28b52ffd00b0010000', 'hex'), 'zst'),
      failsWith('compression-unsupported'),
    );
  });

  it('takes windows of "zstd --long=31"', async () => {
    const frame = Buffer.from('28b52ffd00a8190000616263', 'hex');
    assert.equal((await decompress(frame, 'zst')).toString(), 'abc');
  });

  it('passes over padding behind and between the streams of bzip2', async () => {
    const padding = Buffer.alloc(10_240);
    const padded = Buffer.concat([BZ2, padding, BZ2, padding]);
    assert.ok((await decompress(padded, 'bz2')).equals(Buffer.concat([CONTENT, CONTENT])));
  });

  it('can be cancelled', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(decompress(XZ, 'xz', { signal }), { name: 'AbortError' });
  });
});

describe('what tells compression', () => {
  it('is the content', () => {
    for (const [head, expected] of [
      ['BZh91AY&SY', 'bz2'],
      ['BZh9 is a text', undefined],
      ['QFI\xfb', undefined],
      ['\x51\x2a\x4d\x18\x00', 'zst'],
      ['', undefined],
    ] as const)
      assert.equal(detectCompression(Buffer.from(head, 'latin1')), expected, head);
  });

  it('limits what comes out by ratio and room, small files by room only', () => {
    assert.deepEqual(limitsFor(10, 1000), { byRatio: 1024 ** 3, byRoom: 900 });
    assert.deepEqual(limitsFor(1024 ** 3, 10 * 1024 ** 4).byRatio, 1000 * 1024 ** 3);
  });
});
