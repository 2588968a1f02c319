import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Json, notAuthorized, type Session, useSessions } from './session.ts';

describe('Glance: visibility and members', () => {
  const users = useSessions();

  async function createOf(visibility: string): Promise<string> {
    const owner = visibility === 'public' ? users.admin : users.demo;
    const id = await owner.create({ visibility, owner: users.demo.projectId, contract_run: randomUUID() });
    return id;
  }

  async function isListed(session: Session, id: string, query = ''): Promise<boolean> {
    const { contract_run: run } = await users.admin.show(id);
    return (await session.ids(`contract_run=${String(run)}${query}`)).includes(id);
  }

  const cases: [string, boolean, boolean][] = [
    ['private', false, false],
    ['shared', false, false],
    ['community', true, false],
    ['public', true, true],
  ];
  for (const [visibility, isSeen, isInList] of cases) {
    it(`lets another project ${isSeen ? 'see' : 'see nothing of'} a ${visibility} image`, async () => {
      const id = await createOf(visibility);
      assert.equal((await users.guest.send('GET', `/v2/images/${id}`)).status, isSeen ? 200 : 404);
      assert.equal(await isListed(users.guest, id), isInList);
      assert.equal(await isListed(users.demo, id), true);
      assert.equal(await isListed(users.guest, id, `&visibility=${visibility}`), isSeen);
      assert.equal(await isListed(users.guest, id, '&visibility=all'), isSeen);
    });

    it(`lets nobody else change a ${visibility} image`, async () => {
      const id = await createOf(visibility);
      const refused = isSeen ? 403 : 404;
      const patched = await users.guest.patch(id, [{ op: 'replace', path: '/name', value: 'x' }]);
      const deleted = await users.guest.send('DELETE', `/v2/images/${id}`);
      const uploaded = await users.guest.upload(id, 'x');
      const deactivated = await users.guest.send('POST', `/v2/images/${id}/actions/deactivate`);
      const tagged = await users.guest.send('PUT', `/v2/images/${id}/tags/x`);
      assert.deepEqual(
        [patched, deleted, uploaded, deactivated, tagged].map(({ status }) => status),
        [refused, refused, refused, refused, refused],
      );
      const words = {
        25: [
          'You do not own this image',
          'You do not own this image',
          `Not allowed to upload image data for image ${id}`,
          'You do not own this image',
          `Not allowed to update tags for image ${id}.`,
        ],
        33: ['modify_image', 'delete_image', 'upload_image', 'deactivate', 'modify_image'].map(notAuthorized),
      }[users.release];
      const said = [patched, deleted, uploaded, deactivated, tagged].map(({ message }) => message.split('<')[0]);
      if (isSeen) assert.deepEqual(said, words);
    });
  }

  it('lets an administrator see and change everything, and publish', async () => {
    const id = await createOf('private');
    assert.equal(await isListed(users.admin, id), true);
    const answer = await users.admin.patch(id, [{ op: 'replace', path: '/visibility', value: 'public' }]);
    assert.equal(answer.json.visibility, 'public');
    const owner = await users.demo.patch(id, [{ op: 'replace', path: '/name', value: 'still mine' }]);
    assert.equal(owner.status, 200);
  });

  describe('members', () => {
    let id: string;

    beforeEach(async () => {
      id = await createOf('shared');
    });

    const members = (session: Session, method: string, project = '', json?: Json) =>
      session.send(method, `/v2/images/${id}/members${project && `/${project}`}`, json === undefined ? {} : { json });

    it('are invited by the owner with 200, and are pending', async () => {
      const answer = await members(users.demo, 'POST', '', { member: users.guest.projectId });
      assert.equal(answer.status, 200);
      const { created_at, updated_at, ...rest } = answer.json;
      assert.equal(created_at, updated_at);
      assert.deepEqual(rest, {
        member_id: users.guest.projectId,
        image_id: id,
        status: 'pending',
        schema: '/v2/schemas/member',
      });
      const again = await members(users.demo, 'POST', '', { member: users.guest.projectId });
      assert.equal(again.status, 409);
      assert.match(again.message, /^Member \w+ is duplicated for image/);
    });

    it('see the image at once, and have it in their list once they accepted', async () => {
      await members(users.demo, 'POST', '', { member: users.guest.projectId });
      assert.equal((await users.guest.send('GET', `/v2/images/${id}`)).status, 200);
      assert.equal(await isListed(users.guest, id), false);
      assert.equal(await isListed(users.guest, id, '&visibility=shared&member_status=pending'), true);
      assert.equal(await isListed(users.guest, id, '&visibility=shared&member_status=all'), true);
      const accepted = await members(users.guest, 'PUT', users.guest.projectId, { status: 'accepted' });
      assert.deepEqual([accepted.status, accepted.json.status], [200, 'accepted']);
      assert.equal(await isListed(users.guest, id), true);
    });

    it('speak for themselves: the owner can’t accept', async () => {
      await members(users.demo, 'POST', '', { member: users.guest.projectId });
      const answer = await members(users.demo, 'PUT', users.guest.projectId, { status: 'accepted' });
      assert.equal(answer.status, 403);
      const words = { 25: `Not allowed to update members for image ${id}.`, 33: notAuthorized('modify_member') };
      assert.equal(answer.message.split('<')[0], words[users.release]);
      const nobody = await members(users.demo, 'PUT', 'nobody', { status: 'accepted' });
      assert.equal(nobody.status, { 25: 403, 33: 404 }[users.release]);
      const nonsense = await members(users.guest, 'PUT', users.guest.projectId, { status: 'maybe' });
      assert.equal(nonsense.status, 400);
      assert.match(nonsense.message, /^Incorrect request: Status must be "pending", "accepted" or "rejected"\./);
    });

    it('may be any text, and see only themselves', async () => {
      await members(users.demo, 'POST', '', { member: 'no such project' });
      await members(users.demo, 'POST', '', { member: users.guest.projectId });
      const seenBy = async (session: Session) =>
        ((await members(session, 'GET')).json.members as Json[]).map(({ member_id }) => member_id).sort();
      assert.deepEqual(await seenBy(users.demo), [users.guest.projectId, 'no such project'].sort());
      assert.deepEqual(await seenBy(users.guest), [users.guest.projectId]);
      assert.equal((await members(users.guest, 'GET', users.guest.projectId)).status, 200);
      assert.equal((await members(users.guest, 'GET', 'no%20such%20project')).status, 404);
    });

    it('can’t invite or remove anybody, and may not change the image', async () => {
      await members(users.demo, 'POST', '', { member: users.guest.projectId });
      const invited = await members(users.guest, 'POST', '', { member: 'x' });
      const removed = await members(users.guest, 'DELETE', users.guest.projectId);
      const patched = await users.guest.patch(id, [{ op: 'replace', path: '/name', value: 'x' }]);
      const deleted = await users.guest.send('DELETE', `/v2/images/${id}`);
      assert.deepEqual(
        [invited, removed, patched, deleted].map(({ status }) => status),
        [403, 403, 403, 403],
      );
      const words = {
        25: [`Not allowed to create members for image ${id}.`, `Not allowed to delete members for image ${id}.`],
        33: ['add_member', 'delete_member'].map(notAuthorized),
      };
      assert.deepEqual(
        [invited, removed].map(({ message }) => message.split('<')[0]),
        words[users.release],
      );
      const nobody = await members(users.guest, 'DELETE', 'nobody');
      assert.equal(nobody.status, { 25: 403, 33: 404 }[users.release]);
    });

    it('are removed by the owner, and see nothing any more', async () => {
      await members(users.demo, 'POST', '', { member: users.guest.projectId });
      assert.equal((await members(users.demo, 'DELETE', users.guest.projectId)).status, 204);
      assert.equal((await users.guest.send('GET', `/v2/images/${id}`)).status, 404);
      assert.equal((await members(users.demo, 'DELETE', users.guest.projectId)).status, 404);
    });

    it('are nobody’s business outside, and belong to shared images only', async () => {
      assert.equal((await members(users.guest, 'GET')).status, 404);
      await users.demo.patch(id, [{ op: 'replace', path: '/visibility', value: 'private' }]);
      const listed = await members(users.demo, 'GET');
      assert.equal(listed.status, 403);
      assert.match(listed.message, /Only shared images have members\./);
      assert.equal((await members(users.demo, 'POST', '', { member: 'x' })).status, 403);
    });

    it('stay known while the image is private, and come back', async () => {
      await members(users.demo, 'POST', '', { member: users.guest.projectId });
      await users.demo.patch(id, [{ op: 'replace', path: '/visibility', value: 'private' }]);
      assert.equal((await users.guest.send('GET', `/v2/images/${id}`)).status, 404);
      await users.demo.patch(id, [{ op: 'replace', path: '/visibility', value: 'shared' }]);
      assert.equal((await users.guest.send('GET', `/v2/images/${id}`)).status, 200);
    });

    it('stay where an upload was under way when they were invited', async () => {
      await users.demo.upload(id, 'hello');
      await members(users.demo, 'POST', '', { member: users.guest.projectId });
      assert.equal((await users.guest.send('GET', `/v2/images/${id}/file`)).text, 'hello');
    });

    it('want a name and a status', async () => {
      const texts: unknown[] = [];
      for (const json of [{}, { member: '' }])
        texts.push((await members(users.demo, 'POST', '', json)).message.split('<')[0]);
      texts.push((await members(users.demo, 'PUT', 'x', {})).message.split('<')[0]);
      assert.deepEqual(texts, ['Member to be added not specified', "Member can't be empty", 'Status not specified']);
    });
  });
});
