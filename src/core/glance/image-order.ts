import type { LiveImage } from './image.ts';

/** What a list can be sorted by. */
export const SORT_KEYS = [
  'name',
  'status',
  'visibility',
  'disk_format',
  'container_format',
  'size',
  'id',
  'created_at',
  'updated_at',
] as const;

type SortKey = (typeof SORT_KEYS)[number];

/** One key of an order. */
export interface ImageOrder {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Reads `KEY[:asc|desc],…`, which openstackclient takes too; ascending if omitted. `undefined` if it is something else. */
export function parseOrder(text: string): readonly ImageOrder[] | undefined {
  const orders = text.split(',').map(parseKey);
  return orders.every((order) => order !== undefined) ? orders : undefined;
}

function parseKey(text: string): ImageOrder | undefined {
  const [name, direction = 'asc', ...more] = text.trim().split(':');
  const key = SORT_KEYS.find((each) => each === name);
  if (key === undefined || more.length > 0 || (direction !== 'asc' && direction !== 'desc')) return undefined;
  return { key, descending: direction === 'desc' };
}

/** Sorts images. Missing values come last. Images that are equal in every key keep their order. */
export function sorted<Image extends LiveImage>(
  images: readonly Image[],
  orders: readonly ImageOrder[],
): readonly Image[] {
  return images.toSorted((left, right) => {
    for (const { key, descending } of orders) {
      const difference = compare(valueOf(left, key), valueOf(right, key), descending);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function valueOf(image: LiveImage, key: SortKey): string | number | null {
  return key === 'created_at' || key === 'updated_at' ? Date.parse(image[key]) : image[key];
}

function compare(left: string | number | null, right: string | number | null, descending: boolean): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? 1 : -1;
  return left < right === descending ? 1 : -1;
}
