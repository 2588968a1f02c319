import prettyBytes from 'pretty-bytes';
import { toFailure, type Failure } from '../../core/failure.ts';
import { imageReport, type LiveImage } from '../../core/glance/image.ts';
import { describePlace, type Place } from '../../core/place.ts';
import { errorReport, FORMAT_VERSION } from '../../core/reconcile/words/report.ts';
import { columns } from '../columns.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import { harmless } from '../terminal.ts';
import { chosenPlaces } from './places.ts';

interface ListedRegion {
  readonly place: Place;
  /** Includes those listed before a failure. */
  readonly images: readonly LiveImage[];
  readonly failure?: Failure;
}

/** `list`: the images of each region; a region that does not answer is an error, and the others are still listed. */
export async function list(options: CommonOptions, deps: CommandDeps): Promise<ExitCode> {
  const { terminal, signal } = deps;
  const places = await chosenPlaces(options, deps);
  const regions = await Promise.all(places.map((place) => listOne(place, deps)));
  signal.throwIfAborted();
  if (options.json === true) {
    terminal.document({
      format_version: FORMAT_VERSION,
      regions: regions.map(({ place, images, failure }) => ({
        cloud: place.cloud,
        region: place.region,
        images: images.map(imageReport),
        error: failure === undefined ? null : errorReport(failure),
      })),
    });
  }
  for (const { place, images, failure } of regions) {
    if (options.json !== true) {
      const count = images.length === 1 ? '1 image' : `${images.length} images`;
      const words =
        failure === undefined ? count : images.length === 0 ? 'not listed' : `${count}, then the listing failed`;
      terminal.line(`${describePlace(place)}: ${words}`, 'bold');
      for (const row of table(images)) terminal.line(`  ${row}`);
    }
    if (failure !== undefined)
      terminal.problem(`error: ${describePlace(place)}: ${failure.explain()} [${failure.code}]`, 'red');
  }
  return regions.some(({ failure }) => failure !== undefined) ? EXIT.failed : EXIT.done;
}

async function listOne(place: Place, { engine, signal }: CommandDeps): Promise<ListedRegion> {
  const images: LiveImage[] = [];
  try {
    for await (const page of engine.images(place, { signal, pageSize: 1000 })) images.push(...page);
    return { place, images };
  } catch (error) {
    return { place, images, failure: toFailure(error) };
  }
}

function table(images: readonly LiveImage[]): readonly string[] {
  return columns(
    images.map((image) => [
      image.id,
      image.name === null || image.name === '' ? '(no name)' : harmless(image.name),
      image.os_hidden ? `${image.status}, hidden` : image.status,
      image.visibility,
      image.disk_format ?? '-',
      image.size === null ? '-' : prettyBytes(image.size, { binary: true }),
    ]),
  );
}
