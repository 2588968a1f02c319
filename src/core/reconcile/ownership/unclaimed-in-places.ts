import { isAbort, toFailure } from '../../failure.ts';
import type { Log } from '../../log.ts';
import type { Place } from '../../place.ts';
import { listOfProject } from '../planning/gather.ts';
import type { PlanRegion } from '../planning/planner.ts';
import type { Plan } from '../model/plan.ts';
import { unclaimedImages, type UnclaimedImage } from './unclaimed.ts';

/** The images of ours in the places of these plans that none of their definitions means. Of a place that fails, none. Throws only when cancelled. */
export async function unclaimedInPlaces(
  plans: readonly Plan[],
  region: (place: Place) => Promise<PlanRegion>,
  signal: AbortSignal | undefined,
  log: Log,
): Promise<readonly UnclaimedImage[]> {
  const placed = plans.filter(({ cloudChosenBy }) => cloudChosenBy !== '');
  const groups = [...Map.groupBy(placed, ({ place }) => JSON.stringify(place)).values()];
  const unclaimedIn = async (place: Place, group: readonly Plan[]): Promise<readonly UnclaimedImage[]> => {
    try {
      const { images, project } = await region(place);
      if (project === undefined) return [];
      const definitions = group.map(({ definition }) => definition);
      return unclaimedImages(place, await listOfProject(images, project, signal), definitions);
    } catch (error) {
      if (isAbort(error)) throw error;
      // The plans of that place say what is wrong with it.
      log.warn(toFailure(error).explain());
      return [];
    }
  };
  const found = await Promise.all(
    groups.flatMap((group) => (group[0] === undefined ? [] : [unclaimedIn(group[0].place, group)])),
  );
  return found.flat();
}
