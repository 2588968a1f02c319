import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Plan } from '../../../src/core/reconcile/model/plan.ts';
import type { ApplyResult } from '../../../src/core/reconcile/model/result.ts';
import { HostClient } from '../../../src/transfers/client.ts';
import { leftRuns } from '../../../src/transfers/journal.ts';
import { CommandLine, type Run } from '../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { HostProcess } from './host-process.ts';
import { Tap } from './tap.ts';

const bytes = randomBytes(3 * 1024 * 1024 + 17);
const md5 = createHash('md5').update(bytes).digest('hex');
/** More than a run of one image has, by far. */
const MESSAGES_AT_MOST = 60;

describe('an apply whose transfer host or client is killed at each of their messages', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let host: HostProcess | undefined;
  let tap: Tap | undefined;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    await line.workplace.file('disk.raw', bytes);
  });

  afterEach(async () => {
    tap?.close();
    await host?.end();
    await line.close();
  });

  async function planned(): Promise<{ readonly name: string; readonly plans: readonly Plan[] }> {
    const name = line.uniqueName('killed');
    const formats = { container_format: 'bare', disk_format: 'raw', region: cloud.regions[0] };
    const definitions = await line.workplace.define({ name, ...formats, local_file_path: 'disk.raw' });
    return { name, plans: await line.workplace.engine.plan(definitions) };
  }

  /** Applies through the tap. Returns the results, or `undefined` if it was struck. */
  async function apply(plans: readonly Plan[], struck: Promise<unknown>): Promise<unknown> {
    assert.ok(host && tap);
    const { announced } = host;
    const { address } = tap;
    const setup = {
      environment: { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile },
      workspaceFolders: [line.folder],
      extraCloudsFiles: [],
      allowedEnvironment: [],
      userAgent: 'test',
    };
    const work = async (): Promise<readonly ApplyResult[]> => {
      const client = await HostClient.open({ ...announced, address }, undefined);
      const run = await client.begin(plans, setup, { asks: false });
      return run.results.finally(() => client.dispose());
    };
    const ended = await Promise.race([struck, work().catch(() => struck)]);
    if (tap.struck) await struck;
    return tap.struck ? undefined : ended;
  }

  /** Has something done at a message. Settles once it was. */
  async function tapped(number: number, strike: () => unknown): Promise<{ readonly struck: Promise<unknown> }> {
    assert.ok(host);
    const struck = Promise.withResolvers<unknown>();
    tap?.close();
    const address = join(line.folder, `tap-${number}.sock`);
    tap = await Tap.open(address, host.announced.address, number, () => struck.resolve(strike()));
    return { struck: struck.promise };
  }

  async function images(name: string): Promise<readonly unknown[]> {
    return (await line.named(name)).map(({ status, checksum }) => [status, checksum]);
  }

  /** Glance may hold the image of a cut upload for some seconds. */
  async function appliedAgain(): Promise<Run> {
    for (;;) {
      const run = await line.run('apply', '--auto-approve', 'test.image.jsonc');
      if (run.code === 0) return run;
      assert.match(run.stderr, /\[apply-stuck\]|\[image-busy\]|still/, run.stderr);
    }
  }

  it('says what the host left, and is done with one image by the next apply, which makes nothing twice', async () => {
    let number = 1;
    for (; number < MESSAGES_AT_MOST; number += 1) {
      host = await HostProcess.start(line.folder);
      const killed = host;
      const { struck } = await tapped(number, () => killed.end('SIGKILL'));
      const { name, plans } = await planned();
      if ((await apply(plans, struck)) !== undefined) break;
      const [image, ...others] = await line.named(name);
      assert.deepEqual(others, [], `message ${number}`);
      const left = (await leftRuns(host.folder)).flatMap((run) => run.plans).find((plan) => plan.name === name);
      if (image !== undefined && (image.status !== 'active' || image.os_hidden))
        assert.ok(left, `message ${number}: an image is there, and nobody says so`);
      if (left?.imageId !== undefined && image !== undefined) assert.equal(left.imageId, image.id);
      await appliedAgain();
      assert.deepEqual(await images(name), [['active', md5]], `message ${number}`);
    }
    assert.ok(number > 8 && number < MESSAGES_AT_MOST, `${number} messages`);
  });

  it('goes on to one verified image without its client, or was never begun', async () => {
    host = await HostProcess.start(line.folder);
    let number = 1;
    for (; number < MESSAGES_AT_MOST; number += 1) {
      const { struck } = await tapped(number, () => tap?.cut());
      const { name, plans } = await planned();
      if ((await apply(plans, struck)) !== undefined) break;
      const other = await HostClient.open(host.announced, undefined);
      for (const { run } of await other.runs()) await (await other.follow(run, () => () => undefined)).results;
      other.dispose();
      // The greeting, its answer and the begin itself: what did not arrive was not begun.
      assert.deepEqual(await images(name), number <= 3 ? [] : [['active', md5]], `message ${number}`);
    }
    assert.ok(number > 8 && number < MESSAGES_AT_MOST, `${number} messages`);
  });
});
