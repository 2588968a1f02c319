import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimSandboxFolder } from '../../../../src/features/sandbox/sandbox-folders.ts';

describe('claimSandboxFolder', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'sandbox-folders-'));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('gives an empty folder and removes those of processes that are gone', async () => {
    for (const pid of ['1', '2', '3']) await mkdir(join(parent, pid));
    await writeFile(join(parent, '1', 'left'), 'data');
    await mkdir(join(parent, 'not a process'));
    const folder = await claimSandboxFolder(parent, 1, (pid) => pid === 2);
    assert.equal(folder, join(parent, '1'));
    assert.deepEqual((await readdir(parent)).toSorted(), ['1', '2', 'not a process']);
    assert.deepEqual(await readdir(folder), []);
  });

  it('knows that this very process is alive', async () => {
    await mkdir(join(parent, String(process.pid)));
    await claimSandboxFolder(parent, 1);
    assert.ok((await readdir(parent)).includes(String(process.pid)));
  });
});
