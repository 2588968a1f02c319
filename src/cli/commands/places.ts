import { Failure, isAbort, toFailure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import { describePlace, type Place } from '../../core/place.ts';
import { showCloudProblems } from '../cloud-problems.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';

/** An image found by its id. */
export interface FoundImage {
  readonly place: Place;
  readonly image: LiveImage;
}

/** The regions for a command without definitions: those of `--region`, else all of the cloud. */
export async function chosenPlaces(options: CommonOptions, deps: CommandDeps): Promise<readonly Place[]> {
  const { engine, signal } = deps;
  const { cloud, region } = options;
  const places =
    region === undefined
      ? await engine.regions((await engine.place(cloud, undefined)).cloud, signal)
      : await Promise.all([...new Set(region)].map((name) => engine.place(cloud, name)));
  await showCloudProblems(places, [undefined], deps);
  return places;
}

/**
 * Finds an image by its id in these regions. A region that does not answer is only a warning if another has the
 * image. Throws `image-not-found`, `image-ambiguous`, or what the region threw.
 */
export async function findImage(
  id: string,
  places: readonly Place[],
  { engine, signal, terminal }: Pick<CommandDeps, 'engine' | 'signal' | 'terminal'>,
): Promise<FoundImage> {
  const found: FoundImage[] = [];
  const failures: Failure[] = [];
  await Promise.all(
    places.map(async (place) => {
      try {
        found.push({ place, image: await engine.image(place, id, signal) });
      } catch (error) {
        if (isAbort(error)) throw error;
        if (!Failure.is(error, 'image-not-found')) failures.push(toFailure(error));
      }
    }),
  );
  const [only] = found;
  const [failure] = failures;
  if (only === undefined && failure !== undefined && failures.length === 1) throw failure;
  for (const each of failures) terminal.problem(`warning: ${each.explain()} [${each.code}]`, 'yellow');
  const all = places.map(describePlace).join(', ');
  if (only === undefined) {
    const unsure = failures.length === 0 ? '' : ', as far as they answer';
    throw new Failure('image-not-found', `There is no image ${id} in ${all}${unsure}.`, {
      next: 'Choose another cloud or region with --cloud and --region.',
    });
  }
  if (found.length === 1) return only;
  const where = found.map(({ place }) => describePlace(place)).join(' and ');
  throw new Failure('image-ambiguous', `There is an image ${id} in ${where}.`, { next: 'Choose one with --region.' });
}
