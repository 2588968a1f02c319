import * as v from 'valibot';
import type { LiveImage } from '../../core/glance/image.ts';
import { listOf } from '../../core/stored-json.ts';
import type { Management } from './image-management.ts';
import { Subject } from '../observable.ts';

/** What images can be filtered and grouped by. */
export const facetNames = ['visibility', 'status', 'format', 'tag', 'management'] as const;

/** One of them. */
export type FacetName = (typeof facetNames)[number];

/** One value of a facet. Criteria of one facet are alternatives; all named facets have to match. */
export interface Criterion {
  readonly facet: FacetName;
  readonly value: string;
}

/** The filter and grouping of the Glance view. */
export interface ImageView {
  /** Empty: all images. */
  readonly filter: readonly Criterion[];
  /** Absent: one list, by name. */
  readonly groupBy?: FacetName;
}

/** Keeps the view for the next window of the workspace. */
export interface ImageViewMemory {
  /** The last saved value, perhaps of another version of the extension. */
  load(): unknown;
  save(view: ImageView): void;
}

/** The values of a facet of an image: several tags, or none without tags or format. */
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

/** Whether an image matches a filter. */
export function matches(filter: readonly Criterion[], image: LiveImage, management: Management): boolean {
  return facetNames.every((facet) => {
    const wanted = filter.filter((criterion) => criterion.facet === facet);
    if (wanted.length === 0) return true;
    const values = facetValues(facet, image, management);
    return wanted.some(({ value }) => (value === '' ? values.length === 0 : values.includes(value)));
  });
}

/** The groups of an image: one for each value, `''` without any. Of management, only the most specific. */
export function groupsOf(facet: FacetName, image: LiveImage, management: Management): readonly string[] {
  const values = facetValues(facet, image, management);
  if (facet === 'management') return values.slice(-1);
  return values.length === 0 ? [''] : [...new Set(values)];
}

/** From general to specific: an image that differs or is unclaimed is managed too. */
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

/** The filter and grouping of this workspace. */
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

/** Reads a stored view, perhaps of another version. Unknown criteria are left out. */
export function readImageView(kept: unknown): ImageView {
  const { filter, groupBy } = v.parse(v.fallback(imageView, { filter: [] }), kept);
  return groupBy === undefined ? { filter } : { filter, groupBy };
}
