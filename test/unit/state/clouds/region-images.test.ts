import assert from 'node:assert/strict';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { RegionImages } from '../../../../src/state/clouds/region-images.ts';
import { liveImage } from '../live-image.ts';

const names = (images: RegionImages): (string | null)[] => images.images.map(({ name }) => name);

async function* pages(...lists: readonly (readonly string[])[]): AsyncGenerator<readonly LiveImage[]> {
  for (const list of lists) {
    await Promise.resolve();
    yield list.map((name) => liveImage(`id-${name}`, name));
  }
}

describe('RegionImages', () => {
  it('adds page after page and knows the end after a short page', async () => {
    const images = new RegionImages(() => pages(['a', 'b'], ['c']), 2);
    await images.loadNext();
    assert.deepEqual(names(images), ['a', 'b']);
    assert.equal(images.hasMore, true);
    await images.loadNext();
    assert.deepEqual(names(images), ['a', 'b', 'c']);
    assert.equal(images.hasMore, false);
  });

  it('takes no empty page for more', async () => {
    const images = new RegionImages(() => pages([], ['a'], [], []), 2);
    await images.loadNext();
    assert.deepEqual(names(images), ['a']);
    assert.equal(images.hasMore, false);
  });

  it('offers no further page where a listing ends with short ones, as one of hidden images', async () => {
    const images = new RegionImages(() => pages(['a', 'b'], ['hidden']), 9);
    await images.loadNext();
    assert.deepEqual(names(images), ['a', 'b', 'hidden']);
    assert.equal(images.hasMore, false);
  });

  it('loads one page however often it is asked while that page is under way', async () => {
    const images = new RegionImages(() => pages(['a'], ['b'], ['c'], ['d']), 1);
    await images.loadNext();
    await Promise.all([images.loadNext(), images.loadNext(), images.loadNext()]);
    assert.deepEqual(names(images), ['a', 'b']);
  });

  it('tells when the page that was fetched ahead turns out to be none', async () => {
    const answer = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<undefined>();
    async function* slow(): AsyncGenerator<readonly LiveImage[]> {
      yield [liveImage('1', 'a')];
      await answer.promise;
    }
    const images = new RegionImages(
      () => slow(),
      1,
      () => ended.resolve(undefined),
    );
    await images.loadNext();
    assert.equal(images.hasMore, true);
    answer.resolve(undefined);
    await ended.promise;
    assert.equal(images.hasMore, false);
  });

  it('keeps what it has when a later page fails, and passes the error to who asked for that page', async () => {
    async function* breaking(): AsyncGenerator<readonly LiveImage[]> {
      yield [liveImage('1', 'a')];
      await Promise.resolve();
      throw new Error('502');
    }
    const images = new RegionImages(() => breaking(), 1);
    await images.loadNext();
    await assert.rejects(images.loadNext(), /502/);
    assert.deepEqual(names(images), ['a']);
  });

  it('puts a new image at its place by name and a changed one where it was', async () => {
    const images = new RegionImages(() => pages(['a', 'c']), 9);
    await images.loadNext();
    images.put(liveImage('new', 'b'));
    images.put(liveImage('id-c', 'c', { status: 'deactivated' }));
    images.put(liveImage('id-a', 'z'));
    assert.deepEqual(names(images), ['b', 'c', 'z']);
    assert.equal(images.images[1]?.status, 'deactivated');
  });

  it('does not bring a deleted image back with a page that was on its way', async () => {
    const images = new RegionImages(() => pages(['a'], ['b', 'c']), 1);
    await images.loadNext();
    images.remove('id-b');
    await images.loadNext();
    assert.deepEqual(names(images), ['a', 'c']);
  });

  it('aborts what is under way when it is disposed', async () => {
    const seen: AbortSignal[] = [];
    const images = new RegionImages((signal) => {
      seen.push(signal);
      return pages(['a']);
    }, 1);
    await images.loadNext();
    images.dispose();
    assert.equal(seen[0]?.aborted, true);
  });
});
