import { Failure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import { readMarks, type StateMark } from '../ownership/marks.ts';
import type { PlanWork } from './context.ts';
import { markOperations } from './operations.ts';

/** Attempts. Glance loses a PATCH while it takes or drops data, so it is sent again. */
const LOOKS_AT_MOST = 8;

/** Whether this run staged the image, and nobody has taken it over, published or discarded it since. */
export function isStagedBy(image: LiveImage, run: string): boolean {
  const state = readMarks(image)?.state;
  return state?.phase === 'staging' && state.run === run;
}

/** Whether an image is marked for deletion. Nobody goes on with such an image. */
export function isDiscarded(image: LiveImage): boolean {
  return readMarks(image)?.state?.phase === 'discarding';
}

/** Marks an image for deletion by a run. */
function discardOperations(image: LiveImage, { run, started }: StateMark): ReturnType<typeof markOperations> {
  const { state: _state, ...marks } = readMarks(image) ?? { key: '', owns: [] };
  return markOperations(image, { ...marks, state: { run, started, phase: 'discarding' } });
}

/**
 * The only way in which an apply deletes an image. Glance deletes by id, whatever the image has become. So this marks
 * the image for deletion first. Glance refuses that if somebody has taken over a staged image in between, and nobody
 * publishes or takes over an image with that mark. Then it looks again, and deletes the image if the mark is still this
 * run's.
 *
 * @param mayGo whether the image still is the one to delete
 * @returns the image, if it may not be deleted and stays; `gone` if it was not there
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
