import { MEMBER_STATUSES } from '../../core/glance/members.ts';
import { EVERY_IMAGE } from '../../core/glance/image-filter.ts';
import { pagesFor } from '../../core/glance/list-request.ts';
import type { Place } from '../../core/place.ts';
import type { UseSource } from './cloud-roots.ts';
import { failureNode, type OfferNode, type OffersNode, type TreeNode } from './clouds-tree.ts';
import { nodeId, regionId } from './node-id.ts';

/** What other projects share with this one, by region. Read when somebody looks, and kept until it is forgotten. */
export class Offers {
  readonly #use: UseSource;
  readonly #nodes = new Map<string, OffersNode>();
  readonly #read = new Map<string, Promise<readonly TreeNode[]>>();

  constructor(use: UseSource) {
    this.#use = use;
  }

  /** The row of a region under which they are. */
  node(place: Place): OffersNode {
    const id = nodeId('offers', place.cloud, place.region);
    const node = this.#nodes.get(id) ?? { kind: 'offers', id, place };
    this.#nodes.set(id, node);
    return node;
  }

  /** The shared images, those without a response first. Never throws: an error is a node. */
  async rows({ place }: OffersNode): Promise<readonly TreeNode[]> {
    const id = regionId(place);
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const reading = this.#list(place).catch((error: unknown) => [failureNode(this.node(place), error)]);
    this.#read.set(id, reading);
    return reading;
  }

  /** Has a region's read again, or all. */
  forget(place?: Place): void {
    if (place === undefined) this.#read.clear();
    else this.#read.delete(regionId(place));
  }

  async #list(place: Place): Promise<readonly TreeNode[]> {
    const request = { filter: EVERY_IMAGE, latest: false, sort: [], sharedWithMe: MEMBER_STATUSES };
    const rows = await this.#use(async (source) => {
      const found: OfferNode[] = [];
      for await (const page of pagesFor(request, (options) => source.images(place, options))) {
        for (const { member_status: status = 'pending', ...image } of page) {
          const id = nodeId('offer', place.cloud, place.region, image.id);
          found.push({ kind: 'image', id, place, image, share: status });
        }
      }
      return found;
    });
    return rows.length === 0
      ? [{ kind: 'empty', id: nodeId('no-offers', place.cloud, place.region), place, filtered: 0, offers: true }]
      : rows;
  }
}
