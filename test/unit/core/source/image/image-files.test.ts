import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { parseImage } from '../../../../../src/core/glance/image-parser.ts';
import type { ImageDownload } from '../../../../../src/core/glance/client/image-download.ts';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import { FilesAndImages } from '../../../../../src/core/source/image/image-files.ts';
import { imagePath, readImagePath, sourceInWords } from '../../../../../src/core/source/image/image-path.ts';
import type { OpenSource, SourceFiles } from '../../../../../src/core/source/ports.ts';

const id = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
const place = { cloud: 'a', region: 'R', origin: '/clouds.yaml' };
const path = imagePath({ place, id });
const data = Buffer.from('0123456789abcdef');

/** How one answer goes: fails, or ends after so many bytes. */
type Answer = { readonly fails: Failure } | { readonly endsAfter: number } | undefined;

/** A region with one image; notes the beginning of each request for its data, and how many answers are open. */
class Region {
  readonly starts: number[] = [];
  open = 0;
  answers: Answer[] = [];
  image: LiveImage | undefined = parseImage({ id, status: 'active', size: data.length, checksum: 'c'.repeat(32) });

  get(): Promise<LiveImage> {
    if (this.image === undefined) return Promise.reject(new Failure('image-not-found', 'It is gone.'));
    return Promise.resolve(this.image);
  }

  download(_id: string, start: number): Promise<ImageDownload> {
    this.starts.push(start);
    const how = this.answers.shift();
    if (how !== undefined && 'fails' in how) return Promise.reject(how.fails);
    const bytes = data.subarray(start, how === undefined ? data.length : start + how.endsAfter);
    this.open += 1;
    let isOpen = true;
    const destroy = (): void => {
      this.open -= isOpen ? 1 : 0;
      isOpen = false;
    };
    const content = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 3) yield await Promise.resolve(bytes.subarray(at, at + 3));
      if (how !== undefined) throw new Failure('connection-lost', 'The connection broke.');
    };
    return Promise.resolve({ start, length: data.length - start, requestId: 'r', content: content(), destroy });
  }
}

function filesOf(region: Region): SourceFiles {
  const none: SourceFiles = {
    identify: () => Promise.reject(new Failure('source-missing', 'No file.')),
    open: () => Promise.reject(new Failure('source-missing', 'No file.')),
  };
  return new FilesAndImages(none, { images: () => Promise.resolve(region), pause: () => Promise.resolve() });
}

async function readAll(source: OpenSource, from = 0): Promise<string> {
  const whole = Buffer.alloc(data.length - from);
  for (let filled = 0; filled < whole.length;)
    filled += await source.read(whole.subarray(filled, filled + 4), from + filled);
  return whole.toString();
}

describe('an image that is read as if it were a file', () => {
  it('has a path that no file has, and that words can name', () => {
    assert.deepEqual(readImagePath(path), { place, id });
    assert.equal(sourceInWords(path), `image ${id} in a/R`);
    assert.equal(sourceInWords('/x.img'), 'file "/x.img"');
    for (const other of ['/x.img', 'glance-image:', 'glance-image:{}', 'glance-image:["a"]'])
      assert.equal(readImagePath(other), undefined);
  });

  it('is read by one request, whose connection is closed with it', async () => {
    const region = new Region();
    const source = await filesOf(region).open(path);
    assert.equal(await readAll(source), data.toString());
    assert.deepEqual([region.starts, region.open], [[0], 1]);
    await source.close();
    assert.equal(region.open, 0);
  });

  it('is read by a request for each reader that is elsewhere', async () => {
    const region = new Region();
    const source = await filesOf(region).open(path);
    const both = await Promise.all([readAll(source), readAll(source, 4)]);
    assert.deepEqual(both, [data.toString(), data.subarray(4).toString()]);
    assert.deepEqual(region.starts, [0, 4]);
    await source.close();
    assert.equal(region.open, 0);
  });

  it('goes on where its connection broke, and gives up after three attempts without a byte', async () => {
    const region = new Region();
    region.answers = [{ endsAfter: 6 }, { fails: new Failure('timeout', 'Too slow.') }];
    const source = await filesOf(region).open(path);
    assert.equal(await readAll(source), data.toString());
    assert.deepEqual(region.starts, [0, 6, 6]);
    region.answers = [1, 2, 3].map(() => ({ fails: new Failure('timeout', 'Too slow.') }));
    await assert.rejects(source.read(new Uint8Array(4), 2), { code: 'timeout' });
    region.answers = [{ fails: new Failure('forbidden', 'No.') }];
    await assert.rejects(source.read(new Uint8Array(4), 2), { code: 'forbidden' });
  });

  it('is another source once its digests or its status are others, or it is gone', async () => {
    const region = new Region();
    const source = await filesOf(region).open(path);
    assert.deepEqual(await source.identify(), source.identity);
    region.image = parseImage({ id, status: 'deactivated', size: data.length, checksum: 'c'.repeat(32) });
    assert.notEqual((await source.identify()).modified, source.identity.modified);
    region.image = undefined;
    assert.notEqual((await source.identify()).modified, source.identity.modified);
    await assert.rejects(filesOf(region).open(path), { code: 'image-not-found' });
  });

  it('leaves no connection open that comes after it was closed', async () => {
    const region = new Region();
    const source = await filesOf(region).open(path);
    const reading = source.read(new Uint8Array(4), 0);
    await source.close();
    await assert.rejects(reading);
    assert.equal(region.open, 0);
  });

  it('is beside files, which are read as before', async () => {
    await assert.rejects(filesOf(new Region()).open('/x.img'), { code: 'source-missing' });
    await assert.rejects(filesOf(new Region()).identify('/x.img'), { code: 'source-missing' });
  });
});
