import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandLine } from '../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { WebSource } from '../web-source.ts';

describe('glance-images new --from-catalog', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let publisher: WebSource;
  let name: string;
  let asked: string[];
  const disk = Buffer.alloc(70_000, 3);

  before(async () => {
    cloud = await cloudUnderTest();
  });

  /** The publisher has two releases, lists them, and has a checksum file beside each. */
  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('catalog');
    publisher = await WebSource.start(cloud, disk);
    asked = [];
    const sums = `${createHash('sha256').update(disk).digest('hex')}  disk.img\n`;
    publisher.intercept = (request, response) => {
      const { url = '' } = request;
      asked.push(url);
      if (url.endsWith('disk.img')) return false;
      const text = url === '/list/' ? '<a href="1.9/"> <a href="1.10/">' : url.endsWith('SUMS') ? sums : undefined;
      response.writeHead(text === undefined ? 404 : 200).end(text);
      return true;
    };
    const at = publisher.url.replace('/disk.img', '');
    const releases = {
      list: `${at}/list/`,
      pattern: '="{release}/"',
      url: `${at}/{release}/disk.img`,
      checksum: `${at}/{release}/SUMS`,
    };
    const follow = { url: `${at}/latest/disk.img`, checksum: `${at}/latest/SUMS` };
    const entry = {
      ...{ id: 'of-test', title: name, sources: ['the test'], login: 'tester', disk_format: 'raw' },
      properties: { os_distro: 'debian' },
      architectures: { x86_64: { follow, releases, checked: null }, aarch64: { releases, checked: null } },
    };
    await writeFile(join(line.folder, 'image-catalog.json'), JSON.stringify({ format_version: 1, entries: [entry] }));
  });

  afterEach(async () => {
    await publisher.stop();
    await line.close();
  });

  it('lists what ships and what the folder adds, and asks nobody', async () => {
    const { stdout } = await line.expect(0, 'new', '--from-catalog');
    assert.match(stdout, /^ubuntu-24\.04 +Ubuntu 24\.04 LTS, x86_64, aarch64$/m);
    assert.match(stdout, /^of-test .*, x86_64, aarch64 \(--pin\)$/m);
    assert.deepEqual(asked, []);
  });

  it('pins the newest release, and what it wrote is applied', async () => {
    await line.expect(0, 'new', '--from-catalog', 'of-test', '--pin', '-o', 'a.image.jsonc');
    assert.deepEqual(asked, ['/list/', '/1.10/SUMS']);
    const text = await readFile(join(line.folder, 'a.image.jsonc'), 'utf8');
    assert.match(text, /"image_source_url": ".*\/1\.10\/disk\.img"/);
    assert.match(text, /"image_source_checksum": "sha256:[0-9a-f]{64}"/);
    assert.match(text, /Login user: tester\./);
    const [region] = cloud.regions;
    const applied = await line.expect(0, 'apply', '--auto-approve', '--region', region, 'a.image.jsonc');
    assert.match(applied.stdout, /^Apply: 1 done\.$/m);
    assert.equal((await line.named(name, region)).length, 1);
  });

  it('follows the publisher without asking, and fails where nothing can be followed or found', async () => {
    const followed = await line.expect(0, 'new', '--from-catalog', 'of-test');
    assert.match(followed.stdout, /"image_source_checksum": "http.*\/latest\/SUMS"/);
    assert.deepEqual(asked, []);
    const arm = await line.expect(1, 'new', '--from-catalog', 'of-test', '--arch', 'aarch64');
    assert.match(arm.stderr, /It can only be pinned.*\[catalog-entry-unknown\]$/m);
    const absent = await line.expect(1, 'new', '--from-catalog', 'absent');
    assert.match(absent.stderr, /\[catalog-entry-unknown\]$/m);
  });

  it('takes a catalog from an address that was named, and refuses one that is none', async () => {
    const catalog = await readFile(join(line.folder, 'image-catalog.json'), 'utf8');
    const further = catalog.replace('"of-test"', '"of-address"');
    publisher.intercept = (request, response) => {
      response.end(request.url === '/catalog.json' ? further : 'no JSON');
      return true;
    };
    const address = publisher.url.replace('disk.img', 'catalog.json');
    const { stdout } = await line.expect(0, 'new', '--from-catalog', '--catalog', address);
    assert.match(stdout, /^of-address /m);
    const bad = await line.expect(1, 'new', '--from-catalog', '--catalog', address.replace('catalog.json', 'x'));
    assert.match(bad.stderr, /\[catalog-invalid\]$/m);
  });
});
