import { Failure, isAbort, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { copyProgress, storesOf } from '../../../glance/stores.ts';
import { clearedStores, compareStores } from '../../planning/sharing/stores.ts';
import type { PlanWork } from '../context.ts';
import { errorOf } from '../result.ts';
import { pause } from '../wait-until-idle.ts';
import type { ApplyError, StoreCopy } from '../../model/result.ts';

/** ms between two looks. */
const INTERVAL = 500;

/** An image, and what failed for its stores. */
export interface Distributed {
  readonly live: LiveImage;
  readonly failures: readonly ApplyError[];
}

/**
 * Has Glance copy the data of an active image to the stores that lack it, then deletes it from stores where it is not
 * wanted. Deletes nothing if a copy failed, and nothing from a store that the plan did not name. Returns failures: the
 * image still serves.
 */
export async function placeInStores(work: PlanWork, live: LiveImage): Promise<Distributed> {
  const { plan, context } = work;
  const wanted = plan.stores;
  if (wanted === undefined) return { live, failures: [] };
  const { missing, extra } = compareStores(wanted, live);
  if (missing.length === 0 && extra.length === 0) return { live, failures: [] };
  context.emit({ type: 'phase', plan: plan.id, phase: 'copying', imageId: live.id });
  try {
    const copied = missing.length === 0 ? live : await copy(work, live, missing);
    const failed = missing.filter((store) => !storesOf(copied).includes(store));
    if (failed.length > 0) return { live: copied, failures: [await notCopied(work, copied.id, failed)] };
    return { live: await clear(work, copied, extra), failures: [] };
  } catch (error) {
    if (isAbort(error)) throw error;
    const failure = toFailure(error);
    const left = missing.length === 0 ? '' : `The image is usable, but is not in ${named(missing)}.`;
    return { live, failures: [{ ...errorOf(failure, left), argument: 'stores' }] };
  }
}

/** Returns the image once Glance has finished, successful or not. */
async function copy(
  { plan, region, context }: PlanWork,
  { id }: LiveImage,
  missing: readonly string[],
): Promise<LiveImage> {
  const { signal } = context;
  await region.images.imports.start(id, {
    method: { name: 'copy-image' },
    stores: missing,
    // A store that fails must not cost the others their copy.
    allStoresMustSucceed: false,
    ...(signal === undefined ? {} : { signal }),
  });
  let told = '';
  for (;;) {
    const image = await region.images.get(id, signal);
    const { running } = copyProgress(image);
    const copies = missing.map((store) => stateOf(store, image));
    if (JSON.stringify(copies) !== told) context.emit({ type: 'copies', plan: plan.id, copies });
    told = JSON.stringify(copies);
    if (!running) return image;
    await pause(INTERVAL, signal);
  }
}

function stateOf(store: string, image: LiveImage): StoreCopy {
  if (storesOf(image).includes(store)) return { store, state: 'done' };
  const { running, failed } = copyProgress(image);
  return { store, state: !running || failed.includes(store) ? 'failed' : 'copying' };
}

/** The failure, with the reason from Glance's task if there is one. */
export async function notCopied(
  { region, context }: PlanWork,
  id: string,
  failed: readonly string[],
): Promise<ApplyError> {
  const task = await region.images.imports.tasks(id, context.signal).then(
    ([newest]) => newest,
    (error: unknown) => {
      if (isAbort(error)) throw error;
      // Reading tasks can be an administrator's right, and only adds the reason.
      return undefined;
    },
  );
  const why = task === undefined || task.message === '' ? '' : ` Task ${task.id}: ${task.message}.`;
  const message = `Glance could not copy the data of the image ${id} to ${named(failed)}.${why}`;
  const failure = new Failure('copy-failed', message, {
    region: region.images.region,
    next: 'The image is usable from its other stores. Apply again, or ask the operator of the cloud about that store.',
  });
  return { ...errorOf(failure, ''), argument: 'stores' };
}

async function clear(
  { plan, region, context }: PlanWork,
  live: LiveImage,
  extra: readonly string[],
): Promise<LiveImage> {
  const agreed = new Set(clearedStores(plan.changes));
  const inPlace = plan.action === 'update' || plan.action === 'adopt';
  // Nobody uses an image that this apply made.
  const cleared = extra.filter((store) => agreed.has(store) || !inPlace);
  for (const store of cleared) await region.images.stores.remove(live.id, store, context.signal);
  return cleared.length === 0 ? live : region.images.get(live.id, context.signal);
}

function named(stores: readonly string[]): string {
  return `the ${stores.length === 1 ? 'store' : 'stores'} ${stores.join(', ')}`;
}
