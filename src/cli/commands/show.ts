import { describeBytes } from '../../core/byte-count.ts';
import { imageReport } from '../../core/glance/image.ts';
import { describePlace } from '../../core/place.ts';
import { isMark } from '../../core/reconcile/ownership/marks.ts';
import { FORMAT_VERSION } from '../../core/reconcile/words/report.ts';
import { imageAsTerraform } from '../../core/terraform/render.ts';
import { columns } from '../columns.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import { harmless, type Terminal } from '../terminal.ts';
import { chosenPlaces, findImage } from './places.ts';
import { abbreviated } from '../../core/quote.ts';

/** `show ID`: everything that Glance reports of an image, or the image as Terraform's resource. */
export async function show(
  id: string,
  options: CommonOptions & { readonly as?: 'terraform' },
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal } = deps;
  const { place, image } = await findImage(id, await chosenPlaces(options, deps), deps);
  if (options.as === 'terraform') {
    terminal.text(imageAsTerraform(place, image));
    return EXIT.done;
  }
  if (options.json === true) {
    const report = { cloud: place.cloud, region: place.region, ...imageReport(image) };
    terminal.document({ format_version: FORMAT_VERSION, image: report });
    return EXIT.done;
  }
  const { properties, server, size, virtual_size: virtualSize, ...attributes } = image;
  const names = Object.keys(properties).sort();
  terminal.line(`Image ${image.id} in ${describePlace(place)}, cloud from ${place.origin}`, 'bold');
  showValues({ ...attributes, size: bytes(size), virtual_size: bytes(virtualSize), ...server }, terminal);
  const own = names.filter((name) => !isMark(name));
  const marks = names.filter(isMark);
  if (own.length > 0) terminal.line('Properties', 'bold');
  showValues(Object.fromEntries(own.map((name) => [name, properties[name]])), terminal);
  if (marks.length > 0) terminal.line('Stored by Glance Images', 'bold');
  showValues(Object.fromEntries(marks.map((name) => [name, properties[name]])), terminal);
  return EXIT.done;
}

function showValues(values: object, terminal: Terminal): void {
  const rows = Object.entries(values).map(([name, value]: [string, unknown]) => [
    harmless(name),
    harmless(abbreviated(typeof value === 'string' ? value : JSON.stringify(value))),
  ]);
  for (const line of columns(rows)) terminal.line(`  ${line}`);
}

function bytes(count: number | null): string | null {
  return count === null ? null : describeBytes(count);
}
