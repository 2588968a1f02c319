import { Refusal } from '../http/answers.ts';
import type { Grant } from '../keystone/identity.ts';
import type { ImageRecord } from './images/image-record.ts';
import type { ImageStore } from './image-store.ts';
import { rolesOf } from '../keystone/token-document.ts';
import type { Release } from '../release.ts';

/** The caller of a request to Glance. */
export interface Caller {
  /** Null if the token has no project. */
  readonly projectId: string | null;
  readonly userId: string;
  /** Glance 33 takes nobody without a project for one. */
  readonly isAdmin: boolean;
  /** Of the Glance that judges. */
  readonly release: Release;
}

/** The caller of a token. */
export function callerOf(grant: Grant, release: Release): Caller {
  const projectId = grant.scope?.kind === 'project' ? grant.scope.project.id : null;
  const isAdmin = rolesOf(grant).includes('admin') && (projectId !== null || release < 33);
  return { projectId, userId: grant.user.id, isAdmin, release };
}

/** Throws Glance 33's 403 of a policy for a caller without a project. */
export function mustHaveProject(caller: Caller, action: string): void {
  if (isOutside(caller)) throw forbiddenAction(action);
}

/** Whether the policies of the release let the caller see nothing: its token has no project. */
export function isOutside({ projectId, release }: Caller): boolean {
  return projectId === null && release >= 33;
}

/** Whether the caller may see an image by its id. */
export function isVisible(caller: Caller, image: ImageRecord): boolean {
  if (caller.isAdmin || image.owner === null || image.owner === caller.projectId) return true;
  if (image.visibility === 'public' || image.visibility === 'community') return true;
  return image.visibility === 'shared' && image.members.some((member) => member.project === caller.projectId);
}

/** An image that the caller sees. Throws 404 with these words for any other, even if it exists. */
export function lookUp(
  store: ImageStore,
  caller: Caller,
  id: string,
  words = `No image found with ID ${id}`,
): ImageRecord {
  const image = store.find(id);
  if (image !== undefined && !image.deleted && isOutside(caller)) throw new Refusal(404);
  if (image === undefined || image.deleted || !isVisible(caller, image)) {
    throw new Refusal(404, words);
  }
  return image;
}

/** Whether the caller may change an image. */
function isMutable(caller: Caller, image: ImageRecord): boolean {
  return caller.isAdmin || (image.owner !== null && image.owner === caller.projectId);
}

/** Throws 403 unless the caller may change the image. Glance 33 names the policy, Glance 25 says `words`. */
export function mustOwn(caller: Caller, image: ImageRecord, action: string, words = 'You do not own this image'): void {
  if (isMutable(caller, image)) return;
  throw caller.release < 33 ? new Refusal(403, words) : forbiddenAction(action);
}

/** Throws 403 unless the caller may give an image this visibility. */
export function mustBeAllowed(caller: Caller, visibility: unknown): void {
  if (visibility === 'public' && !caller.isAdmin) throw forbiddenAction('publicize_image');
}

/** The 403 of a policy. */
export function forbiddenAction(action: string): Refusal {
  return new Refusal(403, `You are not authorized to complete ${action} action.`);
}
