import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Compression } from '../../src/core/source/decompress/compression.ts';
import type { DecompressWork, FromDecompressWorker } from '../../src/node/workers/decompress-workers.ts';
import { unpackedVsix } from '../host/vsix.ts';
import { LOWEST_NODE, lowestNode } from './lowest-node.ts';

/** What all samples hold. */
const CONTENT = Buffer.from(Array.from({ length: 8000 }, (_, index) => `line ${index} of an image\n`).join(''));

/** Of `bzip2` and `xz`, which Node can't make: with the options that their names say, `--x86` for the filter. */
const sample = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'samples', name));
const zstd = (level: number, checksum = 1): Buffer =>
  zstdCompressSync(CONTENT, {
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: checksum },
  });
/** Four bytes that a zstd decoder has to skip. */
const SKIPPED = Buffer.from('502a4d180400000001020304', 'hex');

const WHOLE: readonly (readonly [string, Compression, Buffer])[] = [
  ['gzip -1', 'gz', gzipSync(CONTENT, { level: 1 })],
  ['gzip -9', 'gz', gzipSync(CONTENT, { level: 9 })],
  ['bzip2 -1, several blocks', 'bz2', sample('level-1.bz2')],
  ['bzip2 -9', 'bz2', sample('level-9.bz2')],
  ['xz -0 --check=none', 'xz', sample('level-0-unchecked.xz')],
  ['xz -9e --check=crc32', 'xz', sample('level-9-crc32.xz')],
  ['xz with several blocks', 'xz', sample('blocks-crc64.xz')],
  ['zstd -1', 'zst', zstd(1)],
  ['zstd -19', 'zst', zstd(19)],
  ['zstd without a checksum, after a skipped frame', 'zst', Buffer.concat([SKIPPED, zstd(3, 0)])],
];

const NODES: readonly (readonly [string, () => string | Promise<string>])[] = [
  ["the tests' Node", () => process.execPath],
  [`Node ${LOWEST_NODE}`, lowestNode],
];

for (const [nodeName, program] of NODES) {
  describe(`the decompressing worker that ships, on ${nodeName}`, () => {
    let node = '';
    let folder = '';

    before(async function () {
      this.timeout(300_000);
      node = await program();
      folder = mkdtempSync(join(tmpdir(), 'glance-images-decompress-'));
    });

    after(() => rmSync(folder, { recursive: true, force: true }));

    /** What the worker says in the end. Whatever Node warns of is a failure. */
    function said(bytes: Buffer, compression: Compression, limits: object | null = LIMITS): FromDecompressWorker {
      const work = { input: join(folder, 'input'), output: join(folder, 'output'), compression, limits };
      writeFileSync(work.input, bytes);
      rmSync(work.output, { force: true });
      const worker = join(unpackedVsix(), 'dist', 'decompress-worker.cjs');
      const starter = join(import.meta.dirname, 'decompress.cjs');
      const run = spawnSync(node, [starter, worker, JSON.stringify(work)], { encoding: 'utf8' });
      assert.equal(run.stderr, '');
      return JSON.parse(run.stdout) as FromDecompressWorker;
    }

    for (const [name, compression, bytes] of WHOLE) {
      it(`gives back what ${name} packed, once and twice`, () => {
        assert.deepEqual(said(bytes, compression), { type: 'done', written: CONTENT.length });
        assert.ok(readFileSync(join(folder, 'output')).equals(CONTENT));
        const twice = Buffer.concat([bytes, bytes]);
        assert.deepEqual(said(twice, compression), { type: 'done', written: 2 * CONTENT.length });
      });

      it(`calls what ${name} packed corrupt where a part is missing or wrong`, () => {
        const wrong = Buffer.from(bytes);
        const middle = Math.floor(bytes.length / 2);
        wrong.writeUInt8(wrong.readUInt8(middle) ^ 0x55, middle);
        // Without a checksum it may pass for whole.
        const damaged = /check=none|without a checksum/.test(name) ? [] : [wrong];
        for (const broken of [bytes.subarray(0, -1), bytes.subarray(0, middle), ...damaged])
          assert.equal(whyOf(said(broken, compression)), 'corrupt');
      });
    }

    it('says of a file that is whole, but not for it, that it is not supported', () => {
      assert.equal(whyOf(said(sample('filter-refused.xz'), 'xz')), 'unsupported');
      assert.equal(whyOf(said(sample('sha256-refused.xz'), 'xz')), 'unsupported');
    });

    it('decompresses what looks back by 2 GiB, as zstd --long=31 writes it', () => {
      const empty = Buffer.from('28b52ffd00a8010000', 'hex');
      assert.deepEqual(said(empty, 'zst'), { type: 'done', written: 0 });
    });

    it('blames no file for a fault of its own', () => {
      for (const [, compression, bytes] of WHOLE) assert.equal(whyOf(said(bytes, compression, null)), 'fault');
    });
  });
}

const LIMITS: DecompressWork['limits'] = { byRatio: 2 ** 30, byRoom: 2 ** 30 };

function whyOf(message: FromDecompressWorker): string {
  return message.type === 'failed' ? message.why : message.type;
}
