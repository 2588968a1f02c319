import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../silent-log.ts';
import { openDownloadTarget } from '../../../../src/node/files/download-target.ts';
import { ProcessLocks } from '../../../../src/node/processes/process-locks.ts';
import { liveImage } from '../../state/live-image.ts';
import { asNobody } from '../nobody.ts';

const image = liveImage('11111111-1111-4111-8111-111111111111', 'a', { disk_format: 'raw' });

describe('where a download is written', () => {
  let folder: string;
  let locks: ProcessLocks;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-target-'));
    locks = new ProcessLocks(join(folder, 'locks'), silentLog, () => undefined);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const at = (name: string): string => join(folder, name);
  const open = (name: string, replaces: boolean): ReturnType<typeof openDownloadTarget> =>
    openDownloadTarget(at(name), image, replaces, locks);

  // Devices are met through links of the folder's own: a fault here must cost the link, not the machine its device.
  const others: readonly (readonly [string, RegExp, () => Promise<unknown>])[] = [
    ['a pipe', /is a pipe, not a regular file/, () => Promise.resolve(execFileSync('mkfifo', [at('x')]))],
    ['a link to a device', /is a device, not a regular file/, () => symlink('/dev/null', at('x'))],
    ['a link to a pipe', /is a pipe, not a regular file/, () => pipeBehindLink()],
    ['a link to a file', /is a link, and links are not replaced/, () => symlink(at('file'), at('x'))],
    ['a link that leads nowhere', /is a link, and links are not replaced/, () => symlink('nowhere', at('x'))],
    ['a link in a circle', /is a link, and links are not replaced/, () => symlink('x', at('x'))],
  ];

  const pipeBehindLink = async (): Promise<void> => {
    execFileSync('mkfifo', [at('pipe')]);
    await symlink(at('pipe'), at('x'));
  };

  for (const [what, message, make] of others) {
    it(`is not ${what}, which stays, whether a file may be replaced or not`, async () => {
      await writeFile(at('file'), 'old');
      await make();
      const before = await lstat(at('x'));
      for (const replaces of [false, true])
        await assert.rejects(open('x', replaces), { code: 'target-not-a-file', message });
      assert.equal((await lstat(at('x'))).ino, before.ino);
      assert.equal(await readFile(at('file'), 'utf8'), 'old');
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.endsWith('.part')),
        [],
      );
    });
  }

  it('is not in a folder that may only be read, whose older file stays', async () => {
    await mkdir(at('locked'));
    await writeFile(at('locked/x'), 'old');
    await chmod(folder, 0o755);
    await chmod(at('locked'), 0o555);
    // The locks are the user's own, in a folder that they may write.
    await mkdir(at('locks'), { mode: 0o777 });
    await chmod(at('locks'), 0o777);
    await asNobody(async () => {
      for (const name of ['locked/x', 'locked/new'])
        await assert.rejects(open(name, true), { code: 'target-not-writable', message: /can't be written: EACCES/ });
    });
    await chmod(at('locked'), 0o755);
    assert.deepEqual(await readdir(at('locked')), ['x']);
    assert.equal(await readFile(at('locked/x'), 'utf8'), 'old');
  });

  it('is not a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('x'), resolve));
    await assert.rejects(open('x', true), { code: 'target-not-a-file', message: /is a socket/ });
    await new Promise((resolve) => server.close(resolve));
  });

  it('says to a link where it leads', async () => {
    await writeFile(at('file'), 'old');
    await symlink('file', at('x'));
    await assert.rejects(open('x', true), (error: { next?: string }) => error.next?.includes('/file"') === true);
  });

  it('is a file that is called after the image where it is a folder, or a link to one', async () => {
    await mkdir(at('inside'));
    await symlink('inside', at('link'));
    for (const name of ['inside', 'link']) {
      const target = await open(name, false);
      assert.equal(target.path, join(at('inside'), 'a.raw'));
      await target.close();
    }
    await mkdir(join(at('inside'), 'a.raw'));
    await assert.rejects(open('inside', true), { code: 'target-is-folder' });
  });

  it('does not become a pipe’s or a link’s that came while it ran', async () => {
    const target = await open('x', true);
    try {
      await target.partial.write(Buffer.from('new'), 0);
      await symlink('elsewhere', at('x'));
      await assert.rejects(target.publish(), { code: 'target-not-a-file' });
      assert.equal(await readlink(at('x')), 'elsewhere');
    } finally {
      await target.close();
    }
  });

  it('has no pipe for its temporary file', async () => {
    const partial = at(`.x.${image.id}.part`);
    execFileSync('mkfifo', [partial]);
    const target = await open('x', true);
    try {
      assert.ok((await lstat(partial)).isFile());
    } finally {
      await target.close();
    }
  });

  it('is not said to exist where a file stands in the place of its folder', async () => {
    await writeFile(at('file'), 'old');
    await assert.rejects(open('file/x', false), { code: 'target-not-writable' });
  });
});
