import { Failure } from '../failure.ts';
import { field, type Answered } from '../http/answers.ts';

/** How a project can have responded to a shared image. */
export const MEMBER_STATUSES = ['pending', 'accepted', 'rejected'] as const;

export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** A project that an image is shared with (https://docs.openstack.org/api-ref/image/v2/#show-image-member-details). */
export interface ImageMember {
  /** Id of the project. */
  readonly project: string;
  readonly status: MemberStatus;
}

/** The members of images. Only images with visibility `shared` have any. Every method throws `Failure`. */
export interface MemberService {
  /** All members for the owner; a member sees only itself. Throws `forbidden` for an image that is not shared. */
  list(id: string, signal?: AbortSignal): Promise<readonly ImageMember[]>;
  /** Shares an image with a project, which is then `pending`. An existing member counts as success. Throws `quota-exceeded` beyond the cloud's limit. */
  add(id: string, project: string, signal?: AbortSignal): Promise<Answered<ImageMember>>;
  /** 404 counts as done. */
  remove(id: string, project: string, signal?: AbortSignal): Promise<Answered<void>>;
  /** Only the project itself may set it, not the owner. */
  setStatus(id: string, project: string, status: MemberStatus, signal?: AbortSignal): Promise<Answered<ImageMember>>;
}

/** Parses a member of an answer. Throws `glance-unusable` for anything else. */
export function parseMember(value: unknown): ImageMember {
  const project = field(value, 'member_id');
  const status = field(value, 'status');
  if (typeof project === 'string' && isMemberStatus(status)) return { project, status };
  throw unusable();
}

/** Parses the members of an answer. Throws `glance-unusable` without a list of members. */
export function parseMembers(value: unknown): readonly ImageMember[] {
  const members = field(value, 'members');
  if (!Array.isArray(members)) throw unusable();
  return members.map(parseMember);
}

function isMemberStatus(value: unknown): value is MemberStatus {
  return MEMBER_STATUSES.some((status) => status === value);
}

function unusable(): Failure {
  return new Failure('glance-unusable', 'The answer of the image service is not a member of an image.', {
    next: 'Check the endpoint of the image service.',
  });
}
