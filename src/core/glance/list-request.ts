import type { LiveImage } from './image.ts';
import type { ImageFilter } from './image-filter.ts';
import { sorted, type ImageOrder } from './image-order.ts';
import { latestImages } from './latest-images.ts';
import type { ListOptions } from './list-images.ts';
import type { MemberStatus } from './members.ts';

/** A question about the images of a region. */
export interface ListRequest {
  readonly filter: ImageFilter;
  /** Only images that other projects share with this one, with one of these member statuses. */
  readonly sharedWithMe?: readonly MemberStatus[];
  /** Only the newest of each group; see `latestImages`. */
  readonly latest: boolean;
  /** The order of the answer; empty for Glance's order of names. */
  readonly sort: readonly ImageOrder[];
}

/** An image, with this project's response where another project shares it. */
export interface ListedImage extends LiveImage {
  readonly member_status?: MemberStatus;
}

/** The pages that answer a request, not yet arranged. The latest images are looked for among usable ones, unless a status is given. */
export async function* pagesFor(
  { filter, latest, sharedWithMe }: ListRequest,
  images: (options: Pick<ListOptions, 'filter' | 'sharedWithMe'>) => AsyncIterable<readonly LiveImage[]>,
): AsyncIterable<readonly ListedImage[]> {
  const wanted: ImageFilter = latest && filter.status === undefined ? { ...filter, status: 'active' } : filter;
  if (sharedWithMe === undefined) yield* images({ filter: wanted });
  for (const status of sharedWithMe ?? []) {
    for await (const page of images({ filter: wanted, sharedWithMe: status }))
      yield page.map((image) => ({ ...image, member_status: status }));
  }
}

/** All images of the pages as the request wants them. */
export function arranged(images: readonly ListedImage[], request: ListRequest): readonly ListedImage[] {
  return sorted(request.latest ? latestImages(images, request.filter.names) : images, request.sort);
}
