import type { Engine } from '../../core/engine.ts';
import { cloudAt, type Cloud, type CloudConfiguration } from '../../core/keystone/clouds/configuration.ts';
import type { Place } from '../../core/place.ts';
import { Subject } from '../observable.ts';
import { failureNode, problemNode } from './clouds-tree.ts';
import type { CloudNode, RegionNode, TreeNode } from './clouds-tree.ts';
import { nodeId, regionId } from './node-id.ts';

/** The part of the engine that the view uses. */
export type CloudSource = Pick<Engine, 'clouds' | 'regions' | 'images'>;

/** Runs work on the current engine. */
export type UseSource = <T>(work: (source: CloudSource) => Promise<T>) => Promise<T>;

/** The clouds and regions of the Glance view, each read once until it is forgotten. They keep their node objects, which views identify them by. */
export class CloudRoots {
  readonly #use: UseSource;
  readonly #read = new Subject<CloudConfiguration | undefined>();
  readonly #nodes = new Map<string, CloudNode | RegionNode>();
  readonly #regions = new Map<string, Promise<readonly TreeNode[]>>();
  #roots: Promise<readonly TreeNode[]> | undefined;
  /** Name of the only cloud, whose level is left out of the tree. */
  #only: string | undefined;
  #configured: readonly Cloud[] = [];

  /** Fires after the configuration was read; with `undefined` if that failed. */
  readonly onDidRead = this.#read.observe;

  constructor(use: UseSource) {
    this.#use = use;
  }

  /** The roots of the tree: clouds, or the regions of the only one. Never throws: an error is a node. */
  async nodes(): Promise<readonly TreeNode[]> {
    return (this.#roots ??= this.#readRoots());
  }

  /** The regions of a cloud. Never throws: an error is a node. */
  async regionsOf(node: CloudNode): Promise<readonly TreeNode[]> {
    const known = this.#regions.get(node.cloud);
    if (known !== undefined) return known;
    const reading = this.#readRegions(node);
    this.#regions.set(node.cloud, reading);
    return reading;
  }

  /** Whether a cloud has a row. */
  has({ cloud }: CloudNode): boolean {
    return cloud !== this.#only;
  }

  /** The node of a region that was read. */
  region(place: Place): TreeNode | undefined {
    return this.#nodes.get(regionId(place));
  }

  /** The parent of a region, or of an error in place of one; `undefined` for a root. */
  parent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'failure') return node.of?.kind === 'cloud' && !this.has(node.of) ? undefined : node.of;
    if (node.kind !== 'region' || node.place.cloud === this.#only) return undefined;
    return this.#nodes.get(nodeId('cloud', node.place.cloud));
  }

  /** Forgets the regions of a cloud, or everything. */
  forget(node?: CloudNode): void {
    if (node === undefined) {
      this.#roots = undefined;
      this.#regions.clear();
    } else this.#regions.delete(node.cloud);
  }

  dispose(): void {
    this.#read.dispose();
  }

  async #readRoots(): Promise<readonly TreeNode[]> {
    try {
      const configuration = await this.#use((source) => source.clouds());
      this.#only = configuration.clouds.length === 1 ? configuration.clouds[0]?.name : undefined;
      this.#configured = configuration.clouds;
      this.#read.next(configuration);
      const problems = configuration.problems.map((problem) => problemNode(problem));
      const clouds = configuration.clouds.map((cloud) => this.#cloudNode(cloud, configuration));
      const [only, ...others] = clouds;
      if (only === undefined || others.length > 0) return [...problems, ...clouds];
      return [...problems, ...(await this.regionsOf(only))];
    } catch (error) {
      this.#read.next(undefined);
      return [failureNode(undefined, error)];
    }
  }

  async #readRegions(node: CloudNode): Promise<readonly TreeNode[]> {
    try {
      const places = await this.#use((source) => source.regions(node.cloud));
      const found = this.#configured.find(({ name, origin }) => name === node.cloud && origin === node.origin);
      const warnings = found?.problems.filter(({ severity }) => severity !== 'error') ?? [];
      const regions = places.map((place) =>
        this.#regionNode(place, found === undefined ? node.insecure : !cloudAt(found, place.region).tls.verify),
      );
      return [...warnings.map((problem) => problemNode(problem)), ...regions];
    } catch (error) {
      return [failureNode(node, error)];
    }
  }

  #cloudNode(cloud: Cloud, { defaultCloud }: CloudConfiguration): CloudNode {
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
