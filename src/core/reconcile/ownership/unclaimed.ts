import { definitionKey, type Definition } from '../../definition/definition.ts';
import { isAbort, toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Log } from '../../log.ts';
import type { Place } from '../../place.ts';
import type { Plan } from '../model/plan.ts';
import { listOfProject } from '../planning/candidates.ts';
import type { PlanRegion } from '../planning/planner.ts';
import { readMarks } from './marks.ts';

/** An image that was made for a definition, and that none of the known definitions means. */
export interface UnclaimedImage {
  readonly place: Place;
  readonly image: LiveImage;
  /** The key of its definition. */
  readonly key: string;
}

/** What unclaimed images are looked for. Those to prune are deleted once the user agrees. */
export type Purpose = 'to show' | 'for pruning';

/** Whether two places are of different entries of `clouds.yaml`, which may be logins to one project all the same. */
function isOtherCloud(a: Place, b: Place): boolean {
  return a.cloud !== b.cloud || a.origin !== b.origin;
}

/**
 * The images of one place that this tool made and that none of the definitions means. Replaced images are kept on purpose, and
 * an image that an apply works on has a definition; neither counts.
 *
 * @param images of the project
 * @param definitions those that are for this place
 * @param why for pruning, images count that such an image replaced
 */
function unclaimedImages(
  place: Place,
  images: readonly LiveImage[],
  definitions: readonly Definition[],
  why: Purpose,
): readonly UnclaimedImage[] {
  const keys = new Set(definitions.map(definitionKey));
  const ids = new Set(definitions.map(({ arguments: { image_id: id } }) => id));
  return images.flatMap((image) => {
    const marks = readMarks(image);
    if (marks === undefined || marks.state !== undefined) return [];
    if (marks.replacedBy !== undefined && why === 'to show') return [];
    return keys.has(marks.key) || ids.has(image.id) ? [] : [{ place, image, key: marks.key }];
  });
}

/** The images that this tool made in the places of these plans and that none of their definitions means. A place that fails has none. Throws only when cancelled. */
export async function findUnclaimed(
  plans: readonly Plan[],
  region: (place: Place) => Promise<PlanRegion>,
  signal: AbortSignal | undefined,
  log: Log,
  why: Purpose,
): Promise<readonly UnclaimedImage[]> {
  const placed = plans.filter(({ cloudChosenBy }) => cloudChosenBy !== '');
  const groups = [...Map.groupBy(placed, ({ place }) => JSON.stringify(place)).values()];
  const unclaimedIn = async (place: Place, group: readonly Plan[]): Promise<readonly UnclaimedImage[]> => {
    try {
      const { images, project } = await region(place);
      if (project === undefined) return [];
      const others = why === 'to show' ? [] : plans.filter((plan) => isOtherCloud(plan.place, place));
      const definitions = [...group, ...others].map(({ definition }) => definition);
      return unclaimedImages(place, await listOfProject(images, project, signal), definitions, why);
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
