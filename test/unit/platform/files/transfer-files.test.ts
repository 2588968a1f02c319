import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { silentLog } from '../../silent-log.ts';
import { TransferFiles } from '../../../../src/platform/files/transfer-files.ts';
import { sampleTransfer } from '../../webview/transfers/sample-transfers.ts';

/** No system gives such an id to a process. */
const ENDED = 2 ** 30;

describe('the transfers that extension hosts keep', () => {
  let folder: string;
  let warnings: string[];
  let now: number;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'glance-images-')), 'transfers');
    warnings = [];
    now = Date.UTC(2026, 0, 1);
  });

  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  function memory(processId = process.pid): TransferFiles {
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    return new TransferFiles({ folder, log, processId, now: () => now });
  }

  it('are none at first, and nothing is written for that', async () => {
    assert.deepEqual(memory().load(), []);
    await assert.rejects(readdir(folder));
  });

  it('are another host’s while it runs, and left by it once it has ended', () => {
    const transfer = sampleTransfer();
    memory(process.ppid).save([transfer]);
    memory(ENDED).save([transfer]);
    const first = memory();
    const kept = { transfers: [transfer], savedAt: now };
    assert.deepEqual(new Set(first.load().map(({ open }) => open)), new Set([true, false]));
    assert.deepEqual(
      first.load().map(({ transfers, savedAt }) => ({ transfers, savedAt })),
      [kept, kept],
    );
  });

  it('are not read again by who kept them, and are by the next process of the same id', () => {
    const first = memory();
    first.save([sampleTransfer()]);
    assert.deepEqual(first.load(), []);
    assert.deepEqual(
      memory()
        .load()
        .map(({ open }) => open),
      [false],
    );
  });

  it('of a process that is silent are left: another one has its id', () => {
    memory(process.ppid).save([]);
    now += 61_000;
    assert.deepEqual(
      memory()
        .load()
        .map(({ open }) => open),
      [false],
    );
  });

  it('of hosts that have ended are taken over with the first save, not those of others', async () => {
    memory(ENDED).save([sampleTransfer()]);
    memory(process.ppid).save([]);
    const taking = memory();
    taking.load();
    assert.equal((await readdir(folder)).length, 2, 'a window that keeps nothing takes nothing away');
    taking.save([]);
    const files = await readdir(folder);
    assert.deepEqual(
      files.map((name) => Number(name.split('.')[1])).toSorted(),
      [process.pid, process.ppid].toSorted(),
    );
  });

  it('that can not be read or kept are told of', async () => {
    memory().save([]);
    await writeFile(join(folder, 'x.1.json'), '{');
    await writeFile(join(folder, 'x.2.json'), 'null');
    const kept = memory().load();
    assert.equal(kept.length, 1);
    assert.match(warnings.join('\n'), /can't be read from .*x\.1\.json/);
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file');
    const broken = memory();
    broken.save([]);
    broken.save([]);
    assert.equal(warnings.filter((line) => line.includes("can't be saved in")).length, 1);
  });
});
