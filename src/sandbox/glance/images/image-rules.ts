import { Refusal } from '../../http/answers.ts';
import type { ImageRecord } from './image-record.ts';

const quota = 128;
const largestInteger = 2147483647;

/** Glance's states and the allowed next ones (`glance/domain/__init__.py`). */
const transitions: Readonly<Record<string, readonly string[]>> = {
  queued: ['saving', 'uploading', 'importing', 'active', 'deleted'],
  saving: ['active', 'killed', 'deleted', 'queued'],
  uploading: ['importing', 'queued', 'deleted'],
  importing: ['active', 'deleted', 'queued'],
  active: ['pending_delete', 'deleted', 'deactivated'],
  deactivated: ['active', 'deleted'],
};

/** Throws the 409 or 400 of a change of status that Glance does not allow. */
export function mustBeAbleTo(image: ImageRecord, status: string): void {
  if (!(transitions[image.status] ?? []).includes(status)) {
    throw new Refusal(409, `Image status transition from ${image.status} to ${status} is not allowed`);
  }
  if (!['queued', 'uploading'].includes(image.status) || !['saving', 'active', 'importing'].includes(status)) return;
  const missing = (['disk_format', 'container_format'] as const).filter((format) => !image[format]);
  if (missing.length === 0) return;
  const noun = missing.length === 1 ? 'Property' : 'Properties';
  throw new Refusal(400, `${noun} ${missing.join(', ')} must be set prior to saving data.`);
}

/** Throws 413 for more tags than the quota. */
export function mustBeWithinTags(tags: readonly string[]): void {
  if (tags.length > quota) throw overQuota('tags', tags.length);
}

/** Throws 413 for more custom properties than the quota, not counting the server's own. */
export function mustBeWithinProperties(properties: Readonly<Record<string, string>>): void {
  const count = Object.keys(properties).filter((name) => !name.startsWith('os_glance')).length;
  if (count > quota) throw overQuota('properties', count);
}

/** Throws 413 for more members than the quota. */
export function mustBeWithinMembers(imageId: string, count: number): void {
  if (count <= quota) return;
  throw new Refusal(413, `Image member limit exceeded for image ${imageId}: ${overQuota('members', count).message}:`);
}

function overQuota(what: string, count: number): Refusal {
  return new Refusal(
    413,
    `The limit has been exceeded on the number of allowed image ${what}. Attempted: ${count}, Maximum: ${quota}`,
  );
}

/** Throws 400 for a number that Glance's model refuses. */
export function mustNotBeNegative(name: 'min_disk' | 'min_ram', value: number): void {
  if (value < 0) {
    throw new Refusal(400, `Invalid value '${value}' for parameter '${name}': Cannot be a negative value`);
  }
}

/** Throws 400 for what Glance's database refuses: numbers over 2³¹-1, characters outside the Basic Multilingual Plane. */
export function mustBeStorable(image: ImageRecord): void {
  for (const name of ['min_disk', 'min_ram'] as const) {
    if (image[name] > largestInteger) {
      throw new Refusal(400, `'${name}' value out of range, must not exceed ${largestInteger}.`);
    }
  }
  for (const [name, value] of Object.entries({ name: image.name ?? '', ...image.properties })) {
    if (isBeyondBasicPlane(name)) throw new Refusal(400, "Property names can't contain 4 byte unicode.");
    if (isBeyondBasicPlane(value))
      throw new Refusal(400, `${titleCase(name)} can't contain 4 byte unicode characters.`);
  }
}

/** Throws 400 for a tag that Glance's database refuses. */
export function tagsMustBeStorable(tags: readonly string[]): void {
  if (tags.some(isBeyondBasicPlane)) throw new Refusal(400, "Param values can't contain 4 byte unicode.");
}

function isBeyondBasicPlane(text: string): boolean {
  return /[\u{10000}-\u{10ffff}]/u.test(text);
}

/** Python's `str.title`. */
function titleCase(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|[^a-z])([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}
