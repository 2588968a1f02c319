import { Failure } from '../failure.ts';
import { field } from '../http/answers.ts';
import { isImageId, type LiveImage } from './image.ts';

/** What Glance adds and nobody can set, by exact name, because `os_distro` and others are the user's (glance/api/v2/images.py, read-only and reserved lists). */
const SERVER = new Set([
  'self',
  'file',
  'schema',
  'direct_url',
  'locations',
  'location',
  'stores',
  'deleted',
  'deleted_at',
]);

/**
 * Parses an image of an answer. Throws `glance-unusable` if it is no image, has no UUID, or is not the requested one: ids
 * become parts of further requests.
 * @param asked id of the requested image; any if omitted, as in a list
 */
export function parseImage(value: unknown, asked?: string): LiveImage {
  const id = field(value, 'id');
  const status = field(value, 'status');
  if (typeof id !== 'string' || typeof status !== 'string' || typeof value !== 'object' || value === null) {
    throw new Failure('glance-unusable', 'The answer of the image service is not an image.', {
      next: 'Check the endpoint of the image service.',
    });
  }
  if (!isImageId(id)) throw notBelieved('an image whose id is not a UUID');
  if (asked !== undefined && id.toLowerCase() !== asked.toLowerCase()) {
    throw notBelieved(`the image ${id} where ${asked} was asked for`);
  }
  const text = (name: string): string | null => textOrNull(field(value, name));
  const tags = field(value, 'tags');
  const attributes = {
    id: id.toLowerCase(),
    status,
    name: text('name'),
    visibility: text('visibility') ?? 'private',
    owner: text('owner'),
    container_format: text('container_format'),
    disk_format: text('disk_format'),
    size: numberOrNull(field(value, 'size')),
    virtual_size: numberOrNull(field(value, 'virtual_size')),
    checksum: text('checksum'),
    os_hash_algo: text('os_hash_algo'),
    os_hash_value: text('os_hash_value'),
    min_disk: numberOrNull(field(value, 'min_disk')) ?? 0,
    min_ram: numberOrNull(field(value, 'min_ram')) ?? 0,
    protected: field(value, 'protected') === true,
    os_hidden: field(value, 'os_hidden') === true,
    tags: Array.isArray(tags) ? tags.filter((tag: unknown) => typeof tag === 'string') : [],
    created_at: text('created_at') ?? '',
    updated_at: text('updated_at') ?? '',
  };
  return { ...attributes, ...othersOf(value, attributes) };
}

function notBelieved(what: string): Failure {
  return new Failure('glance-unusable', `The image service answered with ${what}. The answer is ignored.`, {
    next: 'Check the endpoint of the image service, or ask the operator of the cloud.',
  });
}

/** Separates custom properties, which are strings, from the server's own. */
function othersOf(value: object, attributes: object): Pick<LiveImage, 'properties' | 'server'> {
  const properties = Object.create(null) as Record<string, string>;
  const server = Object.create(null) as Record<string, unknown>;
  for (const [name, content] of Object.entries(value) as [string, unknown][]) {
    if (Object.hasOwn(attributes, name)) continue;
    if (SERVER.has(name) || name.startsWith('os_glance') || typeof content !== 'string') server[name] = content;
    else properties[name] = content;
  }
  return { properties, server };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A count, e.g. of bytes; null if a number can't hold it exactly. */
function numberOrNull(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null;
}
