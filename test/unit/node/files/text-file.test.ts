import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { link, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTextFile, readTextFile, readTextFileSync, UnreadableFile } from '../../../../src/node/files/text-file.ts';

describe('a text file that somebody else may have made', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'glance-text-')));
    await writeFile(at('plain'), '\ufeffé\n');
    await writeFile(at('latin'), Buffer.from('a\nb: h\xfcsh\n', 'latin1'));
    await writeFile(at('large'), '');
    await truncate(at('large'), 3 * 1024 * 1024);
    execFileSync('mkfifo', [at('fifo')]);
    await symlink('/dev/zero', at('zero'));
    await symlink('/dev/tty', at('tty'));
    await symlink('nowhere', at('broken'));
    await symlink('loop', at('loop'));
    await symlink('plain', at('linked'));
  });

  after(() => rm(folder, { recursive: true }));

  const refused: readonly (readonly [name: string, why: UnreadableFile['why'], said: RegExp])[] = [
    ['fifo', 'not-a-file', /^It is not a regular file\.$/],
    ['zero', 'not-a-file', /^It is not a regular file\.$/],
    ['', 'not-a-file', /^It is a folder\.$/],
    ['large', 'too-large', /^It is larger than 2 MiB\.$/],
    ['latin', 'not-utf-8', /^It is not UTF-8 \(line 2\)\.$/],
    ['none', 'missing', /^It does not exist\.$/],
    ['broken', 'missing', /^It does not exist\.$/],
    ['plain/more', 'missing', /^It does not exist\.$/],
    ['loop', 'failed', /ELOOP/],
    ['nul\0', 'failed', /null bytes/],
  ];
  for (const [name, why, said] of refused) {
    it(`is refused at once: ${JSON.stringify(name)}`, async () => {
      const is = (error: unknown): boolean => {
        assert.ok(error instanceof UnreadableFile);
        assert.equal(error.why, why);
        assert.match(error.message, said);
        return true;
      };
      const options = { atMost: 2 * 1024 * 1024 };
      await assert.rejects(readTextFile(at(name), options), is);
      assert.throws(() => readTextFileSync(at(name), options), is);
    });
  }

  it('is refused where it is a terminal that nobody types at', async () => {
    await assert.rejects(readTextFile(at('tty'), { atMost: 1024 }), UnreadableFile);
  });

  it('is refused where it says that it is empty and has no end', async () => {
    // A file of the system's whose size is 0 and that goes on.
    await assert.rejects(readTextFile('/proc/kallsyms', { atMost: 1024 }), { why: 'too-large' });
  });

  it('is read with its byte order mark, and whatever its encoding where only ASCII counts', async () => {
    assert.equal(await readTextFile(at('plain'), { atMost: 6 }), '\ufeffé\n');
    assert.equal(readTextFileSync(at('plain'), { atMost: 6 }), '\ufeffé\n');
    assert.equal(await readTextFile(at('latin'), { atMost: 1024, anyEncoding: true }), 'a\nb: h\ufffdsh\n');
  });

  it('is told by its real path and its names', async () => {
    const linked = await openTextFile(at('linked'), { atMost: 1024 });
    assert.deepEqual([linked.realPath, linked.names], [at('plain'), 1]);
    await link(at('latin'), at('other'));
    const { realPath, names } = await openTextFile(at('other'), { atMost: 1024, anyEncoding: true });
    assert.deepEqual([realPath, names], [at('other'), 2]);
  });

  it('is not read any more once that was cancelled', async () => {
    await assert.rejects(readTextFile(at('plain'), { atMost: 1024, signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });
});
