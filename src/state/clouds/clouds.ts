import type { LiveImage } from '../../core/glance/image.ts';
import type { CloudConfiguration } from '../../core/keystone/clouds/configuration.ts';
import type { Place } from '../../core/place.ts';
import { CloudRoots, type UseSource } from './cloud-roots.ts';
import type { ImageNode, RegionNode, TreeNode } from './clouds-tree.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { Observable, Subscription } from '../observable.ts';
import { LiveImages, type ImageChanged } from './live-images.ts';
import { TreeChanges } from './tree-changes.ts';
import { RegionImages } from './region-images.ts';
import { RegionListing } from './region-listing.ts';
import type { RowRules } from './region-listing.ts';
import { regionId } from './node-id.ts';

/** What the store shares with others. */
export interface CloudsOptions {
  readonly rules?: RowRules;
  readonly images?: LiveImages;
  readonly clock?: Clock;
}

/**
 * Clouds, regions and images of the Glance view. Reads only what is shown, keeps it until it is refreshed,
 * and turns every error into a node. Regions and clouds keep their node objects, which views identify them by.
 */
export class CloudsStore {
  readonly #use: UseSource;
  readonly #pageSize: () => number;
  readonly #changes: TreeChanges;
  readonly #roots: CloudRoots;
  readonly #listings = new Map<string, RegionListing>();
  readonly #rules: RowRules;
  readonly #images: LiveImages;
  readonly #following: Subscription;

  /** The smallest nodes to redraw; `undefined` for all. */
  readonly onDidChange: Observable<TreeNode[] | undefined>;
  /** Fires after the configuration was read; with `undefined` if that failed. */
  readonly onDidRead: Observable<CloudConfiguration | undefined>;

  /** Without `rules`, all images are shown, in one row each. */
  constructor(
    use: UseSource,
    pageSize: () => number,
    { rules = everything, images = new LiveImages(), clock = systemClock }: CloudsOptions = {},
  ) {
    this.#use = use;
    this.#pageSize = pageSize;
    this.#rules = rules;
    this.#images = images;
    this.#following = images.onDidChange((changed) => this.#follow(changed));
    this.#roots = new CloudRoots(use);
    this.onDidRead = this.#roots.onDidRead;
    this.#changes = new TreeChanges(clock);
    this.onDidChange = this.#changes.onDidChange;
  }

  /** The children of a node, or the roots. Never throws: an error is a node. */
  async children(node?: TreeNode): Promise<readonly TreeNode[]> {
    if (node === undefined) return this.#roots.nodes();
    if (node.kind === 'cloud') return this.#roots.regionsOf(node);
    if (node.kind === 'region') return this.#imagesOf(node);
    if (node.kind === 'group') return this.#listings.get(regionId(node.place))?.rowsOf(node) ?? [];
    return [];
  }

  /** The parent, `undefined` for a root. */
  parent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'image' && node.group !== undefined) {
      return this.#listings.get(regionId(node.place))?.group(node.group);
    }
    if (['image', 'group', 'transfer', 'more', 'empty'].includes(node.kind) && 'place' in node) {
      return this.#roots.region(node.place);
    }
    return this.#roots.parent(node);
  }

  /** Forgets everything below a node, or all, and redraws it. */
  refresh(node?: TreeNode): void {
    if (node?.kind === 'region') {
      this.#forgetListing(node.id);
      this.#changes.now(node);
    } else if (node?.kind === 'cloud' && this.#roots.has(node)) {
      for (const { region } of this.#listings.values()) {
        if (region.place.cloud === node.cloud) this.#forgetListing(region.id);
      }
      this.#roots.forget(node);
      this.#changes.now(node);
    } else {
      this.#roots.forget();
      for (const id of [...this.#listings.keys()]) this.#forgetListing(id);
      this.#changes.now();
    }
  }

  /** Loads one more page of a region. Two calls at once load one page. */
  async loadMore(place: Place): Promise<void> {
    const listing = this.#listings.get(regionId(place));
    if (listing === undefined) return;
    const loading = listing.load();
    this.#changes.now(listing.region);
    await loading;
    if (this.#listings.get(listing.region.id) === listing) this.#changes.now(listing.region);
  }

  /** The row of a loaded image that matches the filter. */
  find(place: Place, id: string): ImageNode | undefined {
    return this.#listings.get(regionId(place))?.find(id);
  }

  /** A loaded image, shown or not. */
  loadedImage(place: Place, id: string): LiveImage | undefined {
    return this.#listings.get(regionId(place))?.images.get(id);
  }

  /** The loaded images with their places. */
  loaded(): readonly { readonly place: Place; readonly image: LiveImage }[] {
    return [...this.#listings.values()].flatMap(({ region: { place }, images }) =>
      images.images.map((image) => ({ place, image })),
    );
  }

  /** Shows an image as it was just read, without reading its region again. A region that was never shown stays unread. */
  put(place: Place, image: LiveImage): void {
    const newest = this.#images.note(place, image);
    const listing = this.#listings.get(regionId(place));
    if (listing !== undefined && listing.images.get(image.id) !== newest) this.#changes.soon(listing.put(newest));
  }

  /** Removes a deleted image from its region. */
  remove(place: Place, id: string): void {
    this.#images.noteGone(place, id);
  }

  /** Rebuilds the rows of all loaded regions, because the user wants to see others. */
  redraw(): void {
    for (const listing of this.#listings.values()) {
      this.#changes.now(listing.region);
      listing.search();
    }
  }

  /** Rebuilds the rows of a region from its loaded images. */
  redrawRegion(place: Place): void {
    const listing = this.#listings.get(regionId(place));
    if (listing === undefined) return;
    this.#changes.soon(listing.region);
    listing.search();
  }

  /** Redraws the rows of an image after its plan or definitions changed. */
  redrawImage(place: Place, id: string): void {
    for (const node of this.#listings.get(regionId(place))?.nodesOf(id) ?? []) this.#changes.soon(node);
  }

  /** Redraws the rows of a transfer and of its image. */
  redrawTransfer(place: Place, id: string, imageId: string | null): void {
    const row = this.#listings.get(regionId(place))?.transferRow(id);
    if (row !== undefined) this.#changes.soon(row);
    if (imageId !== null) this.redrawImage(place, imageId);
  }

  /** Loads the parents of a region and its first page, to reveal it. `undefined` if there is no such region. */
  async open(place: Place): Promise<RegionNode | undefined> {
    const roots = await this.children();
    const cloud = roots.find((node) => node.kind === 'cloud' && node.cloud === place.cloud);
    const regions = cloud === undefined ? roots : await this.children(cloud);
    const region = regions.find((node) => node.kind === 'region' && node.id === regionId(place));
    if (region?.kind !== 'region') return undefined;
    await this.children(region);
    return region;
  }

  /** Says which nodes are seen; the others are not drawn again until they are. */
  see(isShown: boolean, isCollapsed: (node: TreeNode) => boolean): void {
    const isSeen = (node: TreeNode): boolean => {
      const above = this.parent(node);
      return above === undefined || (!isCollapsed(above) && isSeen(above));
    };
    this.#changes.see((node) => isShown && isSeen(node));
  }

  dispose(): void {
    for (const id of [...this.#listings.keys()]) this.#forgetListing(id);
    this.#following.dispose();
    this.#changes.dispose();
    this.#roots.dispose();
  }

  /** Shows what something else has read of an image. */
  #follow({ place, id }: ImageChanged): void {
    const listing = this.#listings.get(regionId(place));
    if (listing === undefined) return;
    const before = listing.images.get(id);
    const now = this.#images.of(place, id);
    if (now === 'gone') {
      listing.images.remove(id);
      this.redrawRegion(place);
    } else if (now !== undefined && before !== undefined && before !== now) this.#changes.soon(listing.put(now));
  }

  async #imagesOf(region: RegionNode): Promise<readonly TreeNode[]> {
    const known = this.#listings.get(region.id);
    const listing = known ?? this.#open(region);
    if (listing.images.size === 0 && (known === undefined || known.images.isLoading)) await listing.load();
    return listing.rows();
  }

  #open(region: RegionNode): RegionListing {
    const { place } = region;
    const pageSize = this.#pageSize();
    const images = new RegionImages(
      (signal) => this.#pages(place, pageSize, signal),
      pageSize,
      () => this.#changes.soon(region),
      (image) => this.#images.note(place, image),
    );
    const listing = new RegionListing(region, images, this.#rules, () => this.#changes.soon(region));
    this.#listings.set(region.id, listing);
    return listing;
  }

  async *#pages(place: Place, pageSize: number, signal: AbortSignal): AsyncGenerator<readonly LiveImage[]> {
    const pages = await this.#use((source) =>
      Promise.resolve(source.images(place, { signal, pageSize })[Symbol.asyncIterator]()),
    );
    for (;;) {
      // A page uses the engine only while it is read.
      const next = await this.#use(() => pages.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  #forgetListing(id: string): void {
    this.#listings.get(id)?.images.dispose();
    this.#listings.delete(id);
  }
}

const everything: RowRules = {
  view: () => ({ filter: [] }),
  management: () => ({ kind: 'unmanaged' }),
  transfers: () => [],
};
