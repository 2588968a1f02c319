import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');

/** Runs the command until it says where its clouds.yaml is, looks at that, and presses Ctrl+C. */
async function run(
  folder: string,
  words: readonly string[],
  look: (cloudsFile: string, written: string) => void,
): Promise<number | null> {
  const child = spawn(process.execPath, [PROGRAM, 'sandbox', ...words], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let written = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    written += String(piece);
    const cloudsFile = /OS_CLIENT_CONFIG_FILE='?(.+?)'? OS_CLOUD=sandbox\n/.exec(written)?.[1];
    if (cloudsFile === undefined || child.killed) continue;
    look(cloudsFile, written);
    child.kill('SIGINT');
  }
  return ended;
}

describe('glance-images sandbox', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance images cli-'));
  });

  afterEach(async () => rm(folder, { recursive: true, force: true }));

  it('runs until Ctrl+C and takes its data with it', async () => {
    let seen = '';
    const code = await run(folder, [], (cloudsFile) => {
      seen = cloudsFile;
      assert.ok(existsSync(cloudsFile), cloudsFile);
    });
    assert.equal(code, 0);
    assert.ok(seen.startsWith(folder), seen);
    assert.ok(!existsSync(seen), 'its data is still there');
  });

  it('says which release of Glance it imitates', async () => {
    let said = '';
    await run(folder, ['--release', '25'], (_, written) => (said = written));
    assert.match(said, /^Sandbox cloud with Glance 25 running at http/);
  });

  it('keeps its data in the folder that --dir names', async () => {
    const code = await run(folder, ['--dir', 'data'], () => undefined);
    assert.equal(code, 0);
    assert.ok(existsSync(join(folder, 'data', 'clouds.yaml')));
  });
});
