import * as v from 'valibot';
import type { LiveImage } from '../../core/glance/image.ts';
import type { ImageOrder } from '../../core/glance/image-order.ts';
import { listOf } from '../../core/stored-json.ts';
import type { Management } from './image-management.ts';
import { Subject } from '../observable.ts';

/** What images can be filtered and grouped by. */
export const facetNames = ['visibility', 'status', 'format', 'distribution', 'tag', 'owner', 'management'] as const;

/** One of them. */
export type FacetName = (typeof facetNames)[number];

/** One value of a facet. Criteria of one facet are alternatives; all named facets have to match. */
export interface Criterion {
  readonly facet: FacetName;
  readonly value: string;
}

/** What images can be sorted by, other than their names: Glance's own keys. */
export const sortNames = ['created_at', 'updated_at', 'size', 'status'] as const;

/** One of them. */
export type SortName = (typeof sortNames)[number];

/** The filter, order and grouping of the Glance view. */
export interface ImageView {
  /** Empty: all images. */
  readonly filter: readonly Criterion[];
  /** Text in the name, in any case. Absent: any name. */
  readonly name?: string;
  /** Absent: by name. */
  readonly sortBy?: SortName;
  /** Absent: one list, by name. */
  readonly groupBy?: FacetName;
}

/** Keeps the view for the next window of the workspace. */
export interface ImageViewMemory {
  /** The last saved value, perhaps of another version of the extension. */
  load(): unknown;
  save(view: ImageView): void;
}

/** The management of an image, worked out only where a facet asks. */
export type ManagementOf = (image: LiveImage) => Management;

/** The values of a facet of an image: several tags, or none without tags or format. */
export function facetValues(facet: FacetName, image: LiveImage, management: ManagementOf): readonly string[] {
  switch (facet) {
    case 'visibility':
      return [image.visibility];
    case 'status':
      return [image.status];
    case 'format':
      return image.disk_format === null ? [] : [image.disk_format];
    case 'distribution':
      return valueOf(image.properties.os_distro);
    case 'owner':
      return valueOf(image.owner);
    case 'tag':
      return image.tags;
    case 'management':
      return managementValues(management(image));
  }
}

/** Whether images match the filter of a view. */
export function matching({ filter, name }: ImageView, management: ManagementOf): (image: LiveImage) => boolean {
  const sought = name?.toLowerCase();
  const wanted = [...Map.groupBy(filter, ({ facet }) => facet)].map(
    ([facet, criteria]) => [facet, criteria.map(({ value }) => value)] as const,
  );
  return (image) =>
    (sought === undefined || (image.name ?? '').toLowerCase().includes(sought)) &&
    wanted.every(([facet, wantedValues]) => {
      const values = facetValues(facet, image, management);
      return wantedValues.some((value) => (value === '' ? values.length === 0 : values.includes(value)));
    });
}

function valueOf(value: string | null | undefined): readonly string[] {
  return value === undefined || value === null || value === '' ? [] : [value];
}

/** Whether a view leaves images out. */
export function isFiltered({ filter, name }: ImageView): boolean {
  return filter.length > 0 || name !== undefined;
}

/** The order of a view, by name at last. Dates and sizes begin with the newest and largest. */
export function ordersOf({ sortBy }: ImageView): readonly ImageOrder[] {
  const byName: ImageOrder = { key: 'name', descending: false };
  return sortBy === undefined ? [byName] : [{ key: sortBy, descending: sortBy !== 'status' }, byName];
}

/** The groups of an image: one for each value, `''` without any. Of management, only the most specific. */
export function groupsOf(facet: FacetName, image: LiveImage, management: ManagementOf): readonly string[] {
  const values = facetValues(facet, image, management);
  if (facet === 'management') return values.slice(-1);
  if (values.length <= 1) return values.length === 0 ? [''] : values;
  return [...new Set(values)];
}

/** From general to specific: an image that differs or is unclaimed is managed too. */
function managementValues(management: Management): readonly string[] {
  switch (management.kind) {
    case 'unmanaged':
      return ['unmanaged'];
    case 'managed':
    case 'equal':
      return ['managed'];
    case 'differs':
    case 'unclaimed':
      return ['managed', management.kind];
  }
}

/** The filter, order and grouping of this workspace. */
export class ImageViewStore {
  readonly #memory: ImageViewMemory | undefined;
  readonly #changed = new Subject<ImageView>();
  #view: ImageView;

  readonly onDidChange = this.#changed.observe;

  constructor(memory?: ImageViewMemory) {
    this.#memory = memory;
    this.#view = readImageView(memory?.load());
  }

  get view(): ImageView {
    return this.#view;
  }

  /** Shows only images that match; an empty list shows all. */
  filter(filter: readonly Criterion[]): void {
    this.#set({ ...this.#view, filter });
  }

  /** Shows only images whose name holds the text; an empty one shows all. */
  find(text: string): void {
    const { name: _, ...rest } = this.#view;
    this.#set(text.trim() === '' ? rest : { ...rest, name: text.trim() });
  }

  /** Shows all images. */
  showAll(): void {
    const { name: _, ...rest } = this.#view;
    this.#set({ ...rest, filter: [] });
  }

  /** Groups by a facet; `undefined` ends grouping. */
  group(groupBy: FacetName | undefined): void {
    const { groupBy: _, ...rest } = this.#view;
    this.#set(groupBy === undefined ? rest : { ...rest, groupBy });
  }

  /** Sorts by a key; `undefined` sorts by name. */
  sort(sortBy: SortName | undefined): void {
    const { sortBy: _, ...rest } = this.#view;
    this.#set(sortBy === undefined ? rest : { ...rest, sortBy });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #set(view: ImageView): void {
    if (JSON.stringify(view) === JSON.stringify(this.#view)) return;
    this.#view = view;
    this.#memory?.save(view);
    this.#changed.next(view);
  }
}

const facetName = v.picklist(facetNames);
const imageView = v.object({
  filter: listOf(v.object({ facet: facetName, value: v.string() })),
  name: v.fallback(v.optional(v.pipe(v.string(), v.minLength(1))), undefined),
  sortBy: v.fallback(v.optional(v.picklist(sortNames)), undefined),
  groupBy: v.fallback(v.optional(facetName), undefined),
});

/** Reads a stored view, perhaps of another version. Unknown criteria are left out. */
export function readImageView(kept: unknown): ImageView {
  const { filter, name, sortBy, groupBy } = v.parse(v.fallback(imageView, { filter: [] }), kept);
  return {
    filter,
    ...(name === undefined ? {} : { name }),
    ...(sortBy === undefined ? {} : { sortBy }),
    ...(groupBy === undefined ? {} : { groupBy }),
  };
}
