import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { useSessions } from '../../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

describe('engine on a cloud: members', () => {
  const users = useSessions();
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('members');
    await workplace.file('image.raw', randomBytes(70_000));
  });

  afterEach(async () => workplace.close([name]));

  function wanted(members: readonly unknown[] | undefined, extra: object = {}): object {
    const shared = members === undefined ? {} : { members };
    const source = { container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw' };
    return { name, ...source, visibility: 'shared', region: cloud.regions[0], ...shared, ...extra };
  }

  const guest = (): string => users.guest.projectId;
  const accepting = (): object => ({ project: guest(), accept_with: cloud.otherCloud });

  async function applied(members: readonly unknown[] | undefined, extra: object = {}): Promise<ApplyResult> {
    const [result] = await workplace.apply(await workplace.define(wanted(members, extra)));
    assert.ok(result);
    return result;
  }

  /** Every member with its status, as Glance tells the owner. */
  async function membersOf(id: string | undefined): Promise<Record<string, unknown>> {
    const answer = await users.demo.send('GET', `/v2/images/${id ?? ''}/members`);
    const members = answer.json.members as readonly { readonly member_id: string; readonly status: string }[];
    return Object.fromEntries(members.map(({ member_id: member, status }) => [member, status]));
  }

  async function actionOf(members: readonly unknown[] | undefined, extra: object = {}): Promise<string | undefined> {
    return (await workplace.engine.plan(await workplace.define(wanted(members, extra))))[0]?.action;
  }

  it('are shared with, and accept at once where the definition says with what', async () => {
    const result = await applied(['another project', accepting()]);
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.deepEqual(await membersOf(result.imageId), { 'another project': 'pending', [guest()]: 'accepted' });
    assert.equal((await users.guest.ids(`name=eq:${name}`)).length, 1, 'the member does not find it');
    assert.equal(await actionOf(['another project', accepting()]), 'none');
  });

  it('that left the definition are removed; those of others stay and are shown', async () => {
    const first = await applied([guest(), 'a']);
    await users.demo.send('POST', `/v2/images/${first.imageId ?? ''}/members`, { json: { member: 'foreign' } });
    const [plan] = await workplace.engine.plan(await workplace.define(wanted(['a', 'b'])));
    assert.deepEqual(
      plan?.changes.map(({ path, after }) => [path, after]),
      [
        ['members/b', 'pending'],
        [`members/${guest()}`, undefined],
      ],
    );
    assert.deepEqual(plan.unmanaged, ['members/foreign']);
    const result = await applied(['a', 'b']);
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.deepEqual(await membersOf(result.imageId), { a: 'pending', b: 'pending', foreign: 'pending' });
    assert.equal(await actionOf(['a', 'b']), 'none');
  });

  it('are removed before the image is shared no more', async () => {
    const first = await applied(['a']);
    const result = await applied(undefined, { visibility: 'private' });
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    await users.demo.patch(first.imageId ?? '', [{ op: 'replace', path: '/visibility', value: 'shared' }]);
    assert.deepEqual(await membersOf(first.imageId), {});
  });

  it('make a plan stale though they move no time of change', async () => {
    const first = await applied([guest()]);
    const definitions = await workplace.define(wanted([guest()]));
    const [before] = await workplace.engine.plan(definitions);
    await users.guest.send('PUT', `/v2/images/${first.imageId ?? ''}/members/${guest()}`, {
      json: { status: 'accepted' },
    });
    const [after] = await workplace.engine.plan(definitions);
    assert.equal(before?.live?.updated_at, after?.live?.updated_at);
    assert.notEqual(before?.fingerprint, after?.fingerprint);
  });

  it('are not accepted with a login to another project: the image serves, the result says what to do', async () => {
    const result = await applied([{ project: 'another project', accept_with: cloud.otherCloud }]);
    assert.equal(result.status, 'partial');
    assert.equal(result.error?.code, 'accept-with-other-project');
    assert.match(result.error.message, new RegExp(`logs in to the project ${guest()}`));
    const [live] = await workplace.named(name, result.plan.place.region);
    assert.deepEqual([live?.status, live?.os_hidden], ['active', false]);
    assert.equal(await actionOf([{ project: 'another project', accept_with: cloud.otherCloud }]), 'update');
  });

  it('can’t be the owner, and are accepted with a cloud that there is', async () => {
    const own = { project: users.demo.projectId, accept_with: 'no-such-cloud' };
    const [plan] = await workplace.engine.plan(await workplace.define(wanted([own])));
    assert.equal(plan?.action, 'blocked');
    assert.deepEqual(
      plan.problems.map(({ code }) => code),
      ['cloud-not-found', 'member-is-owner'],
    );
  });

  it('keep the replaced image visible until they accepted the new one', async () => {
    const first = await applied([guest()]);
    await users.guest.send('PUT', `/v2/images/${first.imageId ?? ''}/members/${guest()}`, {
      json: { status: 'accepted' },
    });
    await workplace.file('image.raw', randomBytes(80_000));
    const second = await applied([guest()]);
    assert.equal(second.status, 'done', JSON.stringify(second.error));
    assert.deepEqual(
      second.warnings?.map(({ code }) => code),
      ['predecessor-awaits-members'],
    );
    const visible = async (): Promise<readonly string[]> =>
      (await workplace.named(name, second.plan.place.region))
        .filter((image: LiveImage) => !image.os_hidden)
        .map(({ id }) => id)
        .sort();
    assert.deepEqual(await visible(), [first.imageId, second.imageId].sort());
    const [waiting] = await workplace.engine.plan(await workplace.define(wanted([guest()])));
    assert.equal(waiting?.action, 'none');
    assert.equal(waiting.problems[0]?.code, 'predecessor-awaits-members');
    await users.guest.send('PUT', `/v2/images/${second.imageId ?? ''}/members/${guest()}`, {
      json: { status: 'accepted' },
    });
    const third = await applied([guest()]);
    assert.equal(third.status, 'done', JSON.stringify(third.error));
    assert.deepEqual(await visible(), [second.imageId]);
    assert.equal(await actionOf([guest()]), 'none');
  });

  it('are imported with the image', async () => {
    const created = await applied(['a', 'b']);
    assert.ok(created.imageId);
    const { place } = created.plan;
    await users.demo.send('POST', `/v2/images/${created.imageId}/members`, { json: { member: 'foreign' } });
    const text = await workplace.engine.importImage(place, created.imageId);
    const parsed = parseDefinitions(text, `${workplace.folder}/imported.image.jsonc`);
    assert.deepEqual(parsed.problems, []);
    assert.deepEqual([...(parsed.definitions[0]?.arguments.members ?? [])].sort(), ['a', 'b']);
    const [plan] = await workplace.engine.plan(parsed.definitions);
    assert.equal(plan?.action, 'none', text);
    assert.deepEqual(plan.unmanaged, ['members/foreign']);
  });
});
