import { isAbort } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import { failureNode } from './clouds-tree.ts';
import type { FailureNode, GroupNode, ImageNode, RegionNode, TransferNode, TreeNode } from './clouds-tree.ts';
import type { Management } from './image-management.ts';
import { groupsOf, matches } from './image-view.ts';
import type { FacetName, ImageView } from './image-view.ts';
import type { RegionImages } from './region-images.ts';
import { groupNodeId, imageNodeId, nodeId } from './node-id.ts';

/** What decides the rows of a listing, besides its images. */
export interface RowRules {
  readonly view: () => ImageView;
  readonly management: (place: Place, image: LiveImage) => Management;
  /** Running transfers, by the id of the transfer and of its image, if it has one. */
  readonly transfers: (place: Place) => readonly { readonly id: string; readonly imageId: string | null }[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The rows of one region: groups and images, then their state. A row keeps its object while it is shown. */
export class RegionListing {
  readonly images: RegionImages;
  readonly region: RegionNode;
  readonly #rules: RowRules;
  readonly #rows = new Map<string, Mutable<ImageNode>>();
  readonly #transferRowsById = new Map<string, TransferNode>();
  readonly #groups = new Map<string, GroupNode>();
  readonly #changed: () => void;
  /** The error that ended the listing. */
  #failure: FailureNode | undefined;
  /** More pages are being read because too few images match the filter. */
  #searching = false;

  /** `changed` is called when rows appear without a call. */
  constructor(region: RegionNode, images: RegionImages, rules: RowRules, changed: () => void) {
    this.region = region;
    this.images = images;
    this.#rules = rules;
    this.#changed = changed;
  }

  /** Reads the next page. Never throws: an error becomes a row. */
  async load(): Promise<void> {
    const shown = this.shown().length;
    if (await this.#loadPage()) this.search(shown);
  }

  /** If few images match the filter, reads more pages until a page's worth was added to `shown`. Each is shown as it arrives. */
  search(shown = 0): void {
    if (this.#searching || !this.#needsMore(shown)) return;
    this.#searching = true;
    void this.#readOn(shown);
  }

  /** The rows under the region. */
  rows(): readonly TreeNode[] {
    const { groupBy } = this.#rules.view();
    const shown = this.shown();
    const list = groupBy === undefined ? shown.map((image) => this.#row(image)) : this.#groupRows(groupBy, shown);
    const transfers = this.#transferRows();
    return [...transfers, ...list, ...this.#end(shown.length, transfers.length)];
  }

  /** The rows of a group. */
  rowsOf({ facet, value, id }: GroupNode): readonly TreeNode[] {
    const { place } = this.region;
    const inGroup = (image: LiveImage): boolean =>
      groupsOf(facet, image, this.#rules.management(place, image)).includes(value);
    return this.shown()
      .filter(inGroup)
      .map((image) => this.#row(image, id));
  }

  /** The images that match the filter. */
  shown(): readonly LiveImage[] {
    const { place } = this.region;
    const { filter } = this.#rules.view();
    const { images } = this.images;
    if (filter.length === 0) return images;
    return images.filter((image) => matches(filter, image, this.#rules.management(place, image)));
  }

  /** The row of an image, or one of its rows in groups. `undefined` if it is not loaded or the filter hides it. */
  find(id: string): ImageNode | undefined {
    const image = this.images.get(id);
    const { view, management } = this.#rules;
    const { filter, groupBy } = view();
    if (image === undefined) return undefined;
    const state = management(this.region.place, image);
    if (!matches(filter, image, state)) return undefined;
    if (groupBy === undefined) return this.#row(image);
    const [first = ''] = groupsOf(groupBy, image, state);
    return this.#row(image, groupNodeId(this.region.place, groupBy, first));
  }

  /** What to redraw after the management of an image changed: its rows, or the region where that decides which rows there are. */
  nodesOf(id: string): readonly TreeNode[] {
    const { filter, groupBy } = this.#rules.view();
    if (groupBy === 'management' || filter.some(({ facet }) => facet === 'management')) return [this.region];
    return [...this.#rows.values()].filter(({ image }) => image.id === id);
  }

  /** The row of a transfer that the view has. */
  transferRow(transferId: string): TransferNode | undefined {
    return this.#transferRowsById.get(transferId);
  }

  group(id: string): GroupNode | undefined {
    return this.#groups.get(id);
  }

  /**
   * Updates an image. Returns the row to redraw, or the region if rows were added, removed or moved.
   */
  put(image: LiveImage): TreeNode {
    const before = this.images.get(image.id);
    this.images.put(image);
    const { filter, groupBy } = this.#rules.view();
    const row = this.#rows.get(imageNodeId(this.region.place, image.id));
    if (before?.name !== image.name || row === undefined || filter.length > 0 || groupBy !== undefined) {
      return this.region;
    }
    row.image = image;
    return row;
  }

  #needsMore(shown: number): boolean {
    const { images } = this;
    if (this.#rules.view().filter.length === 0 || this.#failure !== undefined) return false;
    return images.size > 0 && images.hasMore && this.shown().length < shown + images.pageSize;
  }

  async #readOn(shown: number): Promise<void> {
    while (this.#needsMore(shown) && (await this.#loadPage())) this.#changed();
    this.#searching = false;
    if (!this.images.isDisposed) this.#changed();
  }

  /** Returns whether there may be more. */
  async #loadPage(): Promise<boolean> {
    try {
      await this.images.loadNext();
      return this.images.hasMore;
    } catch (error) {
      // A refresh aborts the listing that it replaces, which is no failure of the region.
      if (!this.images.isDisposed || !isAbort(error)) this.#failure = failureNode(this.region, error);
      return false;
    }
  }

  #row(image: LiveImage, group?: string): ImageNode {
    const { place } = this.region;
    const id = imageNodeId(place, image.id, group);
    const known = this.#rows.get(id);
    if (known !== undefined) {
      known.image = image;
      return known;
    }
    const row = { kind: 'image' as const, id, place, image, ...(group === undefined ? {} : { group }) };
    this.#rows.set(id, row);
    return row;
  }

  #groupRows(facet: FacetName, shown: readonly LiveImage[]): readonly GroupNode[] {
    const { place } = this.region;
    const counts = new Map<string, number>();
    for (const image of shown) {
      for (const value of groupsOf(facet, image, this.#rules.management(place, image))) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
    const open = this.images.hasMore;
    // Images without a value come last.
    const inOrder = [...counts].toSorted(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1));
    return inOrder.map(([value, count]) => {
      const id = groupNodeId(place, facet, value);
      const group: GroupNode = { kind: 'group', id, place, facet, value, count, open };
      this.#groups.set(id, group);
      return group;
    });
  }

  #transferRows(): readonly TransferNode[] {
    const { place } = this.region;
    const running = this.#rules.transfers(place);
    const unlisted = running.filter(({ imageId }) => imageId === null || this.images.get(imageId) === undefined);
    const rows = unlisted.map(
      ({ id }) =>
        this.#transferRowsById.get(id) ?? {
          kind: 'transfer' as const,
          id: nodeId('transfer', id),
          place,
          transferId: id,
        },
    );
    this.#transferRowsById.clear();
    for (const row of rows) this.#transferRowsById.set(row.transferId, row);
    return rows;
  }

  #end(shown: number, transfers: number): readonly TreeNode[] {
    const { place } = this.region;
    const { hasMore, isLoading } = this.images;
    const read = this.images.size;
    if (this.#failure !== undefined) return [this.#failure];
    if (hasMore && read > 0) {
      const id = nodeId('more', place.cloud, place.region);
      return [{ kind: 'more', id, place, loading: isLoading || this.#searching, read, shown }];
    }
    if (shown > 0 || (read === 0 && transfers > 0)) return [];
    return [{ kind: 'empty', id: nodeId('empty', place.cloud, place.region), place, filtered: read }];
  }
}
