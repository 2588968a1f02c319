import { FORMAT_VERSION } from '../../core/reconcile/report.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { imageReport } from '../image-report.ts';
import type { CommonOptions, Surroundings } from '../surroundings.ts';
import { chosenPlaces, findImage } from './places.ts';

/** `show ID`: everything that Glance reports of an image. */
export async function show(id: string, options: CommonOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const { place, image } = await findImage(id, await chosenPlaces(options, surroundings), surroundings);
  const report = { cloud: place.cloud, region: place.region, ...imageReport(image) };
  if (options.json === true) {
    terminal.document({ format_version: FORMAT_VERSION, image: report });
    return EXIT.done;
  }
  const width = Math.max(...Object.keys(report).map((name) => name.length));
  for (const [name, value] of Object.entries(report)) {
    terminal.line(`${name.padEnd(width)}  ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  return EXIT.done;
}
