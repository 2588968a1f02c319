import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../silent-log.ts';
import { FileDigestCache } from '../../../../src/node/records/file-caches.ts';
import { ProcessLocks } from '../../../../src/node/processes/process-locks.ts';
import { RefusedMarksFiles } from '../../../../src/node/records/refused-marks-file.ts';
import { warnOnWriteError } from '../../../../src/node/records/write-errors.ts';
import { placeNamed } from '../../state/live-image.ts';

describe('a folder that nothing can be kept in', () => {
  it('is warned of once, with the reason, whatever was to be kept there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'glance-images-records-'));
    try {
      const file = join(folder, 'cache');
      await writeFile(file, '');
      const warnings: string[] = [];
      const later: string[] = [];
      const log = {
        ...silentLog,
        warn: (text: string) => warnings.push(text),
        debug: (text: string) => later.push(text),
      };
      const onWriteError = warnOnWriteError(file, log);
      const digests = new FileDigestCache(join(file, 'digests'), onWriteError);
      for (const path of ['/a', '/b']) await digests.put({ path, inode: '1', size: 1, modified: '1' }, { md5: 'x' });
      await new RefusedMarksFiles(join(file, 'refused-marks'), onWriteError).remember(placeNamed('RegionOne'));
      assert.ok(await new ProcessLocks(join(file, 'locks'), log, onWriteError).take('x'));
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0] ?? '',
        /cache" can't be written: a file is in the place of a folder\. The work continues/,
      );
      assert.equal(later.length, 3);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
