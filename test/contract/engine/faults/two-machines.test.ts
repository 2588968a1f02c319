import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { logIn, type Session } from '../../api/session.ts';
import { CommandLine, type Run, type Running } from '../../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { HeldRegion, ofUpload } from '../../held-region.ts';
import { WebSource } from '../../web-source.ts';

const first = randomBytes(300_000);
const second = randomBytes(400_000);
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

/** ms that an apply may take where a test wants that to be over. */
const CREATE = 10_000;

describe('two machines that apply the same definition', function () {
  this.timeout(120_000);
  let cloud: CloudUnderTest;
  let one: CommandLine;
  let other: CommandLine;
  let somebody: Session;
  let name: string;

  before(async function () {
    cloud = await cloudUnderTest();
    // Each runs in a process namespace of its own, as containers with one host name and home do.
    if (spawnSync('unshare', ['-rpf', '--mount-proc', 'true']).status !== 0) this.skip();
  });

  beforeEach(async () => {
    one = await CommandLine.open(cloud);
    other = await CommandLine.open(cloud);
    somebody = await logIn('cloud');
    name = one.uniqueName('two machines');
    for (const line of [one, other]) {
      line.useOwnHome();
      await line.workplace.file('disk.raw', first);
    }
  });

  afterEach(async () => {
    await one.close();
    await other.workplace.leave();
  });

  async function define(extra: object = {}): Promise<void> {
    const region = cloud.regions[0];
    const definition = { name, container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw', region };
    for (const line of [one, other]) await line.define('disk.image.jsonc', { ...definition, ...extra });
  }

  /** The apply of the first machine, held with its data on the way. */
  async function heldApply(
    ...words: readonly string[]
  ): Promise<{ readonly region: HeldRegion; readonly running: Running }> {
    const region = new HeldRegion(ofUpload);
    await one.stand(cloud.regions[0], region.serve);
    const running = one.startApart('apply', '--auto-approve', ...words, 'disk.image.jsonc');
    await Promise.race([
      region.reached,
      running.ended.then((run) => Promise.reject(new Error(`It ended early: ${run.stdout}${run.stderr}`))),
    ]);
    return { region, running };
  }

  const applied = (...words: readonly string[]): Promise<Run> =>
    other.startApart('apply', '--auto-approve', '--json', ...words, 'disk.image.jsonc').ended;

  async function images(): Promise<readonly LiveImage[]> {
    return one.named(name);
  }

  async function serving(): Promise<readonly (string | null)[]> {
    const all = await images();
    return all.filter((image) => !image.os_hidden && image.status === 'active').map(({ checksum }) => checksum);
  }

  it('are not taken for dead by each other where they share host name and home', async () => {
    await define();
    const { region, running } = await heldApply();
    const run = await applied();
    assert.match(run.stdout, /apply-in-progress/, run.stdout);
    region.release();
    assert.equal((await running.ended).code, 0);
    assert.deepEqual(await serving(), [md5(first)]);
  });

  for (const onReplace of ['hide', 'delete'] as const) {
    it(`lose nothing where one slept beyond its time and the other recovered (on_replace ${onReplace})`, async () => {
      await define({ on_replace: onReplace });
      await applied();
      assert.deepEqual(await serving(), [md5(first)]);
      for (const line of [one, other]) await line.workplace.file('disk.raw', second);
      await define({ on_replace: onReplace, timeouts: { create: `${String(CREATE / 1000)}s` } });
      const { region, running } = await heldApply('--json');
      const sleeper = await inside(running);
      process.kill(sleeper, 'SIGSTOP');
      let run = await applied('--recover-stuck');
      while (run.stdout.includes('apply-in-progress')) run = await applied('--recover-stuck');
      assert.equal(run.code, 0, run.stdout + run.stderr);
      assert.deepEqual(await serving(), [md5(second)]);
      process.kill(sleeper, 'SIGCONT');
      region.release();
      const woken = await running.ended;
      assert.equal(woken.code, 1, woken.stdout);
      assert.deepEqual(await serving(), [md5(second)], woken.stdout);
      const [published] = (await images()).filter((image) => !image.os_hidden);
      assert.match(woken.stdout, new RegExp(`"image_id": ?"${published?.id ?? ''}"`));
      assert.doesNotMatch(woken.stdout, /was deleted/);
    });
  }

  it('count the time of an apply from when its own transfer began', async () => {
    const source = await WebSource.start(cloud, first);
    try {
      const url = { local_file_path: undefined, image_source_url: source.url };
      await define({ ...url, timeouts: { create: `${String(CREATE / 1000)}s` } });
      source.intercept = ({ method }, response) => {
        if (method === 'HEAD') return false;
        response.writeHead(200, { 'content-length': first.length }).flushHeaders();
        // The source alone takes longer than the whole transfer may.
        setTimeout(() => response.end(first), CREATE + 1000);
        return true;
      };
      const { region, running } = await heldApply();
      source.intercept = () => false;
      const run = await applied('--recover-stuck');
      assert.match(run.stdout, /apply-in-progress/, run.stdout);
      region.release();
      await running.ended;
      assert.equal((await images()).length, 1);
    } finally {
      await source.stop();
    }
  });

  it('stand back where somebody else uploads to the image', async () => {
    await define();
    const { region, running } = await heldApply('--json');
    const [staged] = await images();
    assert.equal(staged?.status, 'queued');
    const headers = { 'Content-Type': 'application/octet-stream' };
    const put = await somebody.send('PUT', `/v2/images/${staged.id}/file`, { headers, body: second });
    assert.equal(put.status, 204);
    region.release();
    const run = await running.ended;
    assert.equal(run.code, 1, run.stdout);
    const left = await images();
    assert.deepEqual(
      left.map(({ id, checksum }) => [id, checksum]),
      [[staged.id, md5(second)]],
      run.stdout,
    );
    assert.match(run.stdout, new RegExp(staged.id));
    assert.match(run.stdout, /somebody else/i);
  });
});

/** The process that `unshare` started. */
async function inside({ child }: Running): Promise<number> {
  const pid = String(child.pid);
  return Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim());
}
