import { forbiddenAction, lookUp, mustOwn } from '../access.ts';
import { type Answer, Refusal } from '../../http/answers.ts';
import type { ImageRecord } from './image-record.ts';
import { mustBeWithinTags, tagsMustBeStorable } from './image-rules.ts';
import { validateImage } from './image-schema.ts';
import { storeNames } from '../image-store.ts';
import type { Glance, GlanceRequest } from '../request.ts';

/** `POST /v2/images/{id}/actions/deactivate`. */
export function deactivateImage(request: GlanceRequest): Answer {
  return switchTo(request, 'deactivate', 'active', 'deactivated');
}

/** `POST /v2/images/{id}/actions/reactivate`. */
export function reactivateImage(request: GlanceRequest): Answer {
  return switchTo(request, 'reactivate', 'deactivated', 'active');
}

function switchTo(
  { glance, caller, parameters: [id = ''] }: GlanceRequest,
  verb: string,
  from: string,
  to: string,
): Answer {
  const image = lookUp(glance.store, caller, id);
  mustOwn(caller, image, verb);
  if (image.status !== from && image.status !== to) {
    throw new Refusal(403, `Not allowed to ${verb} image in status '${image.status}'`);
  }
  if (image.status === from) change(glance, image, { status: to });
  return { status: 204 };
}

function change(glance: Glance, image: ImageRecord, changes: Partial<ImageRecord>): void {
  glance.store.save({ ...image, ...changes, updated: glance.store.now() });
}

/** `PUT /v2/images/{id}/tags/{tag}`. */
export function addTag({ glance, caller, parameters: [id = '', tag = ''] }: GlanceRequest): Answer {
  validateImage({ tags: [tag] }, glance.release);
  const image = lookUp(glance.store, caller, id, `Image ${id} not found.`);
  mustOwn(caller, image, 'modify_image', `Not allowed to update tags for image ${id}.`);
  const tags = [...new Set([...image.tags, tag])];
  try {
    mustBeWithinTags(tags);
  } catch (error) {
    throw error instanceof Refusal
      ? new Refusal(413, `Image tag limit exceeded for image ${id}: ${error.message}:`)
      : error;
  }
  tagsMustBeStorable(tags);
  change(glance, image, { tags });
  return { status: 204 };
}

/** `DELETE /v2/images/{id}/tags/{tag}`. */
export function removeTag({ glance, caller, parameters: [id = '', tag = ''] }: GlanceRequest): Answer {
  const image = lookUp(glance.store, caller, id, `Image ${id} not found.`);
  mustOwn(caller, image, 'modify_image', `Not allowed to delete tags for image ${id}.`);
  if (!image.tags.includes(tag)) throw new Refusal(404);
  change(glance, image, { tags: image.tags.filter((each) => each !== tag) });
  return { status: 204 };
}

/** `DELETE /v2/stores/{store}/{id}`: one copy of the bytes, never the last; in Glance 33 for administrators. */
export function deleteFromStore({ glance, caller, parameters: [store = '', id = ''] }: GlanceRequest): Answer {
  if (!(storeNames as readonly string[]).includes(store)) {
    throw new Refusal(409, `The selected store ${store} is not available on this node.`);
  }
  const image = lookUp(glance.store, caller, id, `Failed to find image ${id}`);
  mustOwn(caller, image, 'get_image_location');
  if (caller.release >= 33 && !caller.isAdmin) throw forbiddenAction('delete_image_location');
  if (image.status !== 'active') {
    throw new Refusal(409, "It's not allowed to remove image data from store if image status is not 'active'");
  }
  if (image.stores.length === 1) {
    throw new Refusal(
      403,
      'Cannot delete image data from the only store containing it. Consider deleting the image instead.',
    );
  }
  if (!image.stores.includes(store)) throw new Refusal(404, `Image ${id} is not stored in store ${store}.`);
  change(glance, image, { stores: image.stores.filter((each) => each !== store) });
  glance.store.removeBytes(glance.store.bytesPath(store, id));
  return { status: 204 };
}
