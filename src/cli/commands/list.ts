import prettyBytes from 'pretty-bytes';
import { toFailure, type Failure } from '../../core/failure.ts';
import { imageReport } from '../../core/glance/image.ts';
import { arranged, pagesFor, type ListedImage } from '../../core/glance/list-request.ts';
import { describePlace, type Place } from '../../core/place.ts';
import { errorReport, FORMAT_VERSION } from '../../core/reconcile/words/report.ts';
import { columns } from '../columns.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandDeps } from '../command-deps.ts';
import { listRequest, type ListCommandOptions } from '../list-options.ts';
import { harmless, type Terminal } from '../terminal.ts';
import { chosenPlaces } from './places.ts';

interface ListedRegion {
  readonly place: Place;
  /** Includes those listed before a failure. */
  readonly images: readonly ListedImage[];
  readonly failure?: Failure;
}

/** `list`: the images of each region; a region that does not answer is an error, and the others are still listed. */
export async function list(options: ListCommandOptions, deps: CommandDeps): Promise<ExitCode> {
  const { terminal, signal } = deps;
  const places = await chosenPlaces(options, deps);
  const regions = await Promise.all(places.map((place) => listOne(place, options, deps)));
  signal.throwIfAborted();
  if (options.json === true) terminal.document(listReport(regions));
  else if (options.output === 'ID') showIds(regions, terminal);
  else for (const region of regions) showRegion(region, terminal);
  for (const { place, failure } of regions) {
    if (failure !== undefined)
      terminal.problem(`error: ${describePlace(place)}: ${failure.explain()} [${failure.code}]`, 'red');
  }
  return regions.some(({ failure }) => failure !== undefined) ? EXIT.failed : EXIT.done;
}

async function listOne(
  place: Place,
  options: ListCommandOptions,
  { engine, signal }: CommandDeps,
): Promise<ListedRegion> {
  const request = listRequest(options);
  const images: ListedImage[] = [];
  try {
    const pages = pagesFor(request, (which) => engine.images(place, { ...which, signal, pageSize: 1000 }));
    for await (const page of pages) images.push(...page);
    return { place, images: arranged(images, request) };
  } catch (error) {
    return { place, images: arranged(images, request), failure: toFailure(error) };
  }
}

function listReport(regions: readonly ListedRegion[]): object {
  return {
    format_version: FORMAT_VERSION,
    regions: regions.map(({ place, images, failure }) => ({
      cloud: place.cloud,
      region: place.region,
      images: images.map(imageReport),
      error: failure === undefined ? null : errorReport(failure),
    })),
  };
}

/** One id a line, once each: regions may share an image service. */
function showIds(regions: readonly ListedRegion[], terminal: Terminal): void {
  for (const id of new Set(regions.flatMap(({ images }) => images.map((image) => image.id)))) terminal.line(id);
}

function showRegion({ place, images, failure }: ListedRegion, terminal: Terminal): void {
  const count = images.length === 1 ? '1 image' : `${images.length} images`;
  const words =
    failure === undefined ? count : images.length === 0 ? 'not listed' : `${count}, then the listing failed`;
  terminal.line(`${describePlace(place)}: ${words}`, 'bold');
  for (const row of columns(images.map(cells))) terminal.line(`  ${row}`);
}

function cells(image: ListedImage): readonly string[] {
  const { id, name, status, os_hidden: hidden, visibility, disk_format: format, size } = image;
  return [
    id,
    name === null || name === '' ? '(no name)' : harmless(name),
    hidden ? `${status}, hidden` : status,
    visibility,
    format ?? '-',
    size === null ? '-' : prettyBytes(size, { binary: true }),
    ...(image.member_status === undefined ? [] : [image.member_status, `from ${harmless(image.owner ?? '-')}`]),
  ];
}
