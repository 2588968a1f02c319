import type { ApplyResult } from '../../core/reconcile/model/result.ts';
import { readAgain, type ReadAgainOptions } from '../../platform/engine/read-again.ts';

/** Has the view show what the apply of one plan left in its region. */
export async function showResult(result: ApplyResult, options: ReadAgainOptions): Promise<void> {
  const { place } = result.plan;
  if (result.live !== undefined) options.clouds.put(place, result.live);
  await Promise.all(unknownImages(result).map((id) => readAgain(place, id, options)));
}

/** The ids of images that an apply may have changed, and whose state its result does not tell. */
function unknownImages({ status, imageId, replacedImageId, live }: ApplyResult): readonly string[] {
  const own = live === undefined && status !== 'blocked' && status !== 'declined' ? imageId : undefined;
  return [own, replacedImageId].filter((id) => id !== undefined);
}
