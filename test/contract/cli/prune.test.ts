import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

describe('glance-images prune', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let kept: string;
  let gone: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    kept = line.uniqueName('kept');
    gone = line.uniqueName('gone');
    await mkdir(join(line.folder, 'images'));
    await define(kept);
    await define(gone);
    for (const round of [1, 2]) {
      await line.workplace.file('images/disk.raw', randomBytes(70_000 + round));
      await line.expect(0, 'apply', '--auto-approve', 'images');
    }
  });

  afterEach(async () => line.close());

  async function define(name: string, extra: object = {}): Promise<void> {
    const [file] = name.split(' ');
    const image = { name, container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw', ...extra };
    await line.define(`images/${file ?? ''}.image.jsonc`, { ...image, region: cloud.regions[0] });
  }

  const count = async (name: string): Promise<number> => (await line.named(name, cloud.regions[0])).length;

  it('deletes the images of a definition that went, with those that they replaced, once it is agreed to', async () => {
    assert.equal((await line.expect(0, 'prune', 'images', '--auto-approve')).stdout, 'Nothing to delete.\n');
    await rm(join(line.folder, 'images', 'gone.image.jsonc'));
    const declined = await line.expect(1, 'prune', 'images');
    assert.equal(declined.stdout.match(/^delete: "gone /gm)?.length, 2);
    assert.deepEqual([await count(gone), await count(kept)], [2, 2]);
    const run = await line.expect(0, 'prune', 'images', '--auto-approve', '--json');
    const { results } = document(run) as { results: { status: string }[] };
    assert.deepEqual(
      results.map(({ status }) => status),
      ['deleted', 'deleted'],
    );
    assert.deepEqual([await count(gone), await count(kept)], [0, 2]);
  });

  it('says that a protected image stays', async () => {
    await define(gone, { protected: true });
    await line.expect(0, 'apply', '--auto-approve', 'images');
    await rm(join(line.folder, 'images', 'gone.image.jsonc'));
    const run = await line.expect(0, 'prune', 'images', '--auto-approve');
    assert.match(run.stderr, /^kept: "gone .*, is protected$/m);
    assert.equal(await count(gone), 1);
    await define(gone, { protected: false });
    await line.expect(0, 'apply', '--auto-approve', 'images');
  });

  it('deletes nothing where a definition can’t be read, its cloud is unknown, or only files are named', async () => {
    await rm(join(line.folder, 'images', 'gone.image.jsonc'));
    const files = await line.expect(64, 'prune', 'images/kept.image.jsonc', '--auto-approve');
    assert.match(files.stderr, /prune needs a folder/);
    await line.define('images/broken.image.jsonc', { name: kept });
    await line.expect(1, 'prune', 'images', '--auto-approve');
    await line.define('images/broken.image.jsonc', {
      name: 'x',
      container_format: 'bare',
      disk_format: 'raw',
      cloud: 'nowhere',
    });
    const unknown = await line.expect(1, 'prune', 'images', '--auto-approve');
    assert.match(unknown.stderr, /^Nothing was deleted\.$/m);
    assert.equal(await count(gone), 2);
  });
});
