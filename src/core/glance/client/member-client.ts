import { Failure } from '../../failure.ts';
import { parseJson, type Answered } from '../../http/answers.ts';
import { imagePath, pathSegment, type GlanceAnswer, type GlanceRequests } from './glance-requests.ts';
import { parseMember, parseMembers, type ImageMember, type MemberService, type MemberStatus } from '../members.ts';

/** The members API of one region. */
export class MemberClient implements MemberService {
  readonly #requests: GlanceRequests;

  constructor(requests: GlanceRequests) {
    this.#requests = requests;
  }

  async list(id: string, signal?: AbortSignal): Promise<readonly ImageMember[]> {
    const what = `Listing the members of the image ${id} failed`;
    const request = { method: 'GET', path: membersPath(id), ok: [200], signal } as const;
    return this.#parsed(await this.#requests.send(what, request), parseMembers).value;
  }

  async add(id: string, project: string, signal?: AbortSignal): Promise<Answered<ImageMember>> {
    const answered = await this.#requests.send(`Sharing the image ${id} with the project ${project} failed`, {
      method: 'POST',
      path: membersPath(id),
      body: JSON.stringify({ member: project }),
      ok: [200, 409],
      signal,
    });
    if (answered.answer.status === 200) return this.#parsed(answered, parseMember);
    const what = `Reading the member ${project} of the image ${id} failed`;
    const request = { method: 'GET', path: membersPath(id, project), ok: [200], signal } as const;
    return this.#parsed(await this.#requests.send(what, request), parseMember);
  }

  async remove(id: string, project: string, signal?: AbortSignal): Promise<Answered<void>> {
    const what = `Stopping to share the image ${id} with the project ${project} failed`;
    const request = { method: 'DELETE', path: membersPath(id, project), ok: [204], signal } as const;
    try {
      return { value: undefined, requestId: (await this.#requests.send(what, request)).requestId };
    } catch (error) {
      if (!Failure.is(error, 'image-not-found')) throw error;
      return { value: undefined, requestId: error.requestId ?? '' };
    }
  }

  async setStatus(
    id: string,
    project: string,
    status: MemberStatus,
    signal?: AbortSignal,
  ): Promise<Answered<ImageMember>> {
    const answered = await this.#requests.send(
      `Marking the image ${id} as ${status} for the project ${project} failed`,
      {
        method: 'PUT',
        path: membersPath(id, project),
        body: JSON.stringify({ status }),
        ok: [200],
        signal,
      },
    );
    return this.#parsed(answered, parseMember);
  }

  #parsed<Value>({ answer, requestId }: GlanceAnswer, parse: (value: unknown) => Value): Answered<Value> {
    try {
      return { value: parse(parseJson(answer.body)), requestId };
    } catch (error) {
      throw this.#requests.locate(error, requestId);
    }
  }
}

function membersPath(id: string, project?: string): string {
  const members = `${imagePath(id)}/members`;
  return project === undefined ? members : `${members}/${pathSegment(project)}`;
}
