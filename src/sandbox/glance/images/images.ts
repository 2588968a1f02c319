import { randomUUID } from 'node:crypto';
import { lookUp, mustBeAllowed, mustHaveProject, mustOwn } from '../access.ts';
import { type Answer, Refusal, refusalWithDetail } from '../../http/answers.ts';
import { readJson } from '../../http/exchange.ts';
import { listImages } from './image-list.ts';
import { newImage, settable, viewOf } from './image-record.ts';
import {
  mustBeStorable,
  mustBeWithinProperties,
  mustBeWithinTags,
  mustNotBeNegative,
  tagsMustBeStorable,
} from './image-rules.ts';
import { validateImage } from './image-schema.ts';
import { storeNames } from '../image-store.ts';
import type { GlanceRequest } from '../request.ts';

/** Supported import methods. */
export const importMethods = ['glance-direct', 'web-download', 'copy-image'] as const;

const disallowed = ['direct_url', 'self', 'file', 'schema', 'stores'];
const readOnlyAtCreate = ['created_at', 'updated_at', 'status', 'checksum', 'size', 'virtual_size'];
const reserved = ['location', 'deleted', 'deleted_at'];

/** `POST /v2/images`. Checks come in Glance's order, as the first one that fails is the answer. */
export async function createImage({ glance, caller, exchange }: GlanceRequest): Promise<Answer> {
  const body = await readJson(exchange);
  // Glance treats an array as an object and answers 500.
  if (Array.isArray(body)) throw new Refusal(500);
  const asked = body as Record<string, unknown>;
  for (const name of disallowed) if (name in asked) throw readOnly(name);
  validateImage(asked, glance.release);
  const custom = Object.keys(asked).filter(
    (name) => !(settable as readonly string[]).includes(name) && !['id', ...readOnlyAtCreate].includes(name),
  );
  for (const name of custom) mustBeName(name);
  mustHaveProject(caller, 'add_image');
  // The schema has checked the types.
  const owner = (asked.owner ?? caller.projectId) as string | null;
  if (owner !== caller.projectId && !caller.isAdmin) {
    const words = `You are not permitted to create images owned by '${owner}'`;
    throw caller.release < 33 ? new Refusal(403, `${words}.`) : refusalWithDetail(403, words);
  }
  mustBeAllowed(caller, asked.visibility);
  const tags = (asked.tags ?? []) as string[];
  mustBeWithinTags(tags);
  for (const name of readOnlyAtCreate) if (name in asked) throw readOnly(name);
  if (custom.includes('locations')) throw new Refusal(403, "Attribute 'locations' is reserved.");
  const image = newImage((asked.id ?? randomUUID()) as string, owner, glance.store.now());
  for (const name of settable) if (name in asked && name !== 'tags') Object.assign(image, { [name]: asked[name] });
  for (const name of custom) image.properties[name] = (asked[name] ?? '') as string;
  mustNotBeNegative('min_disk', image.min_disk);
  mustNotBeNegative('min_ram', image.min_ram);
  mustBeWithinProperties(image.properties);
  mustBeStorable(image);
  if (glance.store.find(image.id) !== undefined) throw new Refusal(409, `Image ID ${image.id} already exists!`);
  glance.store.save(image);
  // Glance stores tags after the image: a tag that it refuses leaves an image without tags behind.
  tagsMustBeStorable(tags);
  image.tags = [...new Set(tags)];
  glance.store.save(image);
  return {
    status: 201,
    headers: {
      location: `${exchange.origin}/v2/images/${image.id}`,
      'openstack-image-import-methods': importMethods.join(','),
      'openstack-image-store-ids': storeNames.join(','),
    },
    json: viewOf(image, caller.isAdmin),
  };
}

function mustBeName(name: string): void {
  if (Array.from(name).length > 255) {
    throw new Refusal(400, 'Custom property should not be greater than 255 characters.');
  }
  if (reserved.includes(name) || name.startsWith('os_glance')) {
    throw refusalWithDetail(403, `Attribute '${name}' is reserved.`);
  }
}

function readOnly(name: string): Refusal {
  return new Refusal(403, `Attribute '${name}' is read-only.`);
}

/** `GET /v2/images`. */
export function indexImages({ glance, caller, exchange }: GlanceRequest): Answer {
  mustHaveProject(caller, 'get_images');
  return { status: 200, json: listImages(glance.store, caller, exchange.query) };
}

/** `GET /v2/images/{id}`. */
export function showImage({ glance, caller, parameters: [id = ''] }: GlanceRequest): Answer {
  return { status: 200, json: viewOf(lookUp(glance.store, caller, id), caller.isAdmin) };
}

/** `DELETE /v2/images/{id}`: deletes the bytes, keeps the id. */
export function deleteImage({ glance, caller, parameters: [id = ''] }: GlanceRequest): Answer {
  const image = lookUp(glance.store, caller, id, `Failed to find image ${id} to delete`);
  mustOwn(caller, image, 'delete_image');
  if (image.protected) throw new Refusal(403, `Image ${id} is protected and cannot be deleted.`);
  for (const store of image.stores) glance.store.removeBytes(glance.store.bytesPath(store, id));
  glance.store.removeBytes(glance.store.stagingPath(id));
  glance.store.save({ ...newImage(id, image.owner, image.created), status: 'deleted', deleted: true });
  return { status: 204 };
}
