import { Failure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import { readMarks, type StateMark } from '../ownership/marks.ts';
import type { PlanWork } from './context.ts';
import { markOperations } from './operations.ts';

/** Looks at an image before it is left: a PATCH is lost while Glance takes or gives up data, and is then sent again. */
const LOOKS_AT_MOST = 8;

/** Whether an image is what this run staged, and nobody has taken it over, published or discarded it since. */
export function isStagedBy(image: LiveImage, run: string): boolean {
  const state = readMarks(image)?.state;
  return state?.phase === 'staging' && state.run === run;
}

/** Whether an image is about to be deleted: it is never gone on with. */
export function isDiscarded(image: LiveImage): boolean {
  return readMarks(image)?.state?.phase === 'discarding';
}

/** The marks of an image that a run is about to delete. */
function discardOperations(image: LiveImage, { run, started }: StateMark): ReturnType<typeof markOperations> {
  const { state: _state, ...marks } = readMarks(image) ?? { key: '', owns: [] };
  return markOperations(image, { ...marks, state: { run, started, phase: 'discarding' } });
}

/**
 * The only way in which an apply deletes an image. Glance deletes by id, whatever the image is by then. So the image is marked
 * first as about to be deleted: Glance refuses that where somebody else got hold of a staged one in between, and nobody
 * publishes or takes over one that is so marked. Then it is looked at again, and deleted if it is still marked by this run.
 *
 * @param mayGo whether the image, as it is now, still is the one that is to be deleted
 * @returns the image as it is where it may not go (any more), and is left; `gone` where it was not there
 */
export async function discard(
  { region: { images, project }, state }: Pick<PlanWork, 'region' | 'state'>,
  id: string,
  mayGo: (image: LiveImage) => boolean,
  signal: AbortSignal | undefined,
): Promise<'deleted' | 'gone' | LiveImage> {
  for (let look = 1; look <= LOOKS_AT_MOST; look += 1) {
    const image = await images.find(id, signal);
    if (image === undefined) return 'gone';
    if (project !== undefined && image.owner !== project) return image;
    if (isDiscarded(image) && readMarks(image)?.state?.run === state.run) {
      await images.delete(id, signal);
      return 'deleted';
    }
    if (!isDiscarded(image) && !mayGo(image)) return image;
    try {
      await images.patch(id, discardOperations(image, state), signal);
    } catch (error) {
      if (!Failure.is(error, 'conflict') && !Failure.is(error, 'image-not-found')) throw error;
    }
  }
  throw new Failure('changed-meanwhile', `The image ${id} keeps changing.`, { region: images.region });
}
