import type { Engine } from '../core/engine.ts';
import { isAbort, toFailure } from '../core/failure.ts';
import type { LiveImage } from '../core/glance/image.ts';
import type { Cloud, CloudConfiguration } from '../core/keystone/configuration.ts';
import type { Place } from '../core/place.ts';
import { imageNodeId, nodeId, regionId } from './clouds-tree.ts';
import type { CloudNode, FailureNode, ImageNode, ProblemNode, RegionNode, TreeNode } from './clouds-tree.ts';
import { Subject } from './observable.ts';
import { RegionImages } from './region-images.ts';

/** What the store asks of the engine. */
export type CloudSource = Pick<Engine, 'clouds' | 'regions' | 'images'>;

/** Runs work on the engine of now. */
export type UseSource = <T>(work: (source: CloudSource) => Promise<T>) => Promise<T>;

/** One region's listing; `failure` is the error that ended it. */
interface Listing {
  readonly images: RegionImages;
  failure?: FailureNode;
}

/**
 * Clouds, regions and images as the Glance view shows them. Reads only what somebody looks at, keeps it until it is refreshed,
 * and turns every error into a node at its place. Regions and clouds keep their node object, by which views know them.
 */
export class CloudsStore {
  readonly #use: UseSource;
  readonly #pageSize: () => number;
  readonly #changed = new Subject<TreeNode | undefined>();
  readonly #read = new Subject<CloudConfiguration | undefined>();
  readonly #nodes = new Map<string, CloudNode | RegionNode>();
  readonly #listings = new Map<string, Listing>();
  readonly #regions = new Map<string, Promise<readonly TreeNode[]>>();
  #roots: Promise<readonly TreeNode[]> | undefined;
  /** Name of the only cloud, where there is one: its level is left out. */
  #only: string | undefined;

  constructor(use: UseSource, pageSize: () => number) {
    this.#use = use;
    this.#pageSize = pageSize;
  }

  /** The smallest node that has to be drawn again; `undefined` for all. */
  readonly onDidChange = this.#changed.observe;
  /** After the configuration was read; `undefined` where that failed. */
  readonly onDidRead = this.#read.observe;

  /** The children of a node, or the top of the tree. Never throws: an error is a node. */
  async children(node?: TreeNode): Promise<readonly TreeNode[]> {
    if (node === undefined) return (this.#roots ??= this.#readRoots());
    if (node.kind === 'cloud') return this.#regionsOf(node.cloud, node);
    if (node.kind === 'region') return this.#imagesOf(node);
    return [];
  }

  /** The node above, `undefined` at the top. */
  parent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'image' || node.kind === 'more' || node.kind === 'empty')
      return this.#nodes.get(regionId(node.place));
    if (node.kind === 'failure') return node.of?.kind === 'cloud' && node.of.cloud === this.#only ? undefined : node.of;
    if (node.kind === 'region') {
      return this.#only === node.place.cloud ? undefined : this.#nodes.get(nodeId('cloud', node.place.cloud));
    }
    return undefined;
  }

  /** Forgets what was read below a node, or everything, and has it drawn again. */
  refresh(node?: TreeNode): void {
    if (node?.kind === 'region') {
      this.#forgetListing(node.id);
      this.#changed.next(node);
    } else if (node?.kind === 'cloud' && node.cloud !== this.#only) {
      this.#forgetCloud(node.cloud);
      this.#changed.next(node);
    } else {
      this.#roots = undefined;
      this.#regions.clear();
      for (const id of [...this.#listings.keys()]) this.#forgetListing(id);
      this.#changed.next(undefined);
    }
  }

  /** Adds a page to a region that is shown; asked for twice, it still loads one. */
  async loadMore(place: Place): Promise<void> {
    const region = this.#nodes.get(regionId(place));
    const listing = this.#listings.get(regionId(place));
    if (region?.kind !== 'region' || listing === undefined) return;
    const loading = this.#load(region, listing);
    this.#changed.next(region);
    await loading;
    if (this.#listings.get(region.id) === listing) this.#changed.next(region);
  }

  /** The node of an image that is loaded. */
  find(place: Place, id: string): ImageNode | undefined {
    const image = this.#listings.get(regionId(place))?.images.images.find((each) => each.id === id);
    return image === undefined ? undefined : imageNode(place, image);
  }

  /** Shows an image as an apply left it, without reading its region again. A region that nobody looked at stays unread. */
  put(place: Place, image: LiveImage): void {
    this.#edit(place, (images) => images.put(image));
  }

  /** Takes a deleted image out of its region. */
  remove(place: Place, id: string): void {
    this.#edit(place, (images) => images.remove(id));
  }

  dispose(): void {
    for (const id of [...this.#listings.keys()]) this.#forgetListing(id);
    this.#changed.dispose();
    this.#read.dispose();
  }

  async #readRoots(): Promise<readonly TreeNode[]> {
    try {
      const configuration = await this.#use((source) => source.clouds());
      this.#only = configuration.clouds.length === 1 ? configuration.clouds[0]?.name : undefined;
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
      return places.map((place) => this.#regionNode(place));
    } catch (error) {
      return [failureNode(node, error)];
    }
  }

  async #imagesOf(region: RegionNode): Promise<readonly TreeNode[]> {
    const known = this.#listings.get(region.id);
    const listing = known ?? this.#open(region);
    if (known === undefined) await this.#load(region, listing);
    else if (known.images.images.length === 0 && known.images.isLoading) await this.#load(region, listing);
    const { place } = region;
    const { images, hasMore, isLoading } = listing.images;
    const end: TreeNode[] = [];
    if (listing.failure !== undefined) end.push(listing.failure);
    else if (hasMore && images.length > 0) {
      end.push({ kind: 'more', id: nodeId('more', place.cloud, place.region), place, loading: isLoading });
    } else if (images.length === 0) end.push({ kind: 'empty', id: nodeId('empty', place.cloud, place.region), place });
    return [...images.map((image) => imageNode(place, image)), ...end];
  }

  #open(region: RegionNode): Listing {
    const { place } = region;
    const pageSize = this.#pageSize();
    const listing: Listing = {
      images: new RegionImages(
        (signal) => this.#pages(place, pageSize, signal),
        pageSize,
        () => this.#changed.next(region),
      ),
    };
    this.#listings.set(region.id, listing);
    return listing;
  }

  async #load(region: RegionNode, listing: Listing): Promise<void> {
    try {
      await listing.images.loadNext();
    } catch (error) {
      // A refresh aborts what it replaces; that is no failure of the region.
      if (this.#listings.get(region.id) !== listing && isAbort(error)) return;
      listing.failure = failureNode(region, error);
    }
  }

  async *#pages(place: Place, pageSize: number, signal: AbortSignal): AsyncGenerator<readonly LiveImage[]> {
    const pages = await this.#use((source) =>
      Promise.resolve(source.images(place, { signal, pageSize })[Symbol.asyncIterator]()),
    );
    for (;;) {
      // Each page holds on to the engine only while it is read.
      const next = await this.#use(() => pages.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  #edit(place: Place, edit: (images: RegionImages) => void): void {
    const region = this.#nodes.get(regionId(place));
    const listing = this.#listings.get(regionId(place));
    if (region === undefined || listing === undefined) return;
    edit(listing.images);
    this.#changed.next(region);
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

  #regionNode(place: Place): RegionNode {
    return this.#keep({ kind: 'region', id: regionId(place), place });
  }

  /** The node that is known by this id already, unless what it says has changed. */
  #keep<T extends CloudNode | RegionNode>(node: T): T {
    const known = this.#nodes.get(node.id);
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(node)) return known as T;
    this.#nodes.set(node.id, node);
    return node;
  }
}

function imageNode(place: Place, image: LiveImage): ImageNode {
  return { kind: 'image', id: imageNodeId(place, image.id), place, image };
}

function problemNode(problem: ProblemNode['problem'], file?: string): ProblemNode {
  const id = nodeId('problem', problem.code, problem.message);
  return file === undefined ? { kind: 'problem', id, problem } : { kind: 'problem', id, problem, file };
}

function failureNode(of: CloudNode | RegionNode | undefined, error: unknown): FailureNode {
  return { kind: 'failure', id: nodeId('failure', of?.id ?? ''), of, failure: toFailure(error) };
}
