import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { useSessions } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

describe('engine on a cloud: what a replacement takes over', () => {
  const users = useSessions();
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('successor');
    await workplace.file('image.raw', randomBytes(70_000));
  });

  afterEach(async () => workplace.close([name]));

  async function applied(extra: object = {}): Promise<ApplyResult & { readonly imageId: string }> {
    const source = { container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw' };
    const [result] = await workplace.apply(
      await workplace.define({ name, ...source, region: cloud.regions[0], ...extra }),
    );
    assert.ok(result?.imageId, JSON.stringify(result?.error));
    return { ...result, imageId: result.imageId };
  }

  it('is what others set on the image: properties, tags, limits, protection and members; nothing that speaks of its bytes', async () => {
    const first = await applied({ visibility: 'shared', properties: { os_distro: 'ubuntu' } });
    const answer = await users.demo.patch(first.imageId, [
      { op: 'replace', path: '/tags', value: ['gold'] },
      { op: 'replace', path: '/min_ram', value: 512 },
      { op: 'replace', path: '/protected', value: true },
      { op: 'add', path: '/hw_disk_bus', value: 'scsi' },
      { op: 'add', path: '/img_signature', value: 'of the old bytes' },
    ]);
    assert.equal(answer.status, 200);
    await users.demo.send('POST', `/v2/images/${first.imageId}/members`, { json: { member: 'foreign' } });
    await workplace.file('image.raw', randomBytes(80_000));
    const second = await applied({ visibility: 'shared', properties: { os_distro: 'ubuntu' } });
    assert.deepEqual([second.plan.action, second.status, second.error], ['replace', 'done', undefined]);
    const { json } = await users.demo.send('GET', `/v2/images/${second.imageId}`);
    const { tags, min_ram: ram, protected: isProtected, hw_disk_bus: bus, os_distro: distro, visibility } = json;
    assert.deepEqual(
      [tags, ram, isProtected, bus, distro, visibility, json.img_signature],
      [['gold'], 512, true, 'scsi', 'ubuntu', 'shared', undefined],
    );
    const members = await users.demo.send('GET', `/v2/images/${second.imageId}/members`);
    assert.deepEqual(
      (members.json.members as { member_id: string }[]).map(({ member_id: member }) => member),
      ['foreign'],
    );
    const lost = second.plan.changes.find(({ path }) => path === 'properties/img_signature');
    assert.equal(lost?.why, 'describes the replaced bytes');
    const third = await applied({ visibility: 'shared', properties: { os_distro: 'ubuntu' } });
    assert.equal(third.status, 'unchanged');
    for (const { imageId } of [first, second])
      await users.demo.patch(imageId, [{ op: 'replace', path: '/protected', value: false }]);
  });

  it('is refused before a byte is sent where only an operator may give it, and the old image goes on serving', async () => {
    const first = await applied();
    const published = await users.admin.patch(first.imageId, [{ op: 'replace', path: '/visibility', value: 'public' }]);
    assert.equal(published.status, 200);
    await workplace.file('image.raw', randomBytes(80_000));
    const second = await applied();
    assert.equal(second.status, 'failed');
    assert.equal(second.error?.status, 403);
    assert.equal(second.bytesSent, 0);
    assert.match(second.error.next ?? '', /takes over what others set on the old one: visibility "public"/);
    const left = await workplace.named(name, second.plan.place.region);
    assert.deepEqual(
      left.map(({ id, visibility, os_hidden: hidden }) => [id, visibility, hidden]),
      [[first.imageId, 'public', false]],
    );
    const third = await applied({ visibility: 'private' });
    assert.deepEqual([third.plan.action, third.status], ['replace', 'done']);
  });
});
