import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { findChecksumBeside } from '../../../../../src/core/source/url/checksum-beside.ts';
import { ask } from '../../../../../src/core/source/url/follow.ts';
import { RemoteHeader } from '../../../../../src/core/source/url/remote-header.ts';
import { silentLog } from '../../../silent-log.ts';
import { closeAll, failsWith, http, kept } from '../../http/surroundings.ts';
import { serve, type TestServer } from '../../http/test-server.ts';
import { cacheInFolder, digest, nothing, wanted } from './origin.ts';

const BODY = randomBytes(200_000);
const request = (url: string, decompress?: boolean) => ({
  url,
  headers: {},
  stallTimeout: 60_000,
  signal: undefined,
  ...(decompress === undefined ? {} : { decompress }),
});

/** A server of stored bytes that labels them, whatever was asked for, and knows ranges of the stored bytes. */
async function storing(stored: Buffer, headers: Readonly<Record<string, string>>): Promise<TestServer> {
  return kept(
    await serve((seen, response) => {
      const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(seen.headers.range ?? '') ?? [];
      if (start === undefined) {
        response.writeHead(200, { etag: '"one"', 'content-length': stored.length, ...headers }).end(stored);
        return;
      }
      const part = stored.subarray(Number(start), end === '' ? undefined : Number(end) + 1);
      const range = `bytes ${start}-${Number(start) + part.length - 1}/${stored.length}`;
      response.writeHead(206, { etag: '"one"', 'content-range': range, ...headers }).end(part);
    }),
  );
}

async function bodyOf(url: string, decompress?: boolean): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const { content } = await ask(http(), request(url, decompress));
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

afterEach(closeAll);

describe('a source with a content encoding', () => {
  const stored: readonly (readonly [coding: string, bytes: Buffer])[] = [
    ['gzip', gzipSync(BODY)],
    ['X-GZIP', gzipSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['zstd', zstdCompressSync(BODY)],
    ['deflate, gzip', gzipSync(deflateSync(BODY))],
    ['aws-chunked,gzip', gzipSync(BODY)],
    ['identity', BODY],
    ['aws-chunked', BODY],
  ];
  for (const [coding, bytes] of stored) {
    it(`is the file itself: ${coding}`, async () => {
      const server = await storing(bytes, { 'content-encoding': coding });
      assert.deepEqual(await bodyOf(`${server.url}/disk.qcow2`), BODY);
    });
  }

  it('can be verified by the digest of the file, and is not taken for as short as what is sent', async () => {
    const zeros = Buffer.alloc(1_000_000);
    const server = await storing(gzipSync(zeros), { 'content-encoding': 'gzip' });
    const { cache } = await cacheInFolder();
    const url = `${server.url}/disk.qcow2`;
    assert.equal((await cache.look(wanted(url))).size, undefined);
    const checksum = { algorithm: 'sha256', hex: digest('sha256', zeros) } as const;
    const { path, size } = await cache.fetch(wanted(url, { checksum }), nothing);
    assert.deepEqual([await readFile(path), size], [zeros, zeros.length]);
  });

  it('is begun anew where a connection broke: its parts are no parts of the file', async () => {
    const bytes = gzipSync(BODY);
    let request = 0;
    const server = kept(
      await serve((seen, response) => {
        request += 1;
        const headers = { etag: '"one"', 'content-encoding': 'gzip', 'content-length': bytes.length };
        if (request === 1)
          return void response.writeHead(200, headers).write(bytes.subarray(0, 150_000), () => response.destroy());
        if (seen.headers.range === undefined) return void response.writeHead(200, headers).end(bytes);
        response.writeHead(206, { ...headers, 'content-range': `bytes 1-2/${bytes.length}`, 'content-length': 2 });
        response.end('xx');
      }),
    );
    const { cache } = await cacheInFolder();
    const { path } = await cache.fetch(wanted(`${server.url}/disk.qcow2`), nothing);
    assert.deepEqual(await readFile(path), BODY);
  });

  it('is inspected by its own bytes, not by those on the wire', async () => {
    const server = await storing(gzipSync(BODY), { 'content-encoding': 'gzip' });
    const header = await RemoteHeader.open(http(), request(`${server.url}/disk.qcow2`));
    const start = Buffer.alloc(1000);
    assert.equal(await header.read(start, 0), 1000);
    assert.deepEqual([start, header.size], [BODY.subarray(0, 1000), undefined]);
  });

  it('is left as it is where the file itself has that form, and where the definition decompresses it', async () => {
    const bytes = gzipSync(BODY);
    const labelled = await storing(bytes, { 'content-encoding': 'x-gzip' });
    assert.deepEqual(await bodyOf(`${labelled.url}/disk.raw.gz?x`), bytes);
    assert.deepEqual(await bodyOf(`${labelled.url}/disk.raw`, true), bytes);
    const typed = await storing(bytes, { 'content-encoding': 'gzip', 'content-type': 'application/gzip' });
    assert.deepEqual(await bodyOf(`${typed.url}/latest`), bytes);
  });

  it('is a failure of the source where the label is wrong', async () => {
    const server = await storing(BODY, { 'content-encoding': 'gzip' });
    await assert.rejects(bodyOf(`${server.url}/disk.qcow2`), failsWith('source-failed'));
  });

  it('does not hide what a checksum file says', async () => {
    const list = `${digest('sha256', BODY)}  disk.img\n`;
    const server = kept(
      await serve(({ path }, response) => {
        if (path !== '/SHA256SUMS') return void response.writeHead(404).end();
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(list));
      }),
    );
    const beside = await findChecksumBeside(http(), request(`${server.url}/disk.img`, true), { log: silentLog });
    assert.equal(beside?.checksum.hex, digest('sha256', BODY));
  });
});
