import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

interface ListDocument {
  readonly regions: readonly {
    readonly cloud: string;
    readonly region: string;
    readonly images: readonly { readonly id: string; readonly name: string }[];
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

describe('glance-images list, show and import', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;
  let id: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('cli');
    await line.workplace.file('disk.raw', randomBytes(70_000));
    const definitions = await line.workplace.define({
      name,
      container_format: 'bare',
      disk_format: 'raw',
      local_file_path: 'disk.raw',
      region: cloud.regions[1],
      min_ram_mb: 64,
      properties: { os_distro: 'debian' },
    });
    const [result] = await line.workplace.apply(definitions);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    id = result.imageId ?? '';
  });

  afterEach(async () => {
    cloud.faults?.clear();
    await line.close();
  });

  it('lists the images of every region, or of the one that --region names', async () => {
    const all = await line.expect(0, 'list');
    for (const region of cloud.regions)
      assert.match(all.stdout, new RegExp(`^${cloud.cloud}/${region}: \\d+ images?$`, 'm'));
    assert.match(all.stdout, new RegExp(`^  ${id}  ${name} +active +private +raw +68.4 KiB$`, 'm'));
    const one = document(await line.expect(0, 'list', '--json', '--region', cloud.regions[0])) as ListDocument;
    assert.deepEqual(
      one.regions.map(({ region }) => region),
      [cloud.regions[0]],
    );
    assert.ok(!one.regions[0]?.images.some((image) => image.id === id));
  });

  it('sends no secret of the user to an address that the folder names, unless that is agreed to', async () => {
    const address = await line.useSecrets();
    const refused = await line.expect(1, 'list');
    assert.match(
      refused.stderr,
      /would send the secrets of .*\/secure\.yaml to .*--secure-for .* \[secure-not-confirmed\]$/m,
    );
    await line.expect(1, 'list', '--secure-for', `${address}/other`);
    const listed = await line.expect(0, 'list', '--secure-for', address);
    assert.match(listed.stdout, new RegExp(`^  ${id}  `, 'm'));
  });

  it('lists the living region beside one that is not there, and finds an image in spite of it', async () => {
    await line.useRegions(['Nowhere', cloud.regions[1]]);
    const listed = await line.expect(1, 'list');
    assert.match(listed.stdout, new RegExp(`^  ${id}  `, 'm'));
    assert.match(listed.stdout, /\/Nowhere: not listed$/m);
    assert.match(listed.stderr, new RegExp(`^error: ${cloud.cloud}/Nowhere: .* \\[no-image-service\\]$`, 'm'));
    const { regions } = document(await line.expect(1, 'list', '--json')) as ListDocument;
    assert.equal(regions[0]?.error?.code, 'no-image-service');
    assert.equal(regions[1]?.error, null);
    assert.ok(regions[1].images.some((image) => image.id === id));
    const shown = await line.expect(0, 'show', id);
    assert.match(shown.stdout, new RegExp(`^  id +${id}$`, 'm'));
    assert.match(shown.stderr, /^warning: .* \[no-image-service\]$/m);
  });

  it('lists the living region beside one that fails', async () => {
    const answer = { status: 503, headers: { 'x-openstack-request-id': 'req-dead' }, body: 'The service is down.' };
    await line.alter({ region: cloud.regions[0], answer });
    const listed = await line.expect(1, 'list');
    assert.match(listed.stdout, new RegExp(`^  ${id}  `, 'm'));
    assert.match(listed.stderr, /^error: .*HTTP 503, req-dead.* \[service-unavailable\]$/m);
  });

  it('shows an image, and says where it looked for one that is not there', async () => {
    const shown = await line.expect(0, 'show', id.toUpperCase());
    assert.match(shown.stdout, new RegExp(`^Image ${id} in ${cloud.cloud}/${cloud.regions[1]}, `, 'm'));
    assert.match(shown.stdout, /^ {2}min_ram +64$/m);
    assert.match(shown.stdout, /^ {2}size +70000 bytes \(68\.4 KiB\)$/m);
    assert.match(shown.stdout, /^Properties\n {2}os_distro {2}debian\nStored by Glance Images\n {2}glance_images\./m);
    const { image } = document(await line.expect(0, 'show', '--json', id)) as { image: Record<string, unknown> };
    assert.equal(image.id, id);
    assert.equal((image.properties as Record<string, string>).os_distro, 'debian');
    const missing = await line.expect(1, 'show', '--json', '00000000-0000-4000-8000-000000000000');
    assert.equal(missing.stdout, '');
    assert.match(
      missing.stderr,
      new RegExp(`in ${cloud.cloud}/${cloud.regions.join(`, ${cloud.cloud}/`)}\\..* \\[image-not-found\\]$`, 'm'),
    );
  });

  it('imports an image as a definition that plans to nothing, and overwrites no file', async () => {
    const run = await line.expect(0, 'import', id, '-o', 'imported.image.jsonc');
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /^Wrote imported\.image\.jsonc\.$/m);
    const { plans } = document(
      await line.expect(0, 'plan', '--json', '--detailed-exitcode', 'imported.image.jsonc'),
    ) as {
      plans: { action: string; image_id: string; changes: unknown[] }[];
    };
    assert.equal(plans.length, 1);
    assert.ok(['none', 'adopt'].includes(plans[0]?.action ?? ''), plans[0]?.action);
    assert.equal(plans[0]?.image_id, id);
    assert.deepEqual(plans[0].changes, []);
    const before = await readFile(join(line.folder, 'imported.image.jsonc'), 'utf8');
    const again = await line.expect(1, 'import', id, '-o', 'imported.image.jsonc');
    assert.match(again.stderr, /it already exists\..* \[file-not-written\]$/m);
    assert.equal(await readFile(join(line.folder, 'imported.image.jsonc'), 'utf8'), before);
    assert.equal((await line.expect(0, 'import', id)).stdout, before);
  });

  it('shows an image as a Terraform resource, which becomes the definition that changes nothing', async () => {
    const shown = await line.expect(0, 'show', id, '--as', 'terraform');
    assert.match(shown.stdout, /^resource "openstack_images_image_v2" "cli_[\w-]+" \{$/m);
    assert.match(shown.stdout, /^ {2}min_ram_mb {7}= 64$/m);
    assert.match(shown.stdout, new RegExp(`^  id = "${id}"$`, 'm'));
    assert.doesNotMatch(shown.stdout, /glance_images\.\w+"? *=/);
    assert.match(shown.stdout, /^ {6}properties\["glance_images\.owns"\],$/m);
    await writeFile(join(line.folder, 'main.tf'), shown.stdout);
    await line.expect(0, 'import', '--terraform', 'main.tf', '-o', 'new.image.jsonc');
    const run = await line.expect(0, 'plan', 'new.image.jsonc', '--json', '--adopt');
    const { plans } = document(run) as { plans: readonly { image_id: string; changes: readonly unknown[] }[] };
    const [plan] = plans;
    assert.deepEqual([plan?.image_id, plan?.changes], [id, []]);
    const usage = await line.run('show', id, '--as', 'terraform', '--json');
    assert.equal(usage.code, 64);
  });

  it('refuses of a Terraform file what is not a literal, at its place', async () => {
    const text = 'resource "openstack_images_image_v2" "a" {\n  name = var.name\n}\n';
    await writeFile(join(line.folder, 'main.tf'), text);
    const run = await line.expect(1, 'import', '--terraform', 'main.tf', '-o', 'new.image.jsonc');
    assert.match(
      run.stderr,
      /^main\.tf:2:10: error: "name" is an expression \(var\.name\).* \[terraform-expression\]$/m,
    );
    await assert.rejects(readFile(join(line.folder, 'new.image.jsonc')), { code: 'ENOENT' });
    assert.equal((await line.run('import')).code, 64);
    assert.equal((await line.run('import', id, '--terraform', 'main.tf')).code, 64);
  });

  it('says at its place what is odd about its cloud, or wrong with it', async () => {
    const odd = await line.useEntry({ insecure: 'perhaps' });
    const file = join(line.folder, 'clouds-of-its-own.yaml').replaceAll('.', '\\.');
    const at = (text: string): string => `${file}:${text.trimEnd().split('\n').length}:5`;
    const listed = await line.expect(0, 'list');
    const warning =
      '"insecure" of the cloud .* is neither true nor false, so certificates are checked\\. \\[value-not-boolean\\]';
    assert.match(listed.stderr, new RegExp(`^${at(odd)}: warning: ${warning}$`, 'm'));
    const wrong = await line.useEntry({ auth_type: 'v3kerberos' });
    const refused = await line.expect(1, 'list');
    assert.match(refused.stderr, new RegExp(`auth_type "v3kerberos".* Correct it in ${at(wrong)}\\.`));
  });
});
