import { type Caller, isVisible } from '../access.ts';
import { Refusal } from '../../http/answers.ts';
import { type ImageRecord, viewOf } from './image-record.ts';
import type { ImageStore } from '../image-store.ts';
import { conditionOf } from './list-filters.ts';

const defaultLimit = 25;
const maximumLimit = 1000;
const sortKeys = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at'];
const visibilities = ['community', 'public', 'private', 'shared', 'all'];

interface Order {
  readonly key: string;
  readonly descending: boolean;
}

/** The document of a list: a page of images, and the link to the next one. */
export function listImages(store: ImageStore, caller: Caller, query: URLSearchParams): object {
  const rest = [...query];
  const limit = limitOf(take(rest, 'limit'));
  const marker = take(rest, 'marker');
  const memberStatus = memberStatusOf(take(rest, 'member_status'));
  const tags = takeAll(rest, 'tag').map((tag) => tag.trim());
  const visibility = rest.findLast(([name]) => name === 'visibility')?.[1];
  if (visibility && !visibilities.includes(visibility))
    throw new Refusal(400, `Invalid visibility value: ${visibility}`);
  if (rest.some(([name, value]) => name === 'changes-since' && value !== '')) {
    throw new Refusal(400, 'The "changes-since" filter is no longer available on v2.');
  }
  const orders = ordersOf(rest);
  const filters = new Map(rest.filter(([name]) => name !== 'visibility'));
  const matches = conditionOf(filters, tags);
  const wanted = (image: ImageRecord) =>
    isListed(caller, image, memberStatus) && hasVisibility(caller, image, visibility) && matches(image);
  const compare = comparatorOf(orders);
  const after = marker === undefined ? undefined : markerImage(store, caller, marker);
  const page = store
    .all()
    .filter((image) => wanted(image) && (after === undefined || compare(image, after) > 0))
    .sort(compare)
    .slice(0, limit);
  return document(page, limit, query, caller);
}

function document(page: readonly ImageRecord[], limit: number, query: URLSearchParams, caller: Caller): object {
  // As in Glance, a repeated parameter is written once, with its last value.
  const echoed = new URLSearchParams([...new Map([...query].filter(([name]) => name !== 'marker'))]);
  const first = echoed.size > 0 ? `/v2/images?${echoed.toString()}` : '/v2/images';
  const last = page.at(-1);
  const images = page.map((image) => viewOf(image, caller.isAdmin));
  const frame = { images, first, schema: '/v2/schemas/images' };
  if (last === undefined || page.length < limit) return frame;
  echoed.set('marker', last.id);
  return { ...frame, next: `/v2/images?${echoed.toString()}` };
}

/** Removes the first parameter of this name from the list; further ones stay as filters on a property of that name. */
function take(parameters: [string, string][], name: string): string | undefined {
  const index = parameters.findIndex(([key]) => key === name);
  return index < 0 ? undefined : parameters.splice(index, 1)[0]?.[1];
}

function takeAll(parameters: [string, string][], name: string): string[] {
  const values: string[] = [];
  for (let value = take(parameters, name); value !== undefined; value = take(parameters, name)) values.push(value);
  return values;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new Refusal(400, 'limit param must be an integer');
  if (Number(text) < 0) throw new Refusal(400, 'limit param must be positive');
  return Math.min(Number(text), maximumLimit);
}

function memberStatusOf(text: string | undefined): string {
  if (text === undefined) return 'accepted';
  if (!['pending', 'accepted', 'rejected', 'all'].includes(text)) throw new Refusal(400, `Invalid status: ${text}`);
  return text;
}

function ordersOf(rest: [string, string][]): Order[] {
  const sort = take(rest, 'sort');
  if (sort === undefined) return classicOrders(takeAll(rest, 'sort_key'), takeAll(rest, 'sort_dir'));
  if (rest.some(([name]) => name === 'sort_key' || name === 'sort_dir')) {
    throw new Refusal(400, 'Old and new sorting syntax cannot be combined');
  }
  const parts = sort.trim().split(',');
  return completed(
    parts.map((part) => {
      const [key = '', direction = ''] = part.split(':');
      return order(key.trim(), direction.trim() || 'desc');
    }),
    parts.length === 1 ? undefined : 'desc',
  );
}

function classicOrders(keys: readonly string[], directions: readonly string[]): Order[] {
  if (directions.length > 1 && directions.length !== keys.length) {
    throw new Refusal(400, 'Number of sort dirs does not match the number of sort keys');
  }
  const named = keys.length === 0 ? ['created_at'] : keys;
  const orders = named.map((key, index) => order(key.trim(), (directions[index] ?? directions[0] ?? 'desc').trim()));
  return completed(orders, directions.length > 1 ? 'desc' : undefined);
}

/** Appends `created_at` and `id`, so that no two images are equal, in the first key's direction unless another is given. */
function completed(orders: Order[], direction: 'desc' | undefined): Order[] {
  const descending = direction === 'desc' || orders[0]?.descending === true;
  for (const key of ['created_at', 'id']) {
    if (!orders.some((each) => each.key === key)) orders.push({ key, descending });
  }
  return orders;
}

function order(key: string, direction: string): Order {
  if (!sortKeys.includes(key)) {
    throw new Refusal(400, `Invalid sort key: ${key}. It must be one of the following: ${sortKeys.join(', ')}.`);
  }
  if (direction !== 'asc' && direction !== 'desc') throw new Refusal(400, `Invalid sort direction: ${direction}`);
  return { key, descending: direction === 'desc' };
}

function comparatorOf(orders: readonly Order[]): (left: ImageRecord, right: ImageRecord) => number {
  return (left, right) => {
    for (const { key, descending } of orders) {
      const compared = compareValues(sortValue(left, key), sortValue(right, key));
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  };
}

function sortValue(image: ImageRecord, key: string): string | number {
  if (key === 'created_at') return image.created;
  if (key === 'updated_at') return image.updated;
  if (key === 'size') return image.size ?? -1;
  return image[key as 'name' | 'status'] ?? '';
}

function compareValues(left: string | number, right: string | number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function markerImage(store: ImageStore, caller: Caller, id: string): ImageRecord {
  const image = store.find(id);
  if (image === undefined || image.deleted) throw new Refusal(400, `No image found with ID ${id}`);
  if (!isVisible(caller, image)) throw new Refusal(403, `Forbidding request, image ${id} not visible`);
  return image;
}

function isListed(caller: Caller, image: ImageRecord, memberStatus: string): boolean {
  if (caller.isAdmin || (image.owner !== null && image.owner === caller.projectId)) return true;
  if (image.visibility === 'public' || image.visibility === 'community') return true;
  if (image.visibility !== 'shared') return false;
  // Without a project Glance omits the member.
  if (caller.projectId === null) return image.members.length > 0;
  const membership = image.members.find((member) => member.project === caller.projectId);
  return membership !== undefined && (memberStatus === 'all' || membership.status === memberStatus);
}

function hasVisibility(caller: Caller, image: ImageRecord, visibility: string | undefined): boolean {
  if (visibility === 'all') return true;
  if (visibility !== undefined) return image.visibility === visibility;
  return image.visibility !== 'community' || image.owner === caller.projectId;
}
