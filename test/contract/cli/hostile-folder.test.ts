import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rawDisk } from '../../host/raw-disk.ts';
import { closeAll } from '../../unit/core/http/surroundings.ts';
import { Origin } from '../../unit/core/source/url/origin.ts';
import { cloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

interface Planned {
  readonly plans: readonly {
    readonly action: string;
    readonly problems: readonly { readonly code: string; readonly message: string }[];
  }[];
}

/** A disk as raw bytes: one partition, and then what no other disk has. */
function disk(bytes: number): Buffer {
  return Buffer.concat([rawDisk(1).subarray(0, 512), randomBytes(bytes - 512)]);
}

const hex = (algorithm: string, bytes: Buffer | string): string => createHash(algorithm).update(bytes).digest('hex');

/** A clone, with what somebody else committed into it. */
describe('a folder from somebody else', () => {
  let line: CommandLine;
  let outside: string;
  let victim: string;
  let origin: Origin;
  let name: string;

  beforeEach(async () => {
    line = await CommandLine.open(await cloudUnderTest());
    outside = await realpath(await mkdtemp(join(tmpdir(), 'glance-images-outside-')));
    victim = join(outside, '.bashrc');
    await writeFile(victim, 'export PATH\n');
    origin = await Origin.start(disk(70_000));
    name = line.uniqueName('Hostile');
  });

  afterEach(async () => {
    await line.close();
    await closeAll();
    await rm(outside, { recursive: true, force: true });
  });

  async function define(more: object): Promise<void> {
    const [region] = line.cloud.regions;
    await line.define('a.image.jsonc', { name, container_format: 'bare', disk_format: 'raw', region, ...more });
  }

  function fetched(): object {
    return { image_source_url: origin.url, image_cache_path: 'kept' };
  }

  /** The name that the cache gives the file of the origin. */
  function cached(): string {
    return join(line.folder, 'kept', `${hex('md5', origin.url)}.img`);
  }

  /** A download of other bytes, as the tool itself would have kept it. */
  async function commitDownload(file: string, bytes: Buffer): Promise<void> {
    await writeFile(file, bytes);
    const digests = { md5: hex('md5', bytes), sha512: hex('sha512', bytes) };
    const known = { source: origin.url, url_sha256: hex('sha256', origin.url), etag: origin.etag, digests };
    await writeFile(`${file}.json`, JSON.stringify({ ...known, size: bytes.length, fetched: '2026-01-01T00:00:00Z' }));
  }

  async function uploaded(): Promise<string | null | undefined> {
    return (await line.named(name))[0]?.checksum;
  }

  const COMMITTED = ['', '.json', '.part', '.part.json', '.lock'];
  for (const ending of COMMITTED) {
    it(`has no file written through a link in its cache (*.img${ending})`, async () => {
      await define(fetched());
      await mkdir(join(line.folder, 'kept'));
      await symlink(victim, `${cached()}${ending}`);
      await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
      assert.equal(await readFile(victim, 'utf8'), 'export PATH\n');
      assert.deepEqual(await readdir(outside), ['.bashrc']);
      assert.equal(await uploaded(), hex('md5', origin.body));
    });

    it(`has no file written through a link in its cache (decompressed-*.img${ending})`, async () => {
      const content = origin.body;
      origin.body = gzipSync(content);
      await define({ ...fetched(), decompress: true });
      await mkdir(join(line.folder, 'kept'));
      const name = `decompressed-${hex('sha512', origin.body).slice(0, 40)}.img${ending}`;
      await symlink(victim, join(line.folder, 'kept', name));
      await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
      assert.equal(await readFile(victim, 'utf8'), 'export PATH\n');
      assert.deepEqual(await readdir(outside), ['.bashrc']);
      assert.equal(await uploaded(), hex('md5', content));
    });
  }

  it('has no file written through its second name in a cache', async () => {
    await define(fetched());
    // On the file system of the folder, where a hard link can be.
    const own = join(line.folder, 'own');
    await writeFile(own, 'mine\n');
    await mkdir(join(line.folder, 'kept'));
    await link(own, `${cached()}.part`);
    await line.expect(0, 'plan', '--fetch', 'a.image.jsonc');
    assert.equal(await readFile(own, 'utf8'), 'mine\n');
  });

  it('does not hang at a FIFO in its cache', async () => {
    await define(fetched());
    await mkdir(join(line.folder, 'kept'));
    for (const ending of ['', '.json', '.part', '.part.json']) execFileSync('mkfifo', [`${cached()}${ending}`]);
    await line.expect(0, 'plan', '--fetch', 'a.image.jsonc');
    assert.deepEqual(await readFile(cached()), origin.body);
  });

  for (const [what, path] of [
    ['itself', 'link'],
    ['is below one', 'link/kept'],
    ['is one by the workspace', '${workspaceFolder}/link'],
  ] as const) {
    it(`can't have a cache folder that leads out of it through a link (which ${what})`, async () => {
      await define({ ...fetched(), image_cache_path: path });
      await symlink(outside, join(line.folder, 'link'));
      const planned = document(await line.expect(1, 'plan', '--fetch', '--json', 'a.image.jsonc')) as Planned;
      const problem = planned.plans[0]?.problems.find(({ code }) => code === 'cache-folder-is-link');
      assert.ok(problem, JSON.stringify(planned));
      assert.ok(problem.message.includes(outside), problem.message);
      assert.deepEqual(await readdir(outside), ['.bashrc']);
      await line.expect(1, 'apply', '--auto-approve', 'a.image.jsonc');
      assert.deepEqual(await line.named(name), []);
    });
  }

  it('is not believed what a committed download holds, though the origin answers 304', async () => {
    await define(fetched());
    await mkdir(join(line.folder, 'kept'));
    await commitDownload(cached(), disk(70_000));
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.equal(await uploaded(), hex('md5', origin.body));
  });

  it('is not believed how a committed download that was cut begins', async () => {
    await define(fetched());
    await mkdir(join(line.folder, 'kept'));
    await writeFile(`${cached()}.part`, disk(30_000));
    const known = { url_sha256: hex('sha256', origin.url), etag: origin.etag, total: origin.body.length };
    await writeFile(`${cached()}.part.json`, JSON.stringify(known));
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.equal(await uploaded(), hex('md5', origin.body));
  });

  it('is not believed what was in an archive', async () => {
    const content = origin.body;
    origin.body = gzipSync(content);
    await define({ ...fetched(), decompress: true });
    await mkdir(join(line.folder, 'kept'));
    const sha512 = hex('sha512', origin.body);
    const file = join(line.folder, 'kept', `decompressed-${sha512.slice(0, 40)}.img`);
    const other = disk(70_000);
    await writeFile(file, other);
    const digests = { md5: hex('md5', other), sha512: hex('sha512', other) };
    const known = { source: origin.url, url_sha256: sha512, size: other.length, fetched: '2026-01-01T00:00:00Z' };
    await writeFile(`${file}.json`, JSON.stringify({ ...known, digests }));
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.equal(await uploaded(), hex('md5', content));
  });

  it('may hold a cache: what was fetched into it is not fetched again', async () => {
    await define(fetched());
    await line.expect(0, 'plan', '--fetch', 'a.image.jsonc');
    const before = origin.bytesSent;
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.equal(origin.bytesSent, before);
    assert.equal(await uploaded(), hex('md5', origin.body));
    const shown = document(await line.expect(0, 'cache', 'show', '--dir', 'kept', '--json')) as { sources: object[] };
    assert.equal(shown.sources.length, 1);
    await line.expect(0, 'cache', 'clear', '--dir', 'kept');
    assert.deepEqual(await readdir(join(line.folder, 'kept')), []);
  });

  it('has its committed cache used where the checksum says that it is right', async () => {
    await define({ ...fetched(), image_source_checksum: `sha256:${hex('sha256', origin.body)}` });
    await mkdir(join(line.folder, 'kept'));
    await commitDownload(cached(), origin.body);
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.equal(origin.bytesSent, 0);
    assert.equal(await uploaded(), hex('md5', origin.body));
  });

  it('shows where a file comes from that is not in it', async () => {
    const file = join(outside, 'disk.raw');
    await writeFile(file, disk(1000));
    await symlink(file, join(line.folder, 'disk.raw'));
    line.setVariable('GLANCE_IMAGES_THERE', outside);
    for (const path of ['disk.raw', file, `../../${file}`, '${env:GLANCE_IMAGES_THERE}/disk.raw']) {
      await define({ local_file_path: path });
      const planned = document(await line.expect(0, 'plan', '--json', 'a.image.jsonc')) as Planned;
      const problem = planned.plans[0]?.problems.find(({ code }) => code === 'path-outside');
      assert.ok(problem?.message.includes(file), `${path}: ${JSON.stringify(planned)}`);
    }
    const { stdout, stderr } = await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    assert.ok(stdout.includes(`to send from ${file}`), stdout);
    assert.match(stderr, /"local_file_path" is outside the folder.*\[path-outside\]/);
    assert.match(stderr, /^--auto-approve also approves: "local_file_path" is outside/m);
  });

  it('shows that a file is reached through a link, though it is in it', async () => {
    await mkdir(join(line.folder, 'disks'));
    await writeFile(join(line.folder, 'disks', 'disk.raw'), disk(1000));
    await symlink('disks', join(line.folder, 'link'));
    await define({ local_file_path: 'link/disk.raw' });
    const planned = document(await line.expect(0, 'plan', '--json', 'a.image.jsonc')) as Planned;
    const problem = planned.plans[0]?.problems.find(({ code }) => code === 'path-is-link');
    assert.ok(problem?.message.includes(join('disks', 'disk.raw')), JSON.stringify(planned));
  });

  it('says nothing of the paths of files that lie in it', async () => {
    await mkdir(join(line.folder, 'disks'));
    await writeFile(join(line.folder, 'disks', 'disk.raw'), disk(1000));
    await define({ local_file_path: 'disks/disk.raw' });
    const planned = document(await line.expect(0, 'plan', '--json', 'a.image.jsonc')) as Planned;
    const codes = planned.plans[0]?.problems.map(({ code }) => code) ?? [];
    assert.deepEqual(
      codes.filter((code) => code.startsWith('path-')),
      [],
    );
  });

  it('shows where a checksum and a cache are that are not in it', async () => {
    const sums = join(outside, 'SHA256SUMS');
    await writeFile(sums, `${hex('sha256', origin.body)}  disk.img\n`);
    const cache = join(outside, 'cache');
    await define({ image_source_url: origin.url, image_source_checksum: sums, image_cache_path: cache });
    const planned = document(await line.expect(0, 'plan', '--json', 'a.image.jsonc')) as Planned;
    const problems = planned.plans[0]?.problems.filter(({ code }) => code === 'path-outside') ?? [];
    assert.equal(problems.length, 2, JSON.stringify(planned));
    for (const path of [sums, cache]) assert.ok(problems.some(({ message }) => message.includes(path)));
  });

  for (const [what, make] of [
    ['a device without an end', () => '/dev/zero'],
    [
      'a FIFO',
      () => {
        const fifo = join(line.folder, 'sums');
        execFileSync('mkfifo', [fifo]);
        return fifo;
      },
    ],
  ] as const) {
    it(`can't have ${what} read as a checksum file`, async () => {
      await define({ image_source_url: origin.url, image_source_checksum: make() });
      const planned = document(await line.expect(1, 'plan', '--json', 'a.image.jsonc')) as Planned;
      assert.deepEqual(
        planned.plans[0]?.problems.map(({ code }) => code).filter((code) => !code.startsWith('path-')),
        ['checksum-file-unreadable'],
      );
    });
  }

  it('has no definition written through a link', async () => {
    await writeFile(join(line.folder, 'disk.raw'), disk(1000));
    await define({ local_file_path: 'disk.raw' });
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    const [image] = await line.named(name);
    await symlink(join(outside, 'new'), join(line.folder, 'imported.image.jsonc'));
    await line.expect(1, 'import', image?.id ?? '', '-o', 'imported.image.jsonc');
    assert.deepEqual(await readdir(outside), ['.bashrc']);
  });

  it('has no download written through a link, nor through a second name', async () => {
    const bytes = disk(1000);
    await writeFile(join(line.folder, 'disk.raw'), bytes);
    await define({ local_file_path: 'disk.raw' });
    await line.expect(0, 'apply', '--auto-approve', 'a.image.jsonc');
    const id = (await line.named(name))[0]?.id ?? '';
    const part = join(line.folder, `.saved.raw.${id}.part`);
    await symlink(victim, part);
    await line.expect(0, 'download', id, '-o', 'saved.raw');
    assert.deepEqual(await readFile(join(line.folder, 'saved.raw')), bytes);
    const own = join(line.folder, 'own');
    await writeFile(own, 'mine\n');
    await link(own, part);
    await symlink(victim, join(line.folder, 'link.raw'));
    await line.expect(0, 'download', id, '-o', 'saved.raw', '--force');
    assert.equal(await readFile(own, 'utf8'), 'mine\n');
    const refused = await line.expect(1, 'download', id, '-o', 'link.raw', '--force');
    assert.match(refused.stderr, /is a link, and links are not replaced/);
    assert.equal(await readFile(victim, 'utf8'), 'export PATH\n');
  });
});
