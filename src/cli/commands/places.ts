import { Failure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import { describePlace, type Place } from '../../core/place.ts';
import type { CommonOptions, Surroundings } from '../surroundings.ts';

/** The regions that a command without definitions works on: those of `--region`, else all of the cloud. */
export async function chosenPlaces(
  options: CommonOptions,
  { engine, signal }: Surroundings,
): Promise<readonly Place[]> {
  const { cloud, region } = options;
  if (region !== undefined) return Promise.all(region.map((name) => engine.place(cloud, name)));
  const place = await engine.place(cloud, undefined);
  return engine.regions(place.cloud, signal);
}

/** An image by id in whichever of the regions has it. Throws `image-not-found` that names where it was looked for. */
export async function findImage(
  id: string,
  places: readonly Place[],
  { engine, signal }: Surroundings,
): Promise<{ readonly place: Place; readonly image: LiveImage }> {
  for (const place of places) {
    try {
      return { place, image: await engine.image(place, id, signal) };
    } catch (error) {
      if (!Failure.is(error, 'image-not-found')) throw error;
    }
  }
  throw new Failure('image-not-found', `There is no image ${id} in ${places.map(describePlace).join(', ')}.`, {
    next: 'Name another cloud or region with --cloud and --region.',
  });
}
