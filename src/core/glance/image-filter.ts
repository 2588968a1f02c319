import { matchesGlob } from '../globs.ts';
import type { LiveImage } from './image.ts';

/** The statuses of an image that a list can show (https://docs.openstack.org/glance/latest/user/statuses.html). */
export const IMAGE_STATUSES = [
  'queued',
  'saving',
  'uploading',
  'importing',
  'active',
  'deactivated',
  'killed',
  'pending_delete',
] as const;

/** Values of `visibility` in a list. Glance omits `community` images of other projects unless they are asked for. */
export const LISTED_VISIBILITIES = ['public', 'private', 'shared', 'community', 'all'] as const;

/** Which images a list shows: those that meet all conditions. */
export interface ImageFilter {
  /** Globs, one of which matches the name. Any name if empty. */
  readonly names: readonly string[];
  /** Properties with exactly these values. */
  readonly properties: Readonly<Record<string, string>>;
  /** Tags that the image has, all of them. */
  readonly tags: readonly string[];
  readonly status?: (typeof IMAGE_STATUSES)[number];
  /** Id of a project. */
  readonly owner?: string;
  readonly visibility?: (typeof LISTED_VISIBILITIES)[number];
}

/** Matches every image. */
export const EVERY_IMAGE: ImageFilter = { names: [], properties: {}, tags: [] };

/** Whether an image meets all conditions. Glance's own answer is not enough: some databases ignore case. */
export function matchesFilter(image: LiveImage, filter: ImageFilter): boolean {
  const { names, properties, tags, status, owner, visibility = 'all' } = filter;
  return (
    (names.length === 0 || matchesGlob(names, image.name ?? '')) &&
    Object.entries(properties).every(([name, value]) => image.properties[name] === value) &&
    tags.every((tag) => image.tags.includes(tag)) &&
    (status === undefined || image.status === status) &&
    (owner === undefined || image.owner === owner) &&
    (visibility === 'all' || image.visibility === visibility)
  );
}

/**
 * The conditions that Glance checks itself, as parameters of its list
 * (https://docs.openstack.org/api-ref/image/v2/#list-images). It answers with all images that match, and maybe others.
 */
export function filterParameters(filter: ImageFilter): Readonly<Record<string, string>> {
  const { properties, tags, status, owner, visibility } = filter;
  const [tag] = tags;
  return {
    ...Object.fromEntries(Object.entries(properties).filter(([name, value]) => isParameter(name) && value !== '')),
    ...(tag === undefined ? {} : { tag }),
    ...(status === undefined ? {} : { status }),
    ...(owner === undefined ? {} : { owner }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

/** The one exact name that a filter asks for. */
export function exactName({ names: [name, ...others] }: ImageFilter): string | undefined {
  return name === undefined || others.length > 0 || /[*?]/.test(name) ? undefined : name;
}

/** Only common properties are sent: Glance takes some names, such as `limit` or `os_hidden`, for something else. */
function isParameter(property: string): boolean {
  return /^(?:architecture|(?:os|hw)_\w+)$/.test(property) && !/^os_(?:hidden|hash_|glance)/.test(property);
}
