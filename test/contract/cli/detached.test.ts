import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { HeldRegion, ofUpload } from '../held-region.ts';
import { CommandLine, document, type Run } from './command-line.ts';

const bytes = randomBytes(3 * 1024 * 1024 + 17);

interface Listed {
  readonly transfers: readonly Readonly<Record<string, unknown>>[];
}

describe('glance-images apply --detach, and transfers', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('detached');
    await line.workplace.file('disk.raw', bytes);
    const formats = { container_format: 'bare', disk_format: 'raw' };
    await line.define('a.image.jsonc', { name, ...formats, local_file_path: 'disk.raw' });
  });

  afterEach(async () => {
    for (const { processId } of await hosts()) process.kill(processId, 'SIGTERM');
    await line.close();
  });

  /** The transfer hosts of this test's user. */
  async function hosts(): Promise<readonly { readonly processId: number; readonly file: string }[]> {
    const folder = join(line.folder, '.local', 'share', 'glance-images', 'transfers');
    const files = (await readdir(folder).catch(() => [])).filter((file) => /^\d+\.json$/.test(file));
    return files.map((file) => ({ processId: Number.parseInt(file, 10), file: join(folder, file) }));
  }

  async function kill(): Promise<void> {
    const [host] = await hosts();
    assert.ok(host !== undefined, 'a host runs');
    process.kill(host.processId, 'SIGKILL');
  }

  async function detached(): Promise<string> {
    const run = await line.expect(0, 'apply', '--auto-approve', '--detach', '--json', 'a.image.jsonc');
    return (document(run) as { readonly run: string }).run;
  }

  async function listed(): Promise<Listed['transfers']> {
    return (document(await line.expect(0, 'transfers', '--json')) as Listed).transfers;
  }

  async function hold(): Promise<HeldRegion> {
    const region = new HeldRegion(ofUpload);
    await line.stand(cloud.regions[0], region.serve);
    return region;
  }

  it('goes on without its terminal, and every other one can follow it to its verdict', async () => {
    const region = await hold();
    const run = await detached();
    await region.reached;
    const [transfer] = await listed();
    assert.deepEqual(
      { ...transfer, total: undefined, sent: undefined },
      {
        ...{ run, name, cloud: cloud.cloud, region: cloud.regions[0], action: 'create', state: 'uploading' },
        ...{ total: undefined, sent: undefined },
      },
    );
    const watching = [line.start('transfers', '--follow'), line.start('transfers', '--follow', run)];
    await Promise.all(watching.map((each) => each.written(/uploading/)));
    region.release();
    for (const { code, stdout } of await Promise.all(watching.map((each) => each.ended))) {
      assert.equal(code, 0, stdout);
      assert.match(stdout, new RegExp(`^done: "${name}" `, 'm'));
      assert.match(stdout, /^ {2}sha512 {2}(?:agrees|match)/im);
    }
    assert.deepEqual(
      (await line.named(name)).map(({ status }) => status),
      ['active'],
    );
    assert.equal((await listed())[0]?.state, 'done');
    assert.match((await line.expect(0, 'plan', 'a.image.jsonc')).stdout, /1 unchanged/);
  });

  it('outlives the group of processes that started it', async () => {
    const region = await hold();
    const starting = line.start('apply', '--auto-approve', '--detach', 'a.image.jsonc');
    await starting.ended;
    await region.reached;
    const [host] = await hosts();
    assert.ok(host !== undefined);
    process.kill(host.processId, 'SIGHUP');
    assert.equal((await listed())[0]?.state, 'uploading');
    region.release();
    await line.expect(0, 'transfers', '--follow');
  });

  it('is cancelled from anywhere, and says what is left', async () => {
    const region = await hold();
    const run = await detached();
    await region.reached;
    const following = line.start('transfers', '--follow', run);
    await following.written(/uploading/);
    const cancelled = await line.expect(0, 'transfers', '--cancel', run);
    const followed = await following.ended;
    region.release();
    for (const { stdout, stderr } of [cancelled, followed]) {
      assert.match(stdout, new RegExp(`^cancelled: "${name}" `, 'm'));
      assert.match(stderr, /deleted|left/);
    }
    assert.equal(followed.code, 130);
    assert.deepEqual(await line.named(name), []);
  });

  it('is told as interrupted once its host was killed, and goes on into the same image', async () => {
    const region = await hold();
    const run = await detached();
    await region.reached;
    const following = line.start('transfers', '--follow');
    await following.written(/uploading/);
    await kill();
    const followed = await following.ended;
    assert.equal(followed.code, 1);
    assert.match(followed.stderr, /The connection to the transfer host was lost.*\[transfer-host\]/);
    region.release();
    const [image] = await line.named(name);
    const [transfer] = await listed();
    assert.equal(transfer?.run, run);
    assert.match(
      String(transfer.state),
      new RegExp(`^interrupted at the step "Upload" \\(image ${image?.id ?? ''}\\)`),
    );
    const again = await settled(() => line.run('apply', '--auto-approve', 'a.image.jsonc'));
    assert.match(again.stdout, new RegExp(`^done: "${name}" .*${image?.id ?? ''}`, 'm'));
    assert.deepEqual(await listed(), []);
  });

  it('does not believe somebody who does not know the secret, and does not wait for ever for one', async () => {
    const region = await hold();
    await detached();
    await region.reached;
    const [host] = await hosts();
    const { address } = JSON.parse(await readFile(host?.file ?? '', 'utf8')) as { readonly address: string };
    const said = [
      '\n',
      'GET / HTTP/1.1\n\n',
      'x'.repeat(1024 * 1024),
      '{"jsonrpc":"2.0","id":1,"method":"runs"}\n',
      '{"jsonrpc":"2.0","id":1,"method":"hello","params":{"secret":"","version":"0"}}\n{"jsonrpc":"2.0","id":2,"method":"runs"}\n',
      `{"jsonrpc":"2.0","id":1,"method":"hello","params":{"secret":${JSON.stringify('x'.repeat(43))},"version":"0"}}\n`,
      `${'['.repeat(4000)}\n`,
    ];
    for (const text of said) {
      const socket = createConnection(address);
      let answer = '';
      socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(text);
      await closed;
      assert.doesNotMatch(answer, /"result":/, text.slice(0, 100));
    }
    region.release();
    await line.expect(0, 'transfers', '--follow');
  });

  it('leaves no secret and no argument in its journal, and nothing once it has ended', async () => {
    const region = await hold();
    const run = await detached();
    await region.reached;
    const [host] = await hosts();
    const folder = join(host?.file ?? '', '..', 'runs');
    const journal = await readFile(join(folder, `${run}.jsonl`), 'utf8');
    assert.match(journal, /"phase":"staging"/);
    assert.doesNotMatch(journal, /password|secret|disk\.raw/i);
    region.release();
    await line.expect(0, 'transfers', '--follow', run);
    assert.deepEqual(await readdir(folder), []);
  });

  /** Glance may hold the image of a cut upload for some seconds. */
  async function settled(work: () => Promise<Run>): Promise<Run> {
    for (;;) {
      const run = await work();
      if (run.code === 0) return run;
      await setTimeout(1000);
    }
  }
});
