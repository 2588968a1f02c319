import * as v from 'valibot';
import type { LiveImage } from '../../core/glance/image.ts';
import { listOf } from '../../core/stored-json.ts';
import type { Management } from './image-management.ts';
import { Subject } from '../observable.ts';

/** What images can be filtered and grouped by. */
export const facetNames = ['visibility', 'status', 'format', 'tag', 'management'] as const;

/** One of them. */
export type FacetName = (typeof facetNames)[number];

/** One value that an image may have; of several criteria of one facet any is enough, and every facet that is named has to match. */
export interface Criterion {
  readonly facet: FacetName;
  readonly value: string;
}

/** Which images the Glance view shows, and how it groups them. */
export interface ImageView {
  /** Empty: all images. */
  readonly filter: readonly Criterion[];
  /** Absent: one list, by name. */
  readonly groupBy?: FacetName;
}

/** Where the choice is kept for the next window on the same workspace. */
export interface ImageViewMemory {
  /** What `save` was given last, by whichever version of the extension. */
  load(): unknown;
  save(view: ImageView): void;
}

/** The values that an image has of a facet; a tag group needs several, an image without tags or format has none. */
export function facetValues(facet: FacetName, image: LiveImage, management: Management): readonly string[] {
  switch (facet) {
    case 'visibility':
      return [image.visibility];
    case 'status':
      return [image.status];
    case 'format':
      return image.disk_format === null ? [] : [image.disk_format];
    case 'tag':
      return image.tags;
    case 'management':
      return managementOf(management);
  }
}

/** Whether an image is one of those that a filter lets through. */
export function matches(filter: readonly Criterion[], image: LiveImage, management: Management): boolean {
  return facetNames.every((facet) => {
    const wanted = filter.filter((criterion) => criterion.facet === facet);
    if (wanted.length === 0) return true;
    const values = facetValues(facet, image, management);
    return wanted.some(({ value }) => (value === '' ? values.length === 0 : values.includes(value)));
  });
}

/** The groups that an image stands in: one for each of its values, `''` where it has none. Of management only the most telling. */
export function groupsOf(facet: FacetName, image: LiveImage, management: Management): readonly string[] {
  const values = facetValues(facet, image, management);
  if (facet === 'management') return values.slice(-1);
  return values.length === 0 ? [''] : [...new Set(values)];
}

/** From the general to the particular: what differs or is unclaimed is managed too. */
function managementOf(management: Management): readonly string[] {
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

/** The choice of filter and grouping of this workspace. */
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

  /** Groups by a facet; `undefined` ends grouping. */
  group(groupBy: FacetName | undefined): void {
    const { filter } = this.#view;
    this.#set(groupBy === undefined ? { filter } : { filter, groupBy });
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
  groupBy: v.fallback(v.optional(facetName), undefined),
});

/** What another window, perhaps of another version, kept; what is no choice of ours is left out. */
export function readImageView(kept: unknown): ImageView {
  const { filter, groupBy } = v.parse(v.fallback(imageView, { filter: [] }), kept);
  return groupBy === undefined ? { filter } : { filter, groupBy };
}
