import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../../src/core/failure.ts';
import { silentLog } from '../../silent-log.ts';
import { LocalCacheFolder } from '../../../../src/node/files/cache-folder.ts';
import { isPrivateFolder } from '../../../../src/node/files/private-folder.ts';
import { OwnRecords } from '../../../../src/node/records/own-records.ts';
import { failsWith } from '../../core/http/surroundings.ts';

describe('a cache folder', () => {
  let top: string;
  let path: string;
  let records: OwnRecords;

  beforeEach(async () => {
    top = await mkdtemp(join(tmpdir(), 'glance-images-cache-folder-'));
    path = join(top, 'cache');
    await mkdir(path, { mode: 0o700 });
    records = new OwnRecords(join(top, 'records'), silentLog);
  });

  afterEach(() => rm(top, { recursive: true }));

  it('of a definition is believed what we wrote there, and nothing else', async () => {
    const folder = new LocalCacheFolder(path, { records });
    await writeFile(join(path, 'a.json'), 'theirs');
    assert.equal(await folder.readText('a.json'), undefined);
    assert.equal(await folder.readAnyText('a.json'), 'theirs');
    await folder.writeText('a.json', 'ours');
    assert.equal(await folder.readText('a.json'), 'ours');
    assert.equal(await new LocalCacheFolder(path, { records }).readText('a.json'), 'ours');
    await writeFile(join(path, 'a.json'), 'theirs again');
    assert.equal(await folder.readText('a.json'), undefined);
  });

  it('of another place is not believed what was written in this one', async () => {
    await new LocalCacheFolder(path, { records }).writeText('a.json', 'ours');
    await rename(path, join(top, 'moved'));
    assert.equal(await new LocalCacheFolder(join(top, 'moved'), { records }).readText('a.json'), undefined);
  });

  it('of the user is believed while nobody else can write there', async () => {
    const folder = new LocalCacheFolder(path);
    await folder.writeText('a.json', 'ours');
    assert.equal(await folder.readText('a.json'), 'ours');
    await chmod(path, 0o777);
    assert.equal(await folder.readText('a.json'), undefined);
    await chmod(path, 0o770);
    assert.equal(await folder.readText('a.json'), undefined);
    await chmod(path, 0o700);
    await chmod(top, 0o777);
    assert.equal(await isPrivateFolder(path), false);
    await chmod(top, 0o1777);
    assert.equal(await isPrivateFolder(path), true);
    await chmod(top, 0o700);
  });

  it('has records that count only while nobody else can write them', async () => {
    await new LocalCacheFolder(path, { records }).writeText('a.json', 'ours');
    await chmod(join(top, 'records'), 0o777);
    const later = new OwnRecords(join(top, 'records'), silentLog);
    assert.equal(await new LocalCacheFolder(path, { records: later }).readText('a.json'), undefined);
  });

  it('is looked at before and after it is made', async () => {
    let checks = 0;
    const check = (): Promise<void> => {
      checks += 1;
      // Somebody puts a link into its place while it is made.
      return checks < 2 ? Promise.resolve() : Promise.reject(new Failure('cache-folder-is-link', 'A link.'));
    };
    const folder = new LocalCacheFolder(path, { records, check });
    await assert.rejects(folder.openPartial('a.part'), failsWith('cache-folder-is-link'));
    for (const work of [
      folder.size('a'),
      folder.readText('a'),
      folder.list(),
      folder.writeText('a', ''),
      folder.remove('a'),
      folder.publish('a.part', 'a'),
    ])
      await assert.rejects(work, failsWith('cache-folder-is-link'));
  });

  it('has a link of a lock taken away, not waited for', async () => {
    const victim = join(top, 'victim');
    await writeFile(victim, 'mine');
    await symlink(victim, join(path, 'a.lock'));
    assert.equal(await new LocalCacheFolder(path).locked('a', AbortSignal.timeout(5000), () => Promise.resolve(1)), 1);
    assert.equal(await readFile(victim, 'utf8'), 'mine');
  });

  it('has no length of what a link leads to', async () => {
    await writeFile(join(top, 'victim'), 'mine');
    await symlink(join(top, 'victim'), join(path, 'a.img'));
    const folder = new LocalCacheFolder(path);
    assert.equal(await folder.size('a.img'), undefined);
    assert.deepEqual(await folder.list(), []);
  });
});
