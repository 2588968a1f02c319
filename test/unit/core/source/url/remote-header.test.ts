import assert from 'node:assert/strict';
import { silentLog } from '../../../silent-log.ts';
import { describeUrl } from '../../../../../src/core/source/describe-source.ts';
import { inspect } from '../../../../../src/core/source/inspection/inspect.ts';
import { checksumAddresses, findChecksumBeside } from '../../../../../src/core/source/url/checksum-beside.ts';
import { RemoteHeader } from '../../../../../src/core/source/url/remote-header.ts';
import { closeAll, failsWith, http, kept } from '../../http/surroundings.ts';
import { serve, type TestServer } from '../../http/test-server.ts';
import { digest } from './origin.ts';

afterEach(closeAll);

const MEBIBYTE = 1024 ** 2;

/** A qcow2 of version 3 for a disk of 3 GiB, in a file of this length. */
function qcow2(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.write('QFI\xfb', 'latin1');
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(16, 20);
  bytes.writeBigUInt64BE(3n * 1024n ** 3n, 24);
  bytes.writeUInt32BE(104, 100);
  return bytes;
}

/** A server of files, with or without ranges. */
async function mirror(
  files: Readonly<Record<string, Buffer | string | undefined>>,
  ranges = true,
): Promise<TestServer> {
  return kept(
    await serve((seen, response) => {
      const file = files[seen.path.replace(/\?.*/, '')];
      if (file === undefined) return response.writeHead(404).end();
      const body = Buffer.from(file);
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(seen.headers.range ?? '') ?? [];
      if (!ranges || from === undefined) return response.writeHead(200, { 'content-length': body.length }).end(body);
      if (Number(from) >= body.length)
        return response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
      const part = body.subarray(Number(from), Number(to) + 1);
      const range = `bytes ${from}-${Number(from) + part.length - 1}/${body.length}`;
      return response.writeHead(206, { 'content-range': range, 'content-length': part.length }).end(part);
    }),
  );
}

const request = (url: string): { url: string; stallTimeout: number; signal: undefined } => ({
  url,
  stallTimeout: 60_000,
  signal: undefined,
});

describe('a file at a URL that is looked at', () => {
  it('is told by its content, from a few stretches', async () => {
    const server = await mirror({ '/disk.img': qcow2(8 * MEBIBYTE) });
    const header = await RemoteHeader.open(http(), request(`${server.url}/disk.img`));
    assert.equal(header.size, 8 * MEBIBYTE);
    const { formats } = await inspect(header, header.size);
    assert.deepEqual(
      formats.map(({ format, virtualSize }) => [format, virtualSize]),
      [['qcow2', 3 * 1024 ** 3]],
    );
    assert.ok(server.seen.length <= 5, String(server.seen.length));
    for (const { headers } of server.seen) assert.match(headers.range ?? '', /^bytes=\d+-\d+$/);
  });

  it('is told by its beginning where the server gives no ranges', async () => {
    const server = await mirror({ '/disk.img': qcow2(MEBIBYTE) }, false);
    const header = await RemoteHeader.open(http(), request(`${server.url}/disk.img`));
    const { formats } = await inspect(header, header.size ?? 0);
    assert.deepEqual([header.size, formats[0]?.format, server.seen.length], [MEBIBYTE, 'qcow2', 1]);
  });

  it('may be empty, and must be there', async () => {
    const server = await mirror({ '/empty': '' });
    assert.equal((await RemoteHeader.open(http(), request(`${server.url}/empty`))).size, 0);
    await assert.rejects(RemoteHeader.open(http(), request(`${server.url}/gone`)), failsWith('source-not-found'));
  });
});

describe('the checksum beside a URL', () => {
  const disk = qcow2(4096);
  const sha256 = digest('sha256', disk);
  const sha512 = digest('sha512', disk);

  it('is that of the strongest file that names it', async () => {
    const server = await mirror({
      '/noble/disk.img': disk,
      '/noble/SHA256SUMS': `${sha256} *disk.img\n`,
      '/noble/SHA512SUMS': `${digest('sha512', Buffer.from('x'))}  other.img\n`,
    });
    const { published, size } = await describeUrl(http(), request(`${server.url}/noble/disk.img?x=1`), silentLog);
    assert.equal(size, 4096);
    assert.deepEqual(published, {
      url: `${server.url}/noble/SHA256SUMS`,
      checksum: { algorithm: 'sha256', hex: sha256 },
    });
  });

  it('may stand in a file of its own, or in one of several algorithms', async () => {
    const server = await mirror({
      '/a/disk.img.sha512': `${sha512}\n`,
      '/b/CHECKSUM': `SHA256 (disk.img) = ${sha256}\n`,
    });
    const beside = async (folder: string): Promise<string | undefined> =>
      (await findChecksumBeside(http(), request(`${server.url}/${folder}/disk.img`), { log: silentLog }))?.checksum.hex;
    assert.deepEqual([await beside('a'), await beside('b'), await beside('c')], [sha512, sha256, undefined]);
  });

  it('of one algorithm is looked for there first, and no other one is taken', async () => {
    const server = await mirror({ '/SHA512SUMS': `${sha512}  disk.img`, '/SHA256SUMS': `${sha256}  disk.img` });
    const options = { wanted: 'sha256', log: silentLog } as const;
    const found = await findChecksumBeside(http(), request(`${server.url}/disk.img`), options);
    assert.deepEqual([found?.checksum.algorithm, server.seen.length], ['sha256', 1]);
    assert.equal(
      await findChecksumBeside(http(), request(`${server.url}/disk.img`), { wanted: 'md5', log: silentLog }),
      undefined,
    );
  });

  it('is looked for without the query of the address', () => {
    const [first] = checksumAddresses('https://example.org/a/b.img?token=secret');
    assert.equal(first, 'https://example.org/a/SHA512SUMS');
  });
});
