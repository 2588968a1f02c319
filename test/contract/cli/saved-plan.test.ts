import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useSessions } from '../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine } from './command-line.ts';

describe('glance-images plan --out and apply', () => {
  const users = useSessions();
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('saved');
    await line.workplace.file('disk.raw', Buffer.alloc(70_000, 1));
    await define({});
  });

  afterEach(async () => line.close());

  async function define(more: object): Promise<void> {
    const source = { container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    await line.define('a.image.jsonc', { name, ...source, region: cloud.regions[0], ...more });
  }

  /** Applies the saved plan, which has to be refused for this reason with nothing changed. */
  async function refused(reason: RegExp): Promise<void> {
    const before = await line.named(name);
    const run = await line.expect(1, 'apply', 'plan.json');
    assert.match(run.stderr, reason);
    assert.deepEqual(await line.named(name), before);
  }

  it('carries out what was saved, without asking, once', async () => {
    const planned = await line.expect(0, 'plan', '--out', 'plan.json', 'a.image.jsonc');
    assert.match(planned.stderr, /^Saved the plan to plan\.json\./m);
    const applied = await line.expect(0, 'apply', 'plan.json');
    assert.match(applied.stdout, /^Apply: 1 done\.$/m);
    assert.equal((await line.named(name)).length, 1);
    await refused(/ changed in the cloud\. \[plan-stale\]$/m);
  });

  it('is refused once the definition, the source or the file itself changed', async () => {
    await line.expect(0, 'plan', '--out', 'plan.json', 'a.image.jsonc');
    const path = join(line.folder, 'plan.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"create"', '"update"'));
    await refused(/was changed after it was saved\..*\[saved-plan-invalid\]$/m);
    await writeFile(path, text);
    await line.workplace.file('disk.raw', Buffer.alloc(70_000, 2));
    await refused(/its source disk\.raw changed\. \[plan-stale\]$/m);
    await line.workplace.file('disk.raw', Buffer.alloc(70_000, 1));
    await define({ min_disk_gb: 1 });
    await refused(/its definition was changed\. \[plan-outdated\]$/m);
    await define({});
    await line.expect(0, 'apply', 'plan.json');
  });

  it('is refused once the live image changed', async () => {
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    await define({ min_disk_gb: 1 });
    await line.expect(0, 'plan', '--out', 'plan.json', 'a.image.jsonc');
    const [image] = await line.named(name);
    await users.demo.patch(image?.id ?? '', [{ op: 'replace', path: '/min_ram', value: 7 }]);
    await refused(/ changed in the cloud\. \[plan-stale\]$/m);
  });

  it('is not written for a blocked plan', async () => {
    await rm(join(line.folder, 'disk.raw'));
    const run = await line.expect(1, 'plan', '--out', 'plan.json', 'a.image.jsonc');
    assert.match(run.stderr, /\[saved-plan-blocked\]$/m);
    await assert.rejects(readFile(join(line.folder, 'plan.json')));
  });

  it('holds the definitions that --key chooses', async () => {
    const other = { name: `${name} b`, container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    await line.define('a.image.jsonc', [{ ...other, name, key: 'first', region: cloud.regions[0] }, other]);
    await line.expect(1, 'plan', '--key', 'absent', 'a.image.jsonc');
    const planned = await line.expect(0, 'plan', '--key', 'first', '--out', 'plan.json', 'a.image.jsonc');
    assert.match(planned.stdout, /^Plan: 1 to create\.$/m);
    const applied = await line.expect(0, 'apply', 'plan.json');
    assert.match(applied.stdout, /^Apply: 1 done\.$/m);
  });
});
