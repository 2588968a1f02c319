import { type Caller, forbiddenAction, lookUp, mustOwn } from './access.ts';
import { type Answer, Refusal } from '../http/answers.ts';
import { isRecord, readJson } from '../http/exchange.ts';
import { type ImageRecord, isoSeconds, type Member } from './images/image-record.ts';
import { pythonWord } from '../http/python-text.ts';
import { mustBeWithinMembers } from './images/image-rules.ts';
import type { Glance, GlanceRequest } from './request.ts';

const onlyShared = 'Only shared images have members.';

function viewOf(image: ImageRecord, member: Member): object {
  return {
    member_id: member.project,
    image_id: image.id,
    status: member.status,
    created_at: isoSeconds(member.created),
    updated_at: isoSeconds(member.updated),
    schema: '/v2/schemas/member',
  };
}

function find(glance: Glance, caller: Caller, id: string): ImageRecord {
  return lookUp(glance.store, caller, id, `Image ${id} not found.`);
}

function mustBeShared(image: ImageRecord, words: string): void {
  if (image.visibility !== 'shared') throw new Refusal(403, words);
}

/** Members that the caller sees: all for the owner, only itself for a member. */
function membersFor(caller: Caller, image: ImageRecord): Member[] {
  if (caller.isAdmin || caller.projectId === image.owner) return image.members;
  return image.members.filter((member) => member.project === caller.projectId);
}

function mustFind(caller: Caller, image: ImageRecord, project: string): Member {
  const member = membersFor(caller, image).find((each) => each.project === project);
  if (member !== undefined) return member;
  throw new Refusal(404, `${project} not found in the member list of the image ${image.id}.`);
}

/** `GET /v2/images/{id}/members`. */
export function listMembers({ glance, caller, parameters: [id = ''] }: GlanceRequest): Answer {
  const image = find(glance, caller, id);
  if (image.visibility !== 'shared') {
    throw new Refusal(403, `Not allowed to list members for image ${id}: ${onlyShared}`);
  }
  const members = membersFor(caller, image).map((member) => viewOf(image, member));
  return { status: 200, json: { members, schema: '/v2/schemas/members' } };
}

/** `GET /v2/images/{id}/members/{project}`. */
export function showMember({ glance, caller, parameters: [id = '', project = ''] }: GlanceRequest): Answer {
  const image = find(glance, caller, id);
  if (image.visibility !== 'shared') throw new Refusal(404, onlyShared);
  return { status: 200, json: viewOf(image, mustFind(caller, image, project)) };
}

/** `POST /v2/images/{id}/members`. Glance accepts any text as a project. */
export async function addMember({ glance, caller, exchange, parameters: [id = ''] }: GlanceRequest): Promise<Answer> {
  const body = await readJson(exchange);
  if (!isRecord(body)) throw new Refusal(400, 'Expected a member in the form: {"member": "image_id"}');
  if (!('member' in body)) throw new Refusal(400, 'Member to be added not specified');
  if (!body.member) throw new Refusal(400, "Member can't be empty");
  const image = find(glance, caller, id);
  const words = `Not allowed to create members for image ${id}.`;
  mustBeShared(image, words);
  mustOwn(caller, image, 'add_member', words);
  mustBeWithinMembers(id, image.members.length + 1);
  const project = pythonWord(body.member);
  if (image.members.some((member) => member.project === project)) {
    throw new Refusal(409, `Member ${project} is duplicated for image ${id}`);
  }
  const now = glance.store.now();
  const member: Member = { project, status: 'pending', created: now, updated: now };
  glance.store.save({ ...image, members: [...image.members, member] });
  return { status: 200, json: viewOf(image, member) };
}

/** `PUT /v2/images/{id}/members/{project}`: for the project, not the owner. */
export async function updateMember(request: GlanceRequest): Promise<Answer> {
  const { glance, caller, exchange, parameters } = request;
  const [id = '', project = ''] = parameters;
  const body = await readJson(exchange);
  if (!isRecord(body)) throw new Refusal(400, 'Expected a status in the form: {"status": "status"}');
  if (!('status' in body)) throw new Refusal(400, 'Status not specified');
  const image = find(glance, caller, id);
  const words = `Not allowed to update members for image ${id}.`;
  mustBeShared(image, words);
  if (caller.release < 33 && !caller.isAdmin && image.owner === caller.projectId) throw new Refusal(403, words);
  const member = mustFind(caller, image, project);
  if (!caller.isAdmin && caller.projectId !== project) throw forbiddenAction('modify_member');
  const status = pythonWord(body.status);
  if (!['pending', 'accepted', 'rejected'].includes(status)) {
    throw new Refusal(400, 'Incorrect request: Status must be "pending", "accepted" or "rejected".');
  }
  Object.assign(member, { status, updated: glance.store.now() });
  glance.store.save(image);
  return { status: 200, json: viewOf(image, member) };
}

/** `DELETE /v2/images/{id}/members/{project}`. */
export function removeMember({ glance, caller, parameters: [id = '', project = ''] }: GlanceRequest): Answer {
  const image = find(glance, caller, id);
  const words = `Not allowed to delete members for image ${id}.`;
  mustBeShared(image, words);
  // Glance 25 asks who it is before it looks for the member, Glance 33 afterwards.
  if (caller.release < 33) mustOwn(caller, image, 'delete_member', words);
  const gone = mustFind(caller, image, project);
  mustOwn(caller, image, 'delete_member');
  glance.store.save({ ...image, members: image.members.filter((member) => member !== gone) });
  return { status: 204 };
}
