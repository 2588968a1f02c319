import type { Engine } from '../../core/engine.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import { cloudAt, type Cloud, type CloudConfiguration } from '../../core/keystone/clouds/configuration.ts';
import type { Place } from '../../core/place.ts';
import { failureNode, problemNode } from './clouds-tree.ts';
import type { CloudNode, ImageNode, RegionNode, TreeNode } from './clouds-tree.ts';
import { systemClock, type Clock } from '../clock.ts';
import { Subject, type Observable } from '../observable.ts';
import { TreeChanges } from './tree-changes.ts';
import { RegionImages } from './region-images.ts';
import { RegionListing } from './region-listing.ts';
import type { RowRules } from './region-listing.ts';
import { nodeId, regionId } from './node-id.ts';

/** The part of the engine that the store uses. */
export type CloudSource = Pick<Engine, 'clouds' | 'regions' | 'images'>;

/** Runs work on the current engine. */
export type UseSource = <T>(work: (source: CloudSource) => Promise<T>) => Promise<T>;

/**
 * Clouds, regions and images of the Glance view. Reads only what is shown, keeps it until it is refreshed,
 * and turns every error into a node. Regions and clouds keep their node objects, which views identify them by.
 */
export class CloudsStore {
  readonly #use: UseSource;
  readonly #pageSize: () => number;
  readonly #changes: TreeChanges;
  readonly #read = new Subject<CloudConfiguration | undefined>();
  readonly #nodes = new Map<string, CloudNode | RegionNode>();
  readonly #listings = new Map<string, RegionListing>();
  readonly #rules: RowRules;
  readonly #regions = new Map<string, Promise<readonly TreeNode[]>>();
  #roots: Promise<readonly TreeNode[]> | undefined;
  /** Name of the only cloud, whose level is left out of the tree. */
  #only: string | undefined;
  #configured: readonly Cloud[] = [];

  /** The smallest nodes to redraw; `undefined` for all. */
  readonly onDidChange: Observable<TreeNode[] | undefined>;
  /** Fires after the configuration was read; with `undefined` if that failed. */
  readonly onDidRead = this.#read.observe;

  /** Without `rules`, all images are shown, in one row each. */
  constructor(use: UseSource, pageSize: () => number, rules: RowRules = everything, clock: Clock = systemClock) {
    this.#use = use;
    this.#pageSize = pageSize;
    this.#rules = rules;
    this.#changes = new TreeChanges(clock);
    this.onDidChange = this.#changes.onDidChange;
  }

  /** The children of a node, or the roots. Never throws: an error is a node. */
  async children(node?: TreeNode): Promise<readonly TreeNode[]> {
    if (node === undefined) return (this.#roots ??= this.#readRoots());
    if (node.kind === 'cloud') return this.#regionsOf(node.cloud, node);
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
      return this.#nodes.get(regionId(node.place));
    }
    if (node.kind === 'failure') return node.of?.kind === 'cloud' && node.of.cloud === this.#only ? undefined : node.of;
    if (node.kind === 'region') {
      return this.#only === node.place.cloud ? undefined : this.#nodes.get(nodeId('cloud', node.place.cloud));
    }
    return undefined;
  }

  /** Forgets everything below a node, or all, and redraws it. */
  refresh(node?: TreeNode): void {
    if (node?.kind === 'region') {
      this.#forgetListing(node.id);
      this.#changes.now(node);
    } else if (node?.kind === 'cloud' && node.cloud !== this.#only) {
      this.#forgetCloud(node.cloud);
      this.#changes.now(node);
    } else {
      this.#roots = undefined;
      this.#regions.clear();
      for (const id of [...this.#listings.keys()]) this.#forgetListing(id);
      this.#changes.now();
    }
  }

  /** Loads one more page of a region. Two calls at once load one page. */
  async loadMore(place: Place): Promise<void> {
    const region = this.#nodes.get(regionId(place));
    const listing = this.#listings.get(regionId(place));
    if (region?.kind !== 'region' || listing === undefined) return;
    const loading = listing.load();
    this.#changes.now(region);
    await loading;
    if (this.#listings.get(region.id) === listing) this.#changes.now(region);
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
    return [...this.#listings].flatMap(([id, { images }]) => {
      const region = this.#nodes.get(id);
      return region?.kind === 'region' ? images.images.map((image) => ({ place: region.place, image })) : [];
    });
  }

  /** Shows an image as an apply left it, without reading its region again. A region that was never shown stays unread. */
  put(place: Place, image: LiveImage): void {
    const listing = this.#listings.get(regionId(place));
    if (listing !== undefined) this.#changes.soon(listing.put(image));
  }

  /** Removes a deleted image from its region. */
  remove(place: Place, id: string): void {
    this.#listings.get(regionId(place))?.images.remove(id);
    this.redrawRegion(place);
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
    for (const row of this.#listings.get(regionId(place))?.rowsOfImage(id) ?? []) this.#changes.soon(row);
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
    this.#changes.dispose();
    this.#read.dispose();
  }

  async #readRoots(): Promise<readonly TreeNode[]> {
    try {
      const configuration = await this.#use((source) => source.clouds());
      this.#only = configuration.clouds.length === 1 ? configuration.clouds[0]?.name : undefined;
      this.#configured = configuration.clouds;
      this.#read.next(configuration);
      const problems = configuration.problems.map((problem) => problemNode(problem));
      const [only] = configuration.clouds;
      const clouds = configuration.clouds.map((cloud) => this.#cloudNode(cloud, configuration));
      const [onlyNode] = clouds;
      if (clouds.length !== 1 || only === undefined || onlyNode === undefined) return [...problems, ...clouds];
      return [...problems, ...(await this.#regionsOf(only.name, onlyNode))];
    } catch (error) {
      this.#read.next(undefined);
      return [failureNode(undefined, error)];
    }
  }

  async #regionsOf(cloud: string, node: CloudNode): Promise<readonly TreeNode[]> {
    const known = this.#regions.get(cloud);
    if (known !== undefined) return known;
    const reading = this.#readRegions(cloud, node);
    this.#regions.set(cloud, reading);
    return reading;
  }

  async #readRegions(cloud: string, node: CloudNode): Promise<readonly TreeNode[]> {
    try {
      const places = await this.#use((source) => source.regions(cloud));
      const found = this.#configured.find(({ name, origin }) => name === cloud && origin === node.origin);
      const warnings = found?.problems.filter(({ severity }) => severity !== 'error') ?? [];
      const regions = places.map((place) =>
        this.#regionNode(place, found === undefined ? node.insecure : !cloudAt(found, place.region).tls.verify),
      );
      return [...warnings.map((problem) => problemNode(problem)), ...regions];
    } catch (error) {
      return [failureNode(node, error)];
    }
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

  #forgetCloud(cloud: string): void {
    this.#regions.delete(cloud);
    for (const node of this.#nodes.values()) {
      if (node.kind === 'region' && node.place.cloud === cloud) this.#forgetListing(node.id);
    }
  }

  #forgetListing(id: string): void {
    this.#listings.get(id)?.images.dispose();
    this.#listings.delete(id);
  }

  #cloudNode(cloud: Cloud, configuration: CloudConfiguration): CloudNode {
    const { defaultCloud } = configuration;
    return this.#keep({
      kind: 'cloud',
      id: nodeId('cloud', cloud.name),
      cloud: cloud.name,
      origin: cloud.origin,
      insecure: !cloud.tls.verify,
      ...(defaultCloud?.name === cloud.name ? { chosenBy: defaultCloud.chosenBy } : {}),
    });
  }

  #regionNode(place: Place, insecure: boolean): RegionNode {
    return this.#keep({ kind: 'region', id: regionId(place), place, insecure });
  }

  /** Keeps the node object of this id unless its content changed. */
  #keep<T extends CloudNode | RegionNode>(node: T): T {
    const known = this.#nodes.get(node.id);
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(node)) return known as T;
    this.#nodes.set(node.id, node);
    return node;
  }
}

const everything: RowRules = {
  view: () => ({ filter: [] }),
  management: () => ({ kind: 'unmanaged' }),
  transfers: () => [],
};
