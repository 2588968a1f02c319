import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSPECTION_VERSION } from '../../../../src/core/source/inspection/inspection.ts';
import { FileDigestCache, FileInspectionCache } from '../../../../src/node/records/file-caches.ts';
import { LocalSourceFiles } from '../../../../src/node/files/source-files.ts';
import { asNobody } from '../nobody.ts';

const ignore = (): void => undefined;

describe('source files', () => {
  const files = new LocalSourceFiles();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-'));
  });

  afterEach(async () => rm(folder, { recursive: true }));

  it('refuses what is missing, a folder, a FIFO and a broken link, by name', async () => {
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await symlink(join(folder, 'nowhere'), join(folder, 'broken'));
    await assert.rejects(files.identify(join(folder, 'missing')), { code: 'source-missing', message: /missing/ });
    await assert.rejects(files.open(folder), { code: 'source-not-a-file', message: /a folder/ });
    await assert.rejects(files.open(join(folder, 'fifo')), { code: 'source-not-a-file' });
    await assert.rejects(files.open(join(folder, 'broken')), { code: 'source-missing' });
  });

  it('says of a file that it may not read that it can’t', async () => {
    const path = join(folder, 'image');
    await writeFile(path, 'abc', { mode: 0o000 });
    await chmod(folder, 0o755);
    await asNobody(() =>
      assert.rejects(files.open(path), { code: 'source-unreadable', message: /image" can't be read: EACCES/ }),
    );
  });

  it('tell of an open file that it grew or shrank', async () => {
    const path = join(folder, 'image');
    for (const now of ['abcdef', 'a']) {
      await writeFile(path, 'abc');
      const opened = await files.open(path);
      await writeFile(path, now);
      assert.equal(opened.identity.size, 3);
      assert.equal((await opened.identify()).size, now.length);
      await opened.close();
    }
  });

  it('read on what they opened where another file takes its place', async () => {
    const path = join(folder, 'image');
    await writeFile(path, 'abc');
    const opened = await files.open(path);
    await writeFile(join(folder, 'other'), 'xyz');
    await rename(join(folder, 'other'), path);
    const buffer = Buffer.alloc(3);
    assert.equal(await opened.read(buffer, 0), 3);
    assert.equal(buffer.toString(), 'abc');
    assert.notEqual((await files.identify(path)).inode, opened.identity.inode);
    await opened.close();
  });

  it('remembers digests until the file changes', async () => {
    const path = join(folder, 'image');
    await writeFile(path, 'abc');
    const cache = new FileDigestCache(join(folder, 'cache'), ignore);
    const before = await files.identify(path);
    await cache.put(before, { md5: 'x' });
    assert.deepEqual(await cache.get(await files.identify(path)), { md5: 'x' });
    await utimes(path, 1, 1);
    assert.equal(await cache.get(await files.identify(path)), undefined);
  });

  it('remembers no digests of bytes that were changed without a trace in length and date', async () => {
    const path = join(folder, 'image');
    await writeFile(path, 'abc');
    await utimes(path, 1, 1);
    const cache = new FileDigestCache(join(folder, 'cache'), ignore);
    await cache.put(await files.identify(path), { md5: 'x' });
    await writeFile(path, 'xyz');
    await utimes(path, 1, 1);
    assert.equal(await cache.get(await files.identify(path)), undefined);
  });

  it('believes no digests that others could have written', async () => {
    const path = join(folder, 'image');
    await writeFile(path, 'abc');
    const cacheFolder = join(folder, 'cache');
    const identity = await files.identify(path);
    await new FileDigestCache(cacheFolder, ignore).put(identity, { md5: 'x' });
    assert.deepEqual(await new FileDigestCache(cacheFolder, ignore).get(identity), { md5: 'x' });
    await chmod(cacheFolder, 0o777);
    assert.equal(await new FileDigestCache(cacheFolder, ignore).get(identity), undefined);
  });

  it('takes a damaged entry for none', async () => {
    const path = join(folder, 'image');
    await writeFile(path, 'abc');
    const cacheFolder = join(folder, 'cache');
    const cache = new FileDigestCache(cacheFolder, ignore);
    const identity = await files.identify(path);
    await cache.put(identity, { md5: 'x' });
    const { readdir } = await import('node:fs/promises');
    for (const name of await readdir(cacheFolder)) await writeFile(join(cacheFolder, name), '{"identity":');
    assert.equal(await cache.get(identity), undefined);
  });

  it('remembers what headers said, by this version only', async () => {
    const path = join(folder, 'image');
    await writeFile(path, 'abc');
    const cache = new FileInspectionCache(join(folder, 'cache'), ignore);
    const identity = await files.identify(path);
    const found = { version: INSPECTION_VERSION, formats: [], wrapping: 'xz', fixedVhd: false, size: 3 } as const;
    await cache.put(identity, found);
    assert.deepEqual(await cache.get(identity), found);
    await cache.put(identity, { ...found, version: 0 });
    assert.equal(await cache.get(identity), undefined);
  });
});
