import { Failure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { PatchOperation } from '../../glance/service.ts';
import { checkApplied } from './operations.ts';
import { isMark, readMarks } from '../ownership/marks.ts';
import type { PlanRegion } from '../planning/planner.ts';

/** One change to one image, made by hand. Definitions are not consulted. */
export type ImageChange =
  | { readonly kind: 'visibility'; readonly visibility: 'public' | 'private' | 'community' | 'shared' }
  | { readonly kind: 'hidden'; readonly hidden: boolean }
  | { readonly kind: 'protected'; readonly protected: boolean }
  /** Whether a project is a member of a shared image. Glance does not check that the project exists. */
  | { readonly kind: 'member'; readonly project: string; readonly shared: boolean }
  /** Only administrators can use deactivated data. */
  | { readonly kind: 'active'; readonly active: boolean };

/**
 * Changes an image of the project and returns it. Sends nothing if the image is so already. Throws `Failure`:
 * `foreign-image` for an image of another project, `not-applied` where Glance answers yes and does nothing, and what
 * Glance refuses it with.
 */
export async function changeImage(
  { images, project }: PlanRegion,
  id: string,
  change: ImageChange,
  signal?: AbortSignal,
): Promise<LiveImage> {
  const image = await images.get(id, signal);
  checkOwn({ images, project }, image, 'changed');
  if (change.kind === 'active') {
    await (change.active ? images.reactivate(id, signal) : images.deactivate(id, signal));
    return checkedStatus(await images.get(id, signal), change.active, images.region);
  }
  if (change.kind === 'member') {
    const { members } = images;
    await (change.shared ? members.add(id, change.project, signal) : members.remove(id, change.project, signal));
    return images.get(id, signal);
  }
  const operation = operationOf(change);
  if (Reflect.get(image, operation.path) === operation.value) return image;
  const answer = await images.patch(id, [operation], signal);
  checkApplied(answer.value, [operation], answer.requestId);
  return answer.value;
}

/**
 * Whether the next plan compares what is changed, because the image's definition sets it. Plans leave alone what we
 * never set, and no definition sets whether data is deactivated.
 */
export function isCompared(image: LiveImage, change: ImageChange): boolean {
  if (change.kind === 'active') return false;
  const owned = change.kind === 'member' ? `members/${change.project}` : change.kind;
  return readMarks(image)?.owns.includes(owned) === true;
}

/** Whether an image still is the one that somebody agreed to delete. */
export type Confirmed = (now: LiveImage) => boolean;

/** Accepts an image only with the name, status, data and marks that were confirmed. */
export function confirmed(seen: LiveImage): Confirmed {
  const said = ({ id, name, status, owner, checksum, os_hash_value: hash, properties }: LiveImage): string => {
    const marks = Object.entries(properties).filter(([property]) => isMark(property));
    return JSON.stringify([id, name, status, owner, checksum, hash, marks.sort()]);
  };
  return (now) => said(now) === said(seen);
}

/**
 * Deletes an image of the project after a last look. Throws `Failure`: `foreign-image`, `image-protected`,
 * `changed-meanwhile` where it is not what was confirmed, and what Glance refuses it with.
 */
export async function deleteImage(
  { images, project }: PlanRegion,
  id: string,
  signal?: AbortSignal,
  isConfirmed: Confirmed = () => true,
): Promise<void> {
  await deleteSeen({ images, project }, await images.get(id, signal), signal, isConfirmed);
}

/** The same for an image as a look just showed it, without another one. */
export async function deleteSeen(
  { images, project }: PlanRegion,
  image: LiveImage,
  signal?: AbortSignal,
  isConfirmed: Confirmed = () => true,
): Promise<void> {
  checkOwn({ images, project }, image, 'deleted');
  if (image.protected) {
    throw new Failure('image-protected', `The image "${image.name ?? image.id}" is protected.`, {
      region: images.region,
      next: 'Set "protected": false in its definition, apply, then delete it.',
    });
  }
  if (!isConfirmed(image)) {
    const message = `The image ${image.id} changed since its deletion was confirmed: it is now "${image.name ?? ''}", ${image.status}. It was not deleted.`;
    throw new Failure('changed-meanwhile', message, { region: images.region, next: 'Check it, then delete it again.' });
  }
  await images.delete(image.id, signal);
}

function checkOwn({ images, project }: PlanRegion, image: LiveImage, what: 'changed' | 'deleted'): void {
  if (project === undefined || image.owner === project) return;
  const whose = `belongs to another project (${image.owner ?? 'unknown'})`;
  throw new Failure('foreign-image', `The image "${image.name ?? image.id}" ${whose} and is never ${what}.`, {
    region: images.region,
  });
}

function operationOf(
  change: Exclude<ImageChange, { kind: 'active' | 'member' }>,
): Extract<PatchOperation, { value: unknown }> {
  switch (change.kind) {
    case 'visibility':
      return { op: 'replace', path: 'visibility', value: change.visibility };
    case 'hidden':
      return { op: 'replace', path: 'os_hidden', value: change.hidden };
    case 'protected':
      return { op: 'replace', path: 'protected', value: change.protected };
  }
}

function checkedStatus(image: LiveImage, active: boolean, region: string): LiveImage {
  const wanted = active ? 'active' : 'deactivated';
  if (image.status === wanted) return image;
  throw new Failure('not-applied', `The image "${image.name ?? image.id}" is ${image.status}, not ${wanted}.`, {
    region,
    next: 'Try again in a moment. Somebody else may be changing it.',
  });
}
