import { Failure } from '../failure.ts';
import { field, type Answered } from '../http/answers.ts';

/** What a project said to an image that is shared with it. */
export type MemberStatus = 'pending' | 'accepted' | 'rejected';

/** A project that an image is shared with (https://docs.openstack.org/api-ref/image/v2/#show-image-member-details). */
export interface ImageMember {
  /** Id of the project. */
  readonly project: string;
  readonly status: MemberStatus;
}

/** The members of images with visibility `shared`; no others have any. Every method throws `Failure`. */
export interface MemberService {
  /** To the owner all of them, to a member itself only. Throws `forbidden` for an image that is not shared. */
  list(id: string, signal?: AbortSignal): Promise<readonly ImageMember[]>;
  /** Shares an image with a project, which is `pending` then. There already counts as done. Throws `quota-exceeded` beyond the cloud's limit. */
  add(id: string, project: string, signal?: AbortSignal): Promise<Answered<ImageMember>>;
  /** 404 counts as done. */
  remove(id: string, project: string, signal?: AbortSignal): Promise<Answered<void>>;
  /** Only the project itself may say so, not the owner. */
  setStatus(id: string, project: string, status: MemberStatus, signal?: AbortSignal): Promise<Answered<ImageMember>>;
}

/** A member of an answer. Throws `glance-unusable` for what is none. */
export function parseMember(value: unknown): ImageMember {
  const project = field(value, 'member_id');
  const status = field(value, 'status');
  if (typeof project === 'string' && isMemberStatus(status)) return { project, status };
  throw unusable();
}

/** The members of an answer. Throws `glance-unusable` where it holds no list of members. */
export function parseMembers(value: unknown): readonly ImageMember[] {
  const members = field(value, 'members');
  if (!Array.isArray(members)) throw unusable();
  return members.map(parseMember);
}

function isMemberStatus(value: unknown): value is MemberStatus {
  return value === 'pending' || value === 'accepted' || value === 'rejected';
}

function unusable(): Failure {
  return new Failure('glance-unusable', 'The answer of the image service holds no member of an image.', {
    next: 'Check the endpoint of the image service.',
  });
}
