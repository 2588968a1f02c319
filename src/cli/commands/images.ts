import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { Failure, toFailure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import { describePlace, type Place } from '../../core/place.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, Surroundings } from '../surroundings.ts';
import { harmless } from '../terminal.ts';
import { chosenPlaces, findImage } from './places.ts';

/** `list`: the images of each region; a region that does not answer is an error beside the others. */
export async function list(options: CommonOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const places = await chosenPlaces(options, surroundings);
  const regions = await Promise.all(places.map((place) => listOne(place, surroundings)));
  if (options.json === true) {
    terminal.document({
      format_version: 1,
      regions: regions.map(({ place, images, failure }) => ({
        cloud: place.cloud,
        region: place.region,
        images: images.map(imageReport),
        error:
          failure === undefined
            ? null
            : { code: failure.code, message: failure.message, request_id: failure.requestId ?? null },
      })),
    });
  } else {
    for (const { place, images } of regions) {
      terminal.line(`${describePlace(place)}: ${images.length} ${images.length === 1 ? 'image' : 'images'}`, 'bold');
      for (const row of table(images)) terminal.line(`  ${row}`);
    }
  }
  for (const { failure, place } of regions)
    if (failure !== undefined) terminal.problem(`${describePlace(place)}: ${failure.explain()}`, 'red');
  return regions.some(({ failure }) => failure !== undefined) ? EXIT.failed : EXIT.done;
}

async function listOne(
  place: Place,
  { engine, signal }: Surroundings,
): Promise<{ place: Place; images: readonly LiveImage[]; failure?: Failure }> {
  const images: LiveImage[] = [];
  try {
    for await (const page of engine.images(place, { signal, pageSize: 1000 })) images.push(...page);
    return { place, images };
  } catch (error) {
    return { place, images, failure: toFailure(error) };
  }
}

/** Columns as wide as their widest cell. */
function table(images: readonly LiveImage[]): readonly string[] {
  const rows = images.map((image) => [
    image.id,
    harmless(image.name ?? '(no name)'),
    image.os_hidden ? `${image.status}, hidden` : image.status,
    image.visibility,
    image.disk_format ?? '-',
    image.size === null ? '-' : prettyBytes(image.size, { binary: true }),
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `show ID`: everything that Glance reports of an image. */
export async function show(id: string, options: CommonOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const { place, image } = await findImage(id, await chosenPlaces(options, surroundings), surroundings);
  const report = { cloud: place.cloud, region: place.region, ...imageReport(image) };
  if (options.json === true) {
    terminal.document({ format_version: 1, image: report });
    return EXIT.done;
  }
  const width = Math.max(...Object.keys(report).map((name) => name.length));
  for (const [name, value] of Object.entries(report)) {
    terminal.line(`${name.padEnd(width)}  ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  return EXIT.done;
}

/** `import ID…`: definitions of images, on standard output or into a file that does not exist yet. */
export async function importImages(
  ids: readonly string[],
  options: CommonOptions & { readonly output?: string },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal, engine, folder, signal } = surroundings;
  const places = await chosenPlaces(options, surroundings);
  const texts: string[] = [];
  for (const id of ids) {
    const { place, image } = await findImage(id, places, surroundings);
    texts.push(await engine.importImage(place, image.id, signal));
  }
  const [only] = texts;
  const text =
    texts.length === 1 && only !== undefined ? only : `[\n${texts.map((each) => each.trimEnd()).join(',\n')}\n]\n`;
  if (options.output === undefined) {
    terminal.text(text);
    return EXIT.done;
  }
  await writeNew(resolve(folder, options.output), text);
  terminal.problem(`Wrote ${options.output}.`, 'green');
  return EXIT.done;
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = exists ? 'it exists already' : error instanceof Error ? error.message : String(error);
    throw new Failure('file-not-written', `"${path}" was not written: ${why}.`, {
      next: 'Name another file with -o.',
      cause: error,
    });
  }
}

/** An image as documents carry it: Glance's own names, custom properties apart. */
function imageReport(image: LiveImage): object {
  return { ...image, properties: { ...image.properties }, server: { ...image.server } };
}
