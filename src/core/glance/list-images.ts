import type { LiveImage } from './image.ts';
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
}

/** One project's view of a region's images. */
interface Listing {
  readonly images: Pick<ImageService, 'list'>;
  /** Id; absent if the login has no project. */
  readonly project: string | undefined;
}

/** Lists the images that a project sees, page by page in the order of their names, then its own hidden ones. */
export async function* listImages(
  { images, project }: Listing,
  options: ListOptions,
): AsyncIterable<readonly LiveImage[]> {
  const { signal, pageSize = 100, filter = EVERY_IMAGE, name = exactName(filter), sharedWithMe } = options;
  const shared = sharedWithMe === undefined ? {} : { visibility: 'shared', member_status: sharedWithMe };
  const query: ListQuery = {
    pageSize,
    parameters: { sort: 'name:asc', ...filterParameters(filter), ...shared },
    ...(signal === undefined ? {} : { signal }),
    ...(name === undefined ? {} : { name }),
  };
  for await (const page of images.list(query)) {
    yield page.filter(
      (image) => matchesFilter(image, filter) && (sharedWithMe === undefined || isForeign(image, project)),
    );
  }
  const owner = filter.owner ?? project;
  if (owner === undefined || sharedWithMe !== undefined) return;
  for await (const page of images.list({ ...query, hidden: true, owner }))
    yield page.filter((image) => matchesFilter(image, filter));
}

/** Glance lists a project's own shared images too, whatever the status of their members. */
function isForeign({ owner, visibility }: LiveImage, project: string | undefined): boolean {
  return visibility === 'shared' && project !== undefined && owner !== project;
}
