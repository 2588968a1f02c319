import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closeAll } from '../../unit/core/http/surroundings.ts';
import { Origin } from '../../unit/core/source/url/origin.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

const FAULTY_DISK = pathToFileURL(join(import.meta.dirname, '..', 'faulty-disk.ts')).href;
const bytes = randomBytes(4 * 1024 * 1024 + 17);

describe('the command line on a disk that goes wrong', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    await line.workplace.file('disk.raw', bytes);
  });

  afterEach(async () => {
    await line.close();
    await closeAll();
  });

  const at = (name: string): string => join(line.folder, name);

  async function define(what: string, extra: object): Promise<string> {
    const name = line.uniqueName(what);
    const common = { name, container_format: 'bare', disk_format: 'raw', region: cloud.regions[0] };
    await line.define(`${what}.image.jsonc`, { ...common, ...extra });
    return name;
  }

  function full(code: 'ENOSPC' | 'EDQUOT'): void {
    line.setVariable('NODE_OPTIONS', `--import=${FAULTY_DISK}`);
    line.setVariable('FAULTY_DISK', JSON.stringify({ full: { after: 2_500_000, code } }));
  }

  it('says once that nothing can be kept, and applies several images all the same', async () => {
    await writeFile(at('cache'), 'a file where the cache folder belongs');
    for (const what of ['one', 'two', 'three']) {
      await line.workplace.file(`${what}.raw`, randomBytes(5000));
      await define(what, { local_file_path: `${what}.raw` });
    }
    const names = ['one', 'two', 'three'].map((what) => `${what}.image.jsonc`);
    const { stderr, stdout } = await line.expect(0, 'apply', '--auto-approve', ...names);
    assert.match(stdout, /^Apply: 3 done\.$/m);
    assert.equal(stderr.match(/can't be written/g)?.length, 1, stderr);
    assert.match(
      stderr,
      /^The folder ".*glance-images" can't be written: a file is in the place of a folder\. The work continues/m,
    );
    assert.doesNotMatch(stderr, /Error: |ENOTDIR/);
  });

  it('says that the cache is full, and nothing of a live image that moved; then goes on with what came', async () => {
    const origin = await Origin.start(bytes);
    const name = await define('url', { image_source_url: origin.url });
    full('ENOSPC');
    const { stderr } = await line.expect(1, 'apply', '--auto-approve', 'url.image.jsonc');
    assert.match(stderr, /The cache folder ".*" is full\. Free some space .*\[cache-full\]$/m);
    assert.doesNotMatch(stderr, /live image/);
    assert.deepEqual(await line.named(name), []);
    line.setVariable('FAULTY_DISK', '{}');
    await line.expect(0, 'apply', '--auto-approve', 'url.image.jsonc');
    assert.match(origin.seen.at(-1)?.headers.range ?? '', /^bytes=[1-9]\d*-$/);
  });

  it('says that the cache folder was deleted while it was fetched into, and makes it anew the next time', async () => {
    const origin = await Origin.start(bytes);
    const name = await define('url', { image_source_url: origin.url });
    const held: ServerResponse[] = [];
    origin.intercept = (_seen, response) => {
      response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' });
      response.write(bytes.subarray(0, 3_000_000));
      held.push(response);
      return true;
    };
    const running = line.start('apply', '--auto-approve', 'url.image.jsonc');
    await running.written(/\d+% of/);
    await rm(at('cache'), { recursive: true });
    for (const response of held) response.end(bytes.subarray(3_000_000));
    const { code, stderr } = await running.ended;
    assert.equal(code, 1);
    assert.match(stderr, /The cache folder ".*" was deleted while it was in use\. Try again.*\[cache-not-writable\]$/m);
    assert.doesNotMatch(stderr, /live image|ENOENT/);
    assert.deepEqual(await line.named(name), []);
    origin.intercept = () => false;
    await line.expect(0, 'apply', '--auto-approve', 'url.image.jsonc');
  });

  for (const [what, code] of [
    ['disk', 'ENOSPC'],
    ['quota of the disk', 'EDQUOT'],
  ] as const) {
    it(`leaves the older file where a download finds the ${what} full, and goes on with what came`, async () => {
      const name = await define('made', { local_file_path: 'disk.raw' });
      await line.expect(0, 'apply', '--auto-approve', 'made.image.jsonc');
      const id = (await line.named(name))[0]?.id ?? '';
      await writeFile(at('got.raw'), 'old');
      full(code);
      const { stderr } = await line.expect(1, 'download', id, '-o', 'got.raw', '--force');
      assert.match(stderr, /The disk has no space for ".*got\.raw"\. Free some space.*\[disk-full\]$/m);
      assert.equal(await readFile(at('got.raw'), 'utf8'), 'old');
      line.setVariable('FAULTY_DISK', '{}');
      const { results } = document(await line.expect(0, 'download', id, '-o', 'got.raw', '--force', '--json')) as {
        results: readonly { resumed_from: number }[];
      };
      assert.ok((results[0]?.resumed_from ?? 0) > 0);
      assert.ok((await readFile(at('got.raw'))).equals(bytes));
      assert.deepEqual(
        (await readdir(line.folder)).filter((each) => each.endsWith('.part')),
        [],
      );
    });
  }

  it('writes a download to a regular file only, with --force too', async () => {
    const name = await define('made', { local_file_path: 'disk.raw' });
    await line.expect(0, 'apply', '--auto-approve', 'made.image.jsonc');
    const id = (await line.named(name))[0]?.id ?? '';
    // A link of this folder's own stands for a device: a fault must not cost the machine one.
    await symlink('/dev/null', at('device'));
    await symlink(at('disk.raw'), at('link'));
    for (const [target, message] of [
      ['device', /device" is a device, not a regular file\. Use a regular file/],
      ['link', /link" is a link, and links are not replaced\. Use its target, ".*disk\.raw"/],
      ['missing/got.raw', /missing\/got\.raw" can't be written/],
      ['disk.raw/got.raw', /disk\.raw\/got\.raw" can't be written/],
    ] as const) {
      const { stderr } = await line.expect(1, 'download', id, '-o', target, '--force');
      assert.match(stderr, message);
    }
    assert.ok((await readFile(at('disk.raw'))).equals(bytes));
  });

  it('sends nothing of a file that is none, and says what it is', async () => {
    await mkdir(at('folder'));
    await writeFile(at('empty'), '');
    await symlink('nowhere', at('broken'));
    await symlink('circle', at('circle'));
    await symlink('/dev/zero', at('device'));
    execFileSync('mkfifo', [at('fifo')]);
    const long = 'ä'.repeat(120);
    const cases = [
      ['missing', /missing" does not exist\..*\[source-missing\]/],
      ['folder', /folder" is a folder\..*\[source-not-a-file\]/],
      ['empty', /empty" is empty\..*\[source-empty\]/],
      ['broken', /broken" does not exist\..*\[source-missing\]/],
      ['circle', /circle" can't be read: ELOOP.*\[source-unreadable\]/],
      ['device', /"\/dev\/zero" is not a regular file\..*\[source-not-a-file\]/],
      ['fifo', /fifo" is not a regular file\..*\[source-not-a-file\]/],
      [long, /ä" does not exist\..*\[source-missing\]/],
      [`${long}${long}`, /can't be read: ENAMETOOLONG.*\[source-unreadable\]/],
    ] as const;
    const names = await Promise.all(cases.map(([path], index) => define(`none-${index}`, { local_file_path: path })));
    const files = cases.map((_case, index) => `none-${index}.image.jsonc`);
    const { stderr } = await line.expect(1, 'apply', '--auto-approve', ...files);
    for (const [, message] of cases) assert.match(stderr, message);
    for (const name of names) assert.deepEqual(await line.named(name), []);
  });

  it('sends a file of any name, and a sparse one whole', async () => {
    const odd = `${'ä'.repeat(110)} "x' & %41 ~ .raw`;
    await writeFile(at(odd), '');
    await truncate(at(odd), 3_000_000);
    const name = await define('odd', { local_file_path: odd });
    await line.expect(0, 'apply', '--auto-approve', 'odd.image.jsonc');
    assert.equal((await line.named(name))[0]?.size, 3_000_000);
  });

  it('counts a file of more than 4 GiB to the byte', async () => {
    const size = 5 * 2 ** 30 + 3;
    await writeFile(at('huge.raw'), '');
    await truncate(at('huge.raw'), size);
    await define('huge', { local_file_path: 'huge.raw' });
    assert.match((await line.expect(0, 'plan', 'huge.image.jsonc')).stdout, new RegExp(`${size} bytes`));
  });
});
