import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

const bytes = randomBytes(2 * 1024 * 1024 + 5);

describe('glance-images promote', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;
  let id: string;
  let there: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('promoted');
    there = `${cloud.cloud}/${cloud.regions[1]}`;
    await line.workplace.file('disk.raw', bytes);
    const [made] = await line.workplace.apply(
      await line.workplace.define({
        name,
        container_format: 'bare',
        disk_format: 'raw',
        local_file_path: 'disk.raw',
        region: cloud.regions[0],
        min_disk_gb: 3,
        tags: ['lts'],
        properties: { os_distro: 'ubuntu', kernel_id: '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f' },
      }),
    );
    assert.equal(made?.status, 'done', JSON.stringify(made?.error));
    id = made.imageId ?? '';
  });

  afterEach(async () => line.close());

  it('shows the plan, copies the image once it is agreed to, and then finds nothing to do', async () => {
    const declined = await line.expect(1, 'promote', id, '--to', there);
    const sent = `${bytes.length} bytes (2 MiB) to send from the image ${id} in ${cloud.cloud}/${cloud.regions[0]} to ${there}, through this machine`;
    assert.ok(declined.stdout.includes(sent), declined.stdout);
    assert.match(declined.stderr, /^There is no terminal to ask in\. Use --auto-approve/m);
    assert.deepEqual(await line.named(name, cloud.regions[1]), []);
    const run = await line.expect(0, 'promote', '--json', '--auto-approve', id, '--to', there);
    const { results } = document(run) as { results: { status: string; verified: object; bytes_sent: number }[] };
    assert.deepEqual([results[0]?.status, results[0]?.bytes_sent], ['done', bytes.length]);
    const [copy] = await line.named(name, cloud.regions[1]);
    const [original] = await line.named(name, cloud.regions[0]);
    assert.deepEqual([copy?.os_hash_value, copy?.min_disk, copy?.tags], [original?.os_hash_value, 3, ['lts']]);
    assert.deepEqual([copy?.properties.os_distro, copy?.properties.kernel_id], ['ubuntu', undefined]);
    const again = await line.expect(0, 'promote', '--auto-approve', id, '--to', there);
    assert.match(again.stdout, /^Apply: 1 unchanged\.$/m);
  });

  it('writes the definition instead, which says what is left behind', async () => {
    await line.expect(0, 'promote', id, '--to', there, '-o', 'copy.image.jsonc');
    const text = await readFile(join(line.folder, 'copy.image.jsonc'), 'utf8');
    assert.match(text, /^\/\/ Left behind, because they belong to the region of the image:\n\/\/ {3}"kernel_id"$/m);
    assert.deepEqual(await line.named(name, cloud.regions[1]), []);
    await line.expect(0, 'apply', '--auto-approve', 'copy.image.jsonc');
    assert.equal((await line.named(name, cloud.regions[1])).length, 1);
  });

  it('takes several places, of another cloud too, and says what leaves its cloud', async () => {
    const { clouds } = parse(await readFile(cloud.cloudsFile, 'utf8')) as { clouds: Record<string, object> };
    const entry = clouds[cloud.cloud];
    const both = stringify({ clouds: { [cloud.cloud]: entry, other: entry } });
    await writeFile(join(line.folder, 'both.yaml'), both);
    line.setVariable('OS_CLIENT_CONFIG_FILE', join(line.folder, 'both.yaml'));
    const to = ['--to', `other/${cloud.regions[1]}`];
    const run = await line.expect(0, 'promote', '--auto-approve', id, ...to);
    assert.match(run.stderr, /^--auto-approve also approves: The data of the image .* leaves the cloud/m);
    assert.equal((await line.named(name, cloud.regions[1])).length, 1);
  });

  it('refuses an image that is not active, and a place that is not there', async () => {
    const place = await line.workplace.engine.place(cloud.cloud, cloud.regions[0]);
    await line.workplace.engine.changeImage(place, id, { kind: 'active', active: false });
    const refused = await line.expect(1, 'promote', '--auto-approve', id, '--to', there);
    assert.match(refused.stderr, /can't be promoted: it is "deactivated", not active\..*\[source-image-unusable\]$/m);
    const nowhere = await line.expect(1, 'promote', '--auto-approve', id, '--to', 'nowhere/R');
    assert.match(nowhere.stderr, /\[cloud-not-found\]$/m);
    await line.expect(64, 'promote', id);
  });
});
