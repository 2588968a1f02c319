import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  birthOf,
  createNew,
  createNewSync,
  openToResume,
  readClosedText,
  replaceText,
  writeNewSync,
  writeNew,
} from '../../../../src/node/files/strict-files.ts';

describe('files in a folder that somebody else may have filled', () => {
  let folder: string;
  let victim: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-strict-'));
    victim = join(folder, 'victim');
    path = join(folder, 'file');
    await writeFile(victim, 'mine');
  });

  afterEach(async () => {
    assert.equal(await readFile(victim, 'utf8'), 'mine');
    await rm(folder, { recursive: true });
  });

  const writers: readonly (readonly [string, () => Promise<void>])[] = [
    [
      'made anew',
      async () => {
        const handle = await createNew(path);
        await handle.writeFile('new');
        await handle.close();
      },
    ],
    [
      'made anew by a worker',
      async () => {
        const file = createNewSync(path);
        writeSync(file, 'new');
        closeSync(file);
        await Promise.resolve();
      },
    ],
    ['replaced', () => replaceText(path, 'new')],
    [
      'written at once',
      async () => {
        writeNewSync(path, 'new');
        await Promise.resolve();
      },
    ],
  ];
  for (const [how, write] of writers) {
    it(`are ${how} where there is a link, which is not followed`, async () => {
      await symlink(victim, path);
      await write();
      assert.equal(await readFile(path, 'utf8'), 'new');
    });

    it(`are ${how} where another file has a second name`, async () => {
      await link(victim, path);
      await write();
      assert.equal(await readFile(path, 'utf8'), 'new');
    });

    it(`are ${how} for this user only`, async () => {
      await write();
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.deepEqual((await readdir(folder)).sort(), ['file', 'victim']);
    });

    it(`are not ${how} in the place of a folder`, async () => {
      await mkdir(path);
      await assert.rejects(write());
      assert.deepEqual((await readdir(folder)).sort(), ['file', 'victim']);
    });
  }

  it('are not written where there is a file or a link already, though it leads nowhere', async () => {
    await symlink(join(folder, 'nowhere'), path);
    await assert.rejects(writeNew(path, 'new'), { code: 'EEXIST' });
    await assert.rejects(writeNew(victim, 'new'), { code: 'EEXIST' });
    assert.deepEqual((await readdir(folder)).sort(), ['file', 'victim']);
  });

  it('are gone on with only where they are plain files of one name', async () => {
    const continued = async (): Promise<boolean> => {
      const handle = await openToResume(path);
      await handle?.close();
      await rm(path, { recursive: true });
      return handle !== undefined;
    };
    assert.equal(await openToResume(path), undefined);
    await symlink(victim, path);
    assert.equal(await continued(), false);
    await link(victim, path);
    assert.equal(await continued(), false);
    await mkdir(path);
    assert.equal(await continued(), false);
    execFileSync('mkfifo', [path]);
    assert.equal(await continued(), false);
    await writeFile(path, 'begun');
    assert.equal(await continued(), true);
  });

  it('are read only where they are plain files of a bounded length', async () => {
    assert.equal(await readClosedText(path, 100), undefined);
    await symlink(victim, path);
    assert.equal(await readClosedText(path, 100), undefined);
    assert.equal(await readClosedText(victim, 4), 'mine');
    assert.equal(await readClosedText(victim, 3), undefined);
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    assert.equal(await readClosedText(fifo, 100), undefined);
  });

  it('are told from others that take their name', async () => {
    const birth = async (): Promise<string> => birthOf(await stat(path, { bigint: true }));
    await writeFile(path, 'one');
    const one = await birth();
    await writeFile(path, 'changed');
    assert.equal(await birth(), one);
    await replaceText(path, 'two');
    assert.notEqual(await birth(), one);
  });
});
