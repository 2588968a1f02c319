import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { cachedSources, clearCache } from '../../../../../src/core/source/url/cache-contents.ts';
import { cacheFileName, partialName } from '../../../../../src/core/source/url/cache-entry.ts';
import { LocalCacheFolder } from '../../../../../src/node/files/cache-folder.ts';
import { closeAll } from '../../http/surroundings.ts';
import { cacheInFolder, nothing, Origin, wanted } from './origin.ts';

afterEach(closeAll);

describe('the contents of a cache', () => {
  it('are our downloads, whole or cut; what others put there is neither shown nor removed', async () => {
    const origin = await Origin.start(randomBytes(5000));
    const { cache, folder } = await cacheInFolder();
    const url = `${origin.url}?token=secret`;
    await cache.fetch(wanted(url), nothing);
    const foreign = folder.pathOf(cacheFileName('https://elsewhere.example/'));
    await writeFile(foreign, 'of Terraform');
    await writeFile(folder.pathOf(partialName(cacheFileName('https://cut.example/'))), 'cut');
    const found = await cachedSources(folder);
    assert.deepEqual(
      found.map(({ size, source }) => [size, source]),
      [
        [5000, origin.url],
        [3, undefined],
      ],
    );
    const { removed, busy } = await clearCache(folder);
    assert.deepEqual([removed.length, busy.length], [2, 0]);
    assert.deepEqual(
      (await folder.list()).map(({ name }) => folder.pathOf(name)),
      [foreign],
    );
  });

  it('that an apply is at work on stay', async () => {
    const origin = await Origin.start(randomBytes(5000));
    const { cache, folder } = await cacheInFolder();
    const { path } = await cache.fetch(wanted(origin.url), nothing);
    const { removed, busy } = await folder.locked(cacheFileName(origin.url), undefined, () => clearCache(folder));
    assert.deepEqual([removed.length, busy.map((each) => each.path)], [0, [path]]);
  });

  it('of a folder that is not there are none', async () => {
    const { folder } = await cacheInFolder();
    assert.deepEqual(await cachedSources(new LocalCacheFolder(folder.pathOf('nowhere'))), []);
  });
});
