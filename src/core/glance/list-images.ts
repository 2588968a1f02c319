import type { LiveImage } from './image.ts';
import { orderParameter, type ImageOrder } from './image-order.ts';
import { EVERY_IMAGE, exactName, filterParameters, matchesFilter, type ImageFilter } from './image-filter.ts';
import type { MemberStatus } from './members.ts';
import type { ImageService, ListQuery } from './service.ts';

/** Which images to list, and how. */
export interface ListOptions {
  readonly signal?: AbortSignal;
  /** Images per page, at most 1000; 100 if omitted. */
  readonly pageSize?: number;
  /** Exact. */
  readonly name?: string;
  readonly filter?: ImageFilter;
  /** Only images that other projects share with this one, and to which it responded so. */
  readonly sharedWithMe?: MemberStatus;
  /** Glance's own order, by keys that it knows: all but `visibility`. By name if omitted. */
  readonly sort?: readonly ImageOrder[];
}

/** Statuses of images whose size Glance may not know yet. */
const WITHOUT_SIZE = ['queued', 'saving', 'uploading', 'importing', 'killed'];

const BY_NAME: readonly ImageOrder[] = [{ key: 'name', descending: false }];

/** One project's view of a region's images. */
interface Listing {
  readonly images: Pick<ImageService, 'list'>;
  /** Id; absent if the login has no project. */
  readonly project: string | undefined;
}

/** Lists the images that a project sees, page by page in order, then its own hidden ones. */
export async function* listImages(
  { images, project }: Listing,
  options: ListOptions,
): AsyncIterable<readonly LiveImage[]> {
  const {
    signal,
    pageSize = 100,
    filter = EVERY_IMAGE,
    name = exactName(filter),
    sharedWithMe,
    sort = BY_NAME,
  } = options;
  const shared = sharedWithMe === undefined ? {} : { visibility: 'shared', member_status: sharedWithMe };
  const query: ListQuery = {
    pageSize,
    parameters: { sort: orderParameter(sort), ...filterParameters(filter), ...shared },
    ...(signal === undefined ? {} : { signal }),
    ...(name === undefined ? {} : { name }),
  };
  const isWanted = (image: LiveImage): boolean =>
    matchesFilter(image, filter) && (sharedWithMe === undefined || isForeign(image, project));
  yield* inParts(images, query, sort, isWanted);
  const owner = filter.owner ?? project;
  if (owner === undefined || sharedWithMe !== undefined) return;
  yield* inParts(images, { ...query, hidden: true, owner }, sort, isWanted);
}

/**
 * By size, Glance can't go on behind an image that has none: 25 and 33 send it again for ever. So those are a list of their own, by
 * name, behind the others.
 */
async function* inParts(
  images: Listing['images'],
  query: ListQuery,
  sort: readonly ImageOrder[],
  isWanted: (image: LiveImage) => boolean,
): AsyncIterable<readonly LiveImage[]> {
  const withMore = (more: Readonly<Record<string, string>>): ListQuery => ({
    ...query,
    parameters: { ...query.parameters, ...more },
  });
  const bySize = sort[0]?.key === 'size';
  for await (const page of images.list(bySize ? withMore({ size_min: '0' }) : query)) yield page.filter(isWanted);
  if (!bySize) return;
  const rest = { sort: orderParameter(BY_NAME), status: `in:${WITHOUT_SIZE.join(',')}` };
  for await (const page of images.list(withMore(rest)))
    yield page.filter((image) => image.size === null && isWanted(image));
}

/** Glance lists a project's own shared images too, whatever the status of their members. */
function isForeign({ owner, visibility }: LiveImage, project: string | undefined): boolean {
  return visibility === 'shared' && project !== undefined && owner !== project;
}
