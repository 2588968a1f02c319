import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { logIn } from '../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

describe('glance-images delete', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('cli');
    await line.workplace.file('disk.raw', randomBytes(70_000));
  });

  afterEach(async () => line.close());

  function wanted(extra: object = {}): object {
    return { name, container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw', ...extra };
  }

  async function make(extra: object = {}): Promise<readonly string[]> {
    const results = await line.workplace.apply(await line.workplace.define(wanted(extra)));
    return results.map(({ imageId, error }) => {
      assert.equal(error, undefined);
      return imageId ?? '';
    });
  }

  it('deletes by id, in whichever region it is', async () => {
    const [id = ''] = await make({ region: cloud.regions[1] });
    const declined = await line.expect(1, 'delete', id);
    assert.match(
      declined.stdout,
      new RegExp(`^delete: "${name}" in ${cloud.cloud}/${cloud.regions[1]}, image ${id}$`, 'm'),
    );
    assert.match(declined.stderr, /^There is no terminal to ask in\. Use --auto-approve/m);
    assert.equal((await line.named(name, cloud.regions[1])).length, 1);
    const run = await line.expect(0, 'delete', '--json', '--auto-approve', id, id);
    assert.deepEqual(document(run), {
      format_version: 1,
      results: [{ cloud: cloud.cloud, region: cloud.regions[1], image_id: id, name, status: 'deleted', error: null }],
    });
    assert.deepEqual(await line.named(name, cloud.regions[1]), []);
    const again = await line.expect(1, 'delete', '--auto-approve', id);
    assert.match(again.stderr, /\[image-not-found\]$/m);
  });

  it('deletes the images that a definition means, whatever became of their source', async () => {
    await make({ regions: cloud.regions });
    await line.define('a.image.jsonc', wanted({ regions: cloud.regions, local_file_path: 'gone.raw' }));
    const run = await line.expect(0, 'delete', '--auto-approve', '--region', cloud.regions[0], 'a.image.jsonc');
    assert.match(run.stdout, /^deleted: /m);
    assert.deepEqual(await line.named(name, cloud.regions[0]), []);
    assert.equal((await line.named(name, cloud.regions[1])).length, 1);
    await line.expect(0, 'delete', '--auto-approve', 'a.image.jsonc');
    assert.deepEqual(await line.named(name, cloud.regions[1]), []);
    const nothing = await line.expect(0, 'delete', '--auto-approve', 'a.image.jsonc');
    assert.equal(nothing.stdout, 'Nothing to delete.\n');
  });

  for (const [what, extra] of [
    [
      'a cache whose place is unknown',
      { image_source_url: 'http://127.0.0.1:9/', image_cache_path: '${env:NOWHERE}/x' },
    ],
    ['a source that does not answer', { image_source_url: 'http://127.0.0.1:9/disk.img', decompress: true }],
    ['a source that nobody may fetch from', { image_source_url: 'http://169.254.169.254/disk.img' }],
    ['a store that is not there', { local_file_path: 'gone.raw', stores: ['nowhere'] }],
    [
      'a cloud that is not there',
      { local_file_path: 'gone.raw', visibility: 'shared', members: [{ project: 'p', accept_with: 'nowhere' }] },
    ],
  ] as const) {
    it(`is not kept from deleting by ${what}`, async () => {
      await make();
      await line.define('a.image.jsonc', { name, container_format: 'bare', disk_format: 'raw', ...extra });
      await line.expect(0, 'delete', '--auto-approve', 'a.image.jsonc');
      assert.deepEqual(await line.named(name), []);
    });
  }

  it('never deletes an image of that name which no definition made', async () => {
    const [id = ''] = await make();
    await line.define('copy.image.jsonc', wanted({ key: `${name} other` }));
    assert.match(
      (await line.expect(0, 'delete', '--auto-approve', 'copy.image.jsonc')).stdout,
      /^Nothing to delete\.$/m,
    );
    await forgetMarks(id);
    await line.define('a.image.jsonc', wanted());
    const run = await line.expect(1, 'delete', '--auto-approve', 'a.image.jsonc');
    assert.match(
      run.stderr,
      /^a\.image\.jsonc:2:11: error: .* To delete that image, give its id\. \[unmarked-image\]$/m,
    );
    assert.match(run.stderr, /^Nothing was deleted\.$/m);
    assert.equal((await line.named(name)).length, 1);
  });

  it('says of a protected image what to do, and deletes the others', async () => {
    const [id = ''] = await make({ protected: true });
    const other = line.uniqueName('cli');
    const [otherId = ''] = await make({ name: other });
    const run = await line.expect(1, 'delete', '--auto-approve', id, otherId);
    assert.match(run.stderr, new RegExp(`^failed: "${name}" .*"protected": false.* \\[image-protected\\]$`, 'm'));
    assert.match(run.stdout, new RegExp(`^deleted: "${other}"`, 'm'));
    assert.equal((await line.named(name)).length, 1);
    assert.deepEqual(await line.named(other), []);
  });

  /** Takes what this tool remembers off an image, as if somebody else had made it. */
  async function forgetMarks(id: string): Promise<void> {
    const marks = Object.keys((await line.named(name))[0]?.properties ?? {}).filter((each) =>
      each.startsWith('glance_images.'),
    );
    assert.ok(marks.length > 0);
    const session = await logIn('cloud', 0);
    const answer = await session.patch(
      id,
      marks.map((mark) => ({ op: 'remove', path: `/${mark}` })),
    );
    assert.equal(answer.status, 200, answer.text);
  }
});
