import { closest } from '../../../definition/reading/closest.ts';
import type { Definition } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { storesOf, type Store } from '../../../glance/stores.ts';
import type { Problem } from '../../../problem.ts';
import { problemAt } from '../../../definition/problem-at.ts';
import type { Change, WantedStores } from '../../model/plan.ts';

const PREFIX = 'stores/';

/** What a region says of its stores; `unasked` where no definition speaks of them. */
export type StoresFinding =
  | { readonly kind: 'unasked' }
  /** One store, which has no name. */
  | { readonly kind: 'single' }
  | { readonly kind: 'several'; readonly stores: readonly Store[] };

/** The stores that a definition wants; `undefined` where it does not say, or the cloud has only one. */
export function wantedStores({ arguments: { stores } }: Definition, found: StoresFinding): WantedStores | undefined {
  if (stores === undefined || found.kind !== 'several') return undefined;
  const byDefault = found.stores.find(({ isDefault }) => isDefault)?.id;
  if (stores === 'all') return { stores: found.stores.filter(({ readOnly }) => !readOnly).map(({ id }) => id) };
  const [first] = stores;
  const toDefault = first === undefined || (byDefault !== undefined && stores.includes(byDefault));
  return toDefault ? { stores } : { stores, uploadTo: first };
}

/** The copies that an image lacks, and those that it has in stores which are not wanted. */
export function compareStores(
  wanted: WantedStores,
  live: LiveImage,
): { readonly missing: readonly string[]; readonly extra: readonly string[] } {
  const now = storesOf(live);
  // Nobody but an administrator is told where the data of a deactivated image is.
  if (now.length === 0) return { missing: [], extra: [] };
  return {
    missing: wanted.stores.filter((store) => !now.includes(store)),
    extra: now.filter((store) => !wanted.stores.includes(store)),
  };
}

/** The same as changes of a plan; for an image without data, every store that it gets. */
export function storeChanges(wanted: WantedStores | undefined, live: LiveImage | undefined): readonly Change[] {
  if (wanted === undefined) return [];
  const change = (store: string, before: string | undefined, after: string | undefined, why: string): Change => ({
    path: `${PREFIX}${store}`,
    before,
    after,
    forcesReplacement: false,
    why,
  });
  if (live === undefined || live.status === 'queued')
    return wanted.stores.map((store) => change(store, undefined, 'data', 'new image'));
  if (live.status !== 'active') return [];
  const { missing, extra } = compareStores(wanted, live);
  return [
    ...missing.map((store) => change(store, undefined, 'data', 'copied by Glance')),
    ...extra.map((store) => change(store, 'data', undefined, 'deleted from this store')),
  ];
}

/** Whether a change is about a store. */
export function isStoreChange({ path }: Change): boolean {
  return path.startsWith(PREFIX);
}

/** The stores from which a plan deletes an image's data, which can't be undone. */
export function clearedStores(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) =>
    isStoreChange(change) && change.after === undefined ? [change.path.slice(PREFIX.length)] : [],
  );
}

/** Stores that the region does not have, or that take no data. */
export function storeProblems(definition: Definition, found: StoresFinding): readonly Problem[] {
  const { stores } = definition.arguments;
  if (stores === undefined || stores === 'all') return [];
  if (found.kind === 'single') {
    const text = 'This cloud has a single store without a name. Remove "stores", or use "all".';
    return [problemAt(definition, 'error', 'single-store-cloud', text, 'stores')];
  }
  if (found.kind === 'unasked') return [];
  const usable = found.stores.filter(({ readOnly }) => !readOnly).map(({ id }) => id);
  return stores.flatMap((store, index) => {
    if (usable.includes(store)) return [];
    const near = closest(store, usable);
    const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
    const known = found.stores.some(({ id }) => id === store);
    const text = known
      ? `The store "${store}" is read-only in this region.`
      : `There is no store "${store}" in this region; it has ${usable.join(', ')}.${meant}`;
    return [problemAt(definition, 'error', 'unknown-store', text, `stores/${index}`)];
  });
}
