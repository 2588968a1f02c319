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

/**
 * The images of one place that this tool made and that none of the definitions means. Replaced images are kept on purpose, and
 * an image that an apply works on has a definition; neither counts.
 *
 * @param images of the project
 * @param definitions those that are for this place
 */
function unclaimedImages(
  place: Place,
  images: readonly LiveImage[],
  definitions: readonly Definition[],
): readonly UnclaimedImage[] {
  const keys = new Set(definitions.map(definitionKey));
  const ids = new Set(definitions.map(({ arguments: { image_id: id } }) => id));
  return images.flatMap((image) => {
    const marks = readMarks(image);
    if (marks === undefined || marks.replacedBy !== undefined || marks.state !== undefined) return [];
    return keys.has(marks.key) || ids.has(image.id) ? [] : [{ place, image, key: marks.key }];
  });
}

/** The images that this tool made in the places of these plans and that none of their definitions means. A place that fails has none. Throws only when cancelled. */
export async function findUnclaimed(
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
