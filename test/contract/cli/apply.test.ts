import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

const bytes = randomBytes(3 * 1024 * 1024 + 17);
const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');

interface PlanDocument {
  readonly format_version: number;
  readonly plans: readonly Readonly<Record<string, unknown>>[];
}

interface ApplyDocument {
  readonly format_version: number;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

describe('glance-images plan and apply', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    cloud.faults?.clear();
    line = await CommandLine.open(cloud);
    name = line.uniqueName('cli');
    await line.workplace.file('disk.raw', bytes);
  });

  afterEach(async () => {
    cloud.faults?.clear();
    await line.close();
  });

  async function define(extra: object = {}): Promise<void> {
    const formats = { container_format: 'bare', disk_format: 'raw' };
    await line.define('a.image.jsonc', { name, ...formats, local_file_path: 'disk.raw', ...extra });
  }

  it('plans, applies with both checksums of every algorithm, and then finds nothing to do', async () => {
    await define({ regions: cloud.regions, min_disk_gb: 1 });
    const planned = await line.expect(0, 'plan', 'a.image.jsonc');
    assert.match(planned.stdout, new RegExp(`^create: "${name}" in ${cloud.cloud}/${cloud.regions[0]}$`, 'm'));
    assert.match(
      planned.stdout,
      new RegExp(`^  cloud ${cloud.cloud} from ${cloud.cloudsFile}, chosen by OS_CLOUD$`, 'm'),
    );
    assert.match(planned.stdout, /^ {2}\+ min_disk_gb: 1$/m);
    assert.match(planned.stdout, /^ {2}3145745 bytes \(3 MiB\) to send from .*disk\.raw$/m);
    assert.match(planned.stdout, /^Plan: 2 to create\.$/m);
    assert.equal(planned.stderr, '');
    await line.expect(2, 'plan', '--detailed-exitcode', 'a.image.jsonc');

    const applied = await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    for (const region of cloud.regions) {
      const [live] = await line.named(name, region);
      assert.ok(live);
      assert.match(applied.stdout, new RegExp(`^done: "${name}" in ${cloud.cloud}/${region}, image ${live.id}$`, 'm'));
    }
    for (const algorithm of ['md5', 'sha512']) {
      const pair = `^  ${algorithm.padEnd(7)} match\\n    here  ${digest(algorithm)}\\n    cloud ${digest(algorithm)}$`;
      assert.equal(applied.stdout.match(new RegExp(pair, 'gm'))?.length, 2, applied.stdout);
    }
    assert.match(applied.stdout, /: 100% of 3 MiB$/m);
    assert.match(applied.stdout, /^Apply: 2 done\.$/m);

    const again = await line.expect(0, 'plan', '--detailed-exitcode', 'a.image.jsonc');
    assert.match(again.stdout, /^Plan: 2 unchanged\.$/m);
    const repeated = await line.expect(0, 'apply', 'a.image.jsonc');
    assert.match(repeated.stdout, /^Apply: 2 unchanged\.$/m);
  });

  it('prints the documents that are promised and nothing else on standard output', async () => {
    await define({ key: `${name} key`, region: cloud.regions[0] });
    const plan = document(await line.expect(0, 'plan', '--json', 'a.image.jsonc')) as PlanDocument;
    assert.equal(plan.format_version, 1);
    const [planned] = plan.plans;
    assert.ok(planned);
    const { changes, ...rest } = planned as { changes: Record<string, unknown>[] };
    assert.deepEqual(rest, {
      file: join(line.folder, 'a.image.jsonc'),
      key: `${name} key`,
      name,
      cloud: cloud.cloud,
      region: cloud.regions[0],
      action: 'create',
      image_id: null,
      bytes: 'different',
      unmanaged: [],
      taken_over: [],
      problems: [],
    });
    const change = changes.find(({ path }) => path === 'disk_format');
    assert.deepEqual(change, { path: 'disk_format', before: null, after: 'raw', forces_replacement: false });

    const run = await line.expect(0, 'apply', '--json', '--auto-approve', 'a.image.jsonc');
    const apply = document(run) as ApplyDocument;
    assert.equal(apply.format_version, 1);
    const [result] = apply.results;
    const [live] = await line.named(name);
    assert.ok(live && result);
    assert.match(String(result.request_id), /^req-/);
    assert.deepEqual(result, {
      file: join(line.folder, 'a.image.jsonc'),
      key: `${name} key`,
      name,
      cloud: cloud.cloud,
      region: cloud.regions[0],
      action: 'create',
      image_id: live.id,
      replaced_image_id: null,
      status: 'done',
      verified: { size: true, md5: true, multihash: true },
      bytes_sent: bytes.length,
      request_id: result.request_id,
      error: null,
      left: null,
      warnings: [],
    });
    assert.match(run.stderr, /^Apply: 1 done\.$/m);
  });

  it('changes nothing where nobody can be asked', async () => {
    await define();
    const run = await line.expect(1, 'apply', 'a.image.jsonc');
    assert.match(run.stderr, /^There is no terminal to ask in\. Use --auto-approve/m);
    assert.match(run.stdout, /^Apply: 1 not applied\.$/m);
    assert.deepEqual(await line.named(name), []);
    assert.deepEqual(
      cloud.faults?.requests.filter(({ service, method }) => service === 'image' && method !== 'GET') ?? [],
      [],
    );
    const asDocument = document(await line.expect(1, 'apply', '--json', 'a.image.jsonc')) as ApplyDocument;
    assert.deepEqual(
      asDocument.results.map(({ status }) => status),
      ['declined'],
    );
  });

  it('says at file, line and column why a plan is blocked, and sends nothing', async () => {
    await define({ local_file_path: 'missing.raw' });
    const where =
      /^a\.image\.jsonc:5:22: error: .*\/.*: The file ".*missing\.raw" does not exist\..* \[source-missing\]$/m;
    const planned = await line.expect(1, 'plan', 'a.image.jsonc');
    assert.match(planned.stderr, where);
    assert.match(planned.stdout, /^Plan: 1 blocked\.$/m);
    const asDocument = document(await line.expect(1, 'plan', '--json', 'a.image.jsonc')) as PlanDocument;
    assert.equal(asDocument.plans[0]?.action, 'blocked');
    const applied = await line.expect(1, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.equal(applied.stderr.match(new RegExp(where, 'gm'))?.length, 1, applied.stderr);
    assert.match(applied.stdout, /^Apply: 1 blocked\.$/m);
    assert.deepEqual(await line.named(name), []);
  });

  it('works in the regions that --region names, and refuses one that no definition is for', async () => {
    await define({ regions: cloud.regions });
    const [first, second] = cloud.regions;
    await line.expect(0, 'apply', '--auto-approve', '--region', second, 'a.image.jsonc');
    assert.deepEqual(await line.named(name, first), []);
    assert.equal((await line.named(name, second)).length, 1);
    const run = await line.expect(
      1,
      'apply',
      '--auto-approve',
      '--json',
      '--region',
      first,
      '--region',
      'Nowhere',
      'a.image.jsonc',
    );
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /^error: No definition uses region "Nowhere"\..* \[region-not-used\]$/m);
    assert.deepEqual(await line.named(name, first), []);
  });

  it('leaves out definitions of another cloud than --cloud', async () => {
    await define({ cloud: cloud.cloud });
    const run = await line.expect(1, 'apply', '--auto-approve', '--cloud', cloud.otherCloud, 'a.image.jsonc');
    assert.match(run.stderr, /\[cloud-not-used\]$/m);
    assert.deepEqual(await line.named(name), []);
    await line.define('b.image.jsonc', {
      name: `${name} b`,
      container_format: 'bare',
      disk_format: 'raw',
      local_file_path: 'disk.raw',
    });
    const both = document(await line.expect(0, 'plan', '--json', '--cloud', cloud.otherCloud, '.')) as PlanDocument;
    assert.deepEqual(
      both.plans.map((plan) => [plan.name, plan.cloud]),
      [[`${name} b`, cloud.otherCloud]],
    );
  });

  it('reports what Glance refuses with status and request id, at the definition', async () => {
    await define({ visibility: 'public' });
    const run = await line.expect(1, 'apply', '--json', '--auto-approve', 'a.image.jsonc');
    assert.match(
      run.stderr,
      /^a\.image\.jsonc:2:11: error: ".*" in .*\/.*: .*\(HTTP 403, req-[^)]+\).* \[forbidden\]$/m,
    );
    const { error, status, bytes_sent: sent } = (document(run) as ApplyDocument).results[0] ?? {};
    assert.equal(status, 'failed');
    assert.equal(sent, 0);
    assert.deepEqual(Object.keys(error as object), ['code', 'message', 'next', 'status', 'request_id']);
  });

  it('blocks a cloud that does not exist, at the definition', async () => {
    await define({ cloud: 'no-such-cloud' });
    const run = await line.expect(1, 'plan', 'a.image.jsonc');
    assert.match(
      run.stderr,
      /^a\.image\.jsonc:6:12: error: Cloud "no-such-cloud" .*was not found.* \[cloud-not-found\]$/m,
    );
  });

  it('cancels an upload at Ctrl+C, says what is left, leaves nothing behind, and applies the next time', async () => {
    const file = await open(join(line.folder, 'disk.raw'), 'w');
    await file.truncate(512 * 1024 * 1024);
    await file.close();
    await define();
    const running = line.start('apply', '--json', '--auto-approve', 'a.image.jsonc');
    await running.written(/: 10% of 512 MiB$/m);
    running.child.kill('SIGINT');
    const run = await running.ended;
    assert.equal(run.code, 130, run.stderr);
    assert.match(run.stderr, /^Cancelling…/m);
    assert.match(
      run.stderr,
      /^a\.image\.jsonc:2:11: warning: .* The partial image [0-9a-f-]{36} was deleted\..* \[cancelled\]$/m,
    );
    assert.match(run.stderr, /^Apply: 1 cancelled\.$/m);
    assert.equal((document(run) as ApplyDocument).results[0]?.status, 'cancelled');
    assert.deepEqual(await line.named(name), []);
    await line.workplace.file('disk.raw', bytes);
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
  });

  it('ends quietly, and with what was asked done, when its reader has gone', async () => {
    await define();
    const running = line.start('apply', '--auto-approve', 'a.image.jsonc');
    running.child.stdout?.destroy();
    const run = await running.ended;
    assert.equal(run.code, 0, run.stderr);
    assert.equal(run.stderr, '');
    assert.equal((await line.named(name))[0]?.status, 'active');
  });

  it('lists what this tool made and no definition of the folder means', async () => {
    await define();
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    const other = { name: `${name} other`, container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    await line.define('a.image.jsonc', other);
    const [live] = await line.named(name);
    assert.ok(live);
    const shown = await line.expect(0, 'plan', '.');
    assert.match(shown.stdout, new RegExp(`^unclaimed: "${name}" in .*, image ${live.id}$`, 'm'));
    assert.match(shown.stdout, new RegExp(`glance-images delete ${live.id}$`, 'm'));
    const whole = document(await line.expect(0, 'plan', '--json', '.')) as {
      unclaimed: { image_id: string; key: string }[];
    };
    assert.ok(whole.unclaimed.some(({ image_id: id, key }) => id === live.id && key === name));
    const single = document(await line.expect(0, 'plan', '--json', 'a.image.jsonc')) as { unclaimed: unknown };
    assert.equal(single.unclaimed, null);
    assert.doesNotMatch((await line.expect(0, 'plan', 'a.image.jsonc')).stdout, /unclaimed/);
  });

  it('ends with 3 where the cloud reports nothing to compare with', async () => {
    const forget = (image: unknown): unknown =>
      typeof image === 'object' && image !== null && 'checksum' in image
        ? { ...image, checksum: null, os_hash_algo: null, os_hash_value: null }
        : image;
    await line.alter({ region: cloud.regions[0], path: /\/v2\/images\/[0-9a-f-]{36}$/, alter: forget });
    await define();
    const run = await line.expect(3, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.match(run.stdout, /^done, NOT VERIFIED: /m);
    assert.match(run.stdout, /^ {2}md5 {5}not verified$/m);
    assert.match(run.stdout, /^Apply: 1 done, not verified\.$/m);
  });
});
