import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const entry = join(import.meta.dirname, '../../../src/sandbox/main.ts');

describe('sandbox process', () => {
  let directory: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'glance-images-sandbox-'));
  });

  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  function start(...parameters: string[]) {
    const child = spawn(process.execPath, ['--no-warnings', entry, ...parameters], { stdio: 'pipe' });
    children.push(child);
    return child;
  }

  async function started(...parameters: string[]) {
    const child = start('--dir', directory, ...parameters);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, ready: JSON.parse(line) as { cloudsFile: string; authUrl: string; release: number } };
  }

  it('prints one line of JSON once it answers', async () => {
    const { ready } = await started();
    assert.equal(ready.cloudsFile, join(directory, 'clouds.yaml'));
    assert.equal((await fetch(ready.authUrl)).status, 200);
    assert.equal(ready.release, 33);
  });

  it('imitates the release that is asked for, and no other than those it knows', async () => {
    assert.equal((await started('--release', '25')).ready.release, 25);
    const [line] = (await once(createInterface(start('--dir', directory, '--release', '30').stderr), 'line')) as [
      string,
    ];
    assert.equal(line, '--release can be 25 or 33, the releases of Glance.');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends well on ${signal}`, async () => {
      const { child } = await started();
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    });
  }

  it('ends when its standard input closes, if asked to', async () => {
    const { child } = await started('--while-stdin');
    child.stdin.end();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('ends at once, though well, where there never was an input', async () => {
    const parameters = ['--no-warnings', entry, '--dir', directory, '--while-stdin'];
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    child.stdout.resume();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('says what is wrong with its arguments', async () => {
    const child = start('--port', '0');
    const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
    assert.match(line, /^--dir is missing/);
    assert.equal(((await once(child, 'exit')) as [number])[0], 1);
  });
});
