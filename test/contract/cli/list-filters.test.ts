import assert from 'node:assert/strict';
import { useSessions } from '../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

interface ListDocument {
  readonly regions: readonly { readonly images: readonly { readonly id: string; readonly member_status?: string }[] }[];
}

describe('glance-images list with filters, accept and reject', () => {
  const users = useSessions();
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    name = line.uniqueName('listed');
  });

  afterEach(async () => line.close());

  /** The ids that the list prints for these options, in the first region. */
  async function ids(...options: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await line.expect(0, 'list', '-o', 'ID', '--region', cloud.regions[0], ...options);
    return stdout.split('\n').filter((text) => text !== '');
  }

  it('lists what meets every condition, and prints nothing but ids', async () => {
    const [noble, other] = [
      await users.demo.create({ name, os_distro: 'ubuntu', min_disk: 3, tags: ['lts', 'b'], 'x/y': 'a=b' }),
      await users.demo.create({ name: `${name} 2`, os_distro: 'debian', os_hidden: true, tags: ['b'] }),
    ];
    const named = ['--name', `${name}*`];
    assert.deepEqual(await ids(...named), [noble, other]);
    assert.deepEqual(await ids('--name', name), [noble]);
    assert.deepEqual(await ids(...named, '--property', 'os_distro=debian'), [other]);
    assert.deepEqual(await ids(...named, '--property', 'os_distro=ubuntu', '--property', 'x/y=a=b'), [noble]);
    assert.deepEqual(await ids(...named, '--tag', 'b', '--tag', 'lts'), [noble]);
    assert.deepEqual(await ids(...named, '--status', 'queued'), [noble, other]);
    assert.deepEqual(await ids(...named, '--status', 'active'), []);
    assert.deepEqual(await ids(...named, '--owner', users.demo.projectId), [noble, other]);
    assert.deepEqual(await ids(...named, '--owner', users.guest.projectId), []);
    assert.deepEqual(await ids(...named, '--visibility', 'public'), []);
    assert.deepEqual(await ids(...named, '--sort', 'name:desc'), [other, noble]);
  });

  it('finds the newest image that can be used', async () => {
    const [old, newest] = [
      await users.demo.create({ name: `${name} a` }),
      await users.demo.create({ name: `${name} b` }),
    ];
    const latest = ['--name', `${name}*`, '--latest'];
    assert.deepEqual(await ids(...latest), []);
    await users.demo.upload(old, 'bytes');
    assert.deepEqual(await ids(...latest), [old]);
    await users.demo.upload(newest, 'bytes');
    const times = await Promise.all([old, newest].map(async (id) => String((await users.demo.show(id)).created_at)));
    // Glance counts whole seconds; of one second, the lower id comes first.
    const expected = times[0] === times[1] ? [old, newest].sort()[0] : newest;
    assert.deepEqual(await ids(...latest), [expected]);
  });

  it('lists, accepts and rejects what another project shares', async () => {
    const id = await users.guest.create({ name, visibility: 'shared' });
    const own = await users.demo.create({ name, visibility: 'shared' });
    await users.guest.send('POST', `/v2/images/${id}/members`, { json: { member: users.demo.projectId } });
    assert.deepEqual(await ids('--name', name), [own]);
    assert.deepEqual(await ids('--name', name, '--shared-with-me'), [id]);
    assert.deepEqual(await ids('--name', name, '--shared-with-me', 'accepted'), []);
    const accepted = await line.expect(0, 'accept', id);
    assert.match(accepted.stdout, new RegExp(`^accepted: "${name}" in .*, image ${id}$`, 'm'));
    assert.deepEqual(await ids('--name', name, '--shared-with-me', 'pending'), []);
    assert.equal((await ids('--name', name)).length, 2);
    await line.expect(0, 'reject', id);
    assert.deepEqual(await ids('--name', name), [own]);
    const listed = await line.expect(0, 'list', '--json', '--shared-with-me', '--region', cloud.regions[0]);
    const { regions } = document(listed) as ListDocument;
    assert.equal(regions[0]?.images.find((image) => image.id === id)?.member_status, 'rejected');
    const refused = await line.expect(1, 'accept', own);
    assert.match(refused.stderr, /belongs to this project.*\[not-shared\]$/m);
  });

  it('refuses what is no filter', async () => {
    for (const words of [
      ['--sort', 'nope'],
      ['--property', 'os_distro'],
      ['--status', 'alive'],
      ['-o', 'json'],
      ['--shared-with-me', 'maybe'],
    ])
      assert.notEqual((await line.expect(64, 'list', ...words)).stderr, '');
  });
});
