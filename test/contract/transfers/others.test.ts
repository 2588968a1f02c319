import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { HostClient } from '../../../src/transfers/client.ts';
import { announcements } from '../../../src/transfers/announcement.ts';
import { ROOT } from '../../host/folders.ts';
import { CommandLine } from '../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { HostProcess, hostsFolderOf } from './host-process.ts';

/** Any user but root. */
const NOBODY = 65_534;

describe('the transfer host among other users, other hosts and on a bad disk', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let folder: string;
  let name: string;
  const started: HostProcess[] = [];
  const mounted: string[] = [];

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    folder = hostsFolderOf(line.folder);
    name = line.uniqueName('others');
    await line.workplace.file('disk.raw', randomBytes(1024 * 1024));
    const formats = { container_format: 'bare', disk_format: 'raw', region: cloud.regions[0] };
    await line.define('a.image.jsonc', { name, ...formats, local_file_path: 'disk.raw' });
  });

  afterEach(async () => {
    for (const host of started.splice(0)) await host.end();
    // What the command line started.
    for (const file of (await readdir(folder).catch(() => [])).filter((each) => /^\d+\.json$/.test(each)))
      process.kill(Number.parseInt(file, 10), 'SIGTERM');
    for (const path of mounted.splice(0)) execFileSync('umount', ['--lazy', path]);
    await line.close();
  });

  async function start(version = '1'): Promise<HostProcess> {
    const host = await HostProcess.start(line.folder, version);
    started.push(host);
    return host;
  }

  const detach = ['apply', '--auto-approve', '--detach', 'a.image.jsonc'] as const;

  it('can neither be reached nor read by another user', async function () {
    if (process.getuid?.() !== 0) return this.skip();
    const { announced } = await start();
    // The home itself is open, as homes often are.
    for (const each of [line.folder, join(line.folder, '.local'), join(line.folder, '.local', 'share')])
      await chmod(each, 0o755);
    const files = (await readdir(folder)).map((each) => join(folder, each));
    assert.ok(files.length > 0);
    const look = `
      const { readFileSync, readdirSync } = require('node:fs');
      const refused = (work) => { try { work(); console.log('reached'); } catch (error) { console.log(error.code); } };
      for (const file of JSON.parse(process.argv[1])) refused(() => readFileSync(file));
      refused(() => readdirSync(process.argv[2]));
      require('node:net').createConnection(process.argv[3])
        .on('connect', function () { console.log('reached'); this.destroy(); })
        .on('error', ({ code }) => console.log(code));`;
    const { stdout, stderr } = asNobody(['-e', look, JSON.stringify(files), folder, announced.address]);
    assert.deepEqual(
      stdout.trim().split('\n'),
      Array.from({ length: files.length + 2 }, () => 'EACCES'),
      stderr,
    );
  });

  it('is not started in a folder of another user, and nothing is told to what is announced there', async function () {
    if (process.getuid?.() !== 0) return this.skip();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chown(folder, NOBODY, NOBODY);
    const { stderr } = await line.expect(1, ...detach);
    assert.match(stderr, /is not a folder of this user.*\[transfer-host\]/s);
    assert.match((await line.expect(1, 'transfers')).stderr, /is not a folder of this user.*\[transfer-host\]/s);
    assert.deepEqual(await line.named(name), []);
  });

  it('is not started in a folder that others can open, or behind a link', async () => {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    assert.match((await line.expect(1, ...detach)).stderr, /is not closed to other users.*chmod 700/s);
    await chmod(folder, 0o700);
    const link = join(line.folder, 'link');
    await mkdir(join(link, 'glance-images'), { recursive: true });
    await symlink(folder, join(link, 'glance-images', 'transfers'));
    line.setVariable('XDG_DATA_HOME', link);
    assert.match((await line.expect(1, ...detach)).stderr, /is not a folder of this user/);
    assert.deepEqual(await line.named(name), []);
  });

  it('makes way where it was killed: its socket and file are removed, and the next one serves', async () => {
    const killed = await start();
    await killed.end('SIGKILL');
    assert.ok((await stat(killed.announced.address)).isSocket());
    assert.deepEqual(await announcements(folder), []);
    await assert.rejects(stat(killed.announced.address), { code: 'ENOENT' });
    await line.expect(0, ...detach);
    assert.match((await line.expect(0, 'transfers', '--follow')).stdout, /done|Nothing runs/);
  });

  it('lets an older host end its work, and applies nothing twice beside it', async () => {
    const older = await start('0.0.1');
    const newer = await start('99.0.0');
    const found = (await announcements(folder)).map(({ version }) => version).toSorted();
    assert.deepEqual(found, ['0.0.1', '99.0.0']);
    const plans = await line.workplace.engine.plan(
      await line.workplace.define({
        ...{ name, container_format: 'bare', disk_format: 'raw', region: cloud.regions[0] },
        local_file_path: 'disk.raw',
      }),
    );
    const setup = {
      environment: { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile },
      ...{ workspaceFolders: [line.folder], extraCloudsFiles: [], allowedEnvironment: [], userAgent: 'test' },
    };
    const clients = await Promise.all([older, newer].map(({ announced }) => HostClient.open(announced, undefined)));
    const runs = await Promise.all(clients.map((client) => client.begin(plans, setup, { asks: false })));
    const results = (await Promise.all(runs.map((run) => run.results))).flat();
    assert.equal(results.filter(({ status }) => status === 'done').length, 1, JSON.stringify(results));
    assert.equal((await line.named(name)).length, 1);
    for (const client of clients) client.dispose();
  });

  describe('whose disk is full', () => {
    beforeEach(async function () {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder]);
      if (made.status !== 0) return this.skip();
      mounted.push(folder);
    });

    async function fill(): Promise<void> {
      await writeFile(join(folder, 'full'), Buffer.alloc(1024 * 1024)).catch((error: unknown) => {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
      });
    }

    it('is not started, and says why', async () => {
      await fill();
      const { stderr } = await line.expect(1, ...detach);
      assert.match(stderr, /\[transfer-host\]/);
      assert.match(stderr, /no space|is full/i);
      assert.deepEqual(await line.named(name), []);
    });

    it('carries on without a journal', async () => {
      const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
      await start(manifest.version);
      await fill();
      await line.expect(0, ...detach);
      await line.expect(0, 'transfers', '--follow');
      assert.deepEqual(
        (await line.named(name)).map(({ status }) => status),
        ['active'],
      );
    });
  });

  function asNobody(parameters: readonly string[]): { readonly stdout: string; readonly stderr: string } {
    const identity = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
    return spawnSync('setpriv', [...identity, process.execPath, ...parameters], { encoding: 'utf8', cwd: '/' });
  }
});
