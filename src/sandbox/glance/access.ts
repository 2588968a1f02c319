import { Refusal } from '../http/answers.ts';
import type { Grant } from '../keystone/identity.ts';
import type { ImageRecord } from './images/image-record.ts';
import type { ImageStore } from './image-store.ts';
import { rolesOf } from '../keystone/token-document.ts';

/** The caller of a request to Glance. */
export interface Caller {
  /** Null if the token has no project. */
  readonly projectId: string | null;
  readonly userId: string;
  readonly isAdmin: boolean;
}

/** The caller of a token. */
export function callerOf(grant: Grant): Caller {
  const projectId = grant.scope?.kind === 'project' ? grant.scope.project.id : null;
  return { projectId, userId: grant.user.id, isAdmin: rolesOf(grant).includes('admin') };
}

/** Whether the caller may see an image by its id. */
export function isVisible(caller: Caller, image: ImageRecord): boolean {
  if (caller.isAdmin || image.owner === null || image.owner === caller.projectId) return true;
  if (image.visibility === 'public' || image.visibility === 'community') return true;
  return image.visibility === 'shared' && image.members.some((member) => member.project === caller.projectId);
}

/** An image that the caller sees. Throws 404 for any other, even if it exists. */
export function lookUp(store: ImageStore, caller: Caller, id: string): ImageRecord {
  const image = store.find(id);
  if (image === undefined || image.deleted || !isVisible(caller, image)) {
    throw new Refusal(404, `No image found with ID ${id}`);
  }
  return image;
}

/** Whether the caller may change an image. */
function isMutable(caller: Caller, image: ImageRecord): boolean {
  return caller.isAdmin || (image.owner !== null && image.owner === caller.projectId);
}

/** Throws 403 unless the caller may change the image. */
export function mustOwn(caller: Caller, image: ImageRecord, message = 'You do not own this image'): void {
  if (!isMutable(caller, image)) throw new Refusal(403, message);
}

/** Throws 403 unless the caller may give an image this visibility. */
export function mustBeAllowed(caller: Caller, visibility: unknown): void {
  if (visibility === 'public' && !caller.isAdmin) throw forbiddenAction('publicize_image');
}

/** The 403 of a policy. */
export function forbiddenAction(action: string): Refusal {
  return new Refusal(403, `You are not authorized to complete ${action} action.`);
}
