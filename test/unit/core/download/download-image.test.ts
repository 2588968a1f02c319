import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  type DownloadTarget,
  downloadImage,
  type DownloadResult,
} from '../../../../src/core/download/download-image.ts';
import { parseImage } from '../../../../src/core/glance/image-parser.ts';
import { WorkerDigests } from '../../../../src/node/workers/digest-workers.ts';
import { afterTest, closeAll, failsWith } from '../http/surroundings.ts';

const ID = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const bytes = Buffer.alloc(300_000, 'image ');
const MD5 = createHash('md5').update(bytes).digest('hex');

/** A target in memory. */
class MemoryTarget implements DownloadTarget {
  readonly path = '/got.raw';
  held: Buffer = Buffer.alloc(0);
  published = false;
  readonly partial = {
    size: 0,
    birth: '1',
    read: (buffer: Uint8Array, position: number) => Promise.resolve(this.held.copy(buffer, 0, position)),
    write: (piece: Uint8Array, position: number) => {
      this.held = Buffer.concat([this.held.subarray(0, position), piece]);
      return Promise.resolve();
    },
    truncate: (size: number) => {
      this.held = this.held.subarray(0, size);
      return Promise.resolve();
    },
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  publish(): Promise<void> {
    this.published = true;
    return Promise.resolve();
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Downloads all the bytes of an image of which the cloud says this. */
async function download(target: MemoryTarget, said: object): Promise<DownloadResult> {
  const workers = new WorkerDigests();
  afterTest(() => workers.dispose());
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  };
  const answer = { start: 0, length: bytes.length, requestId: 'req-1', destroy: () => undefined };
  return downloadImage(parseImage({ id: ID, status: 'active', size: bytes.length, ...said }), target, {
    images: { download: () => Promise.resolve({ ...answer, content: content() }) },
    workers,
    pause: () => Promise.resolve(),
    onProgress: () => undefined,
    signal: undefined,
  });
}

afterEach(closeAll);

describe('a download of which the cloud says', () => {
  it('a digest of an algorithm that nobody knows, and no MD5, is not verified', async () => {
    const target = new MemoryTarget();
    const said = { checksum: null, os_hash_algo: 'whirlpool9', os_hash_value: 'a'.repeat(64) };
    const { verdict, verified } = await download(target, said);
    assert.deepEqual([verdict, verified], ['unverified', { size: true, md5: null, multihash: null }]);
    assert.ok(target.published && target.held.equals(bytes));
  });

  it('a multihash that differs keeps nothing, though the MD5 agrees', async () => {
    const target = new MemoryTarget();
    const said = { checksum: MD5, os_hash_algo: 'sha256', os_hash_value: 'a'.repeat(64) };
    await assert.rejects(download(target, said), failsWith('checksum-mismatch'));
    assert.deepEqual([target.published, target.held.length], [false, 0]);
  });
});
