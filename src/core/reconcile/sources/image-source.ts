import type { Definition } from '../../definition/definition.ts';
import { problemAt, problemAtSource } from '../../definition/problem-at.ts';
import type { LiveImage } from '../../glance/image.ts';
import { describePlace, type Place } from '../../place.ts';
import type { Problem } from '../../problem.ts';
import { imagePath } from '../../source/image/image-path.ts';
import { isUnpublished } from '../ownership/identity.ts';
import { readMarks } from '../ownership/marks.ts';
import { compareStored } from './bytes.ts';
import type { SourceFinding } from './source-finding.ts';

/** An image that a definition names as its source, as its own cloud shows it. */
export interface SourceImage {
  readonly place: Place;
  readonly image: LiveImage;
}

/** What an image tells of itself as a source. Its data is not read: Glance knows its size and digests. Pure. */
export function imageFinding(definition: Definition, { place, image }: SourceImage): SourceFinding {
  const name = `the image ${image.id} in ${describePlace(place)}`;
  const why = unusable(image);
  if (why !== undefined) {
    const text = `${name.replace(/^t/, 'T')} can't be a source: ${why}`;
    return { kind: 'problem', problem: problemAtSource(definition, 'error', 'source-image-unusable', text) };
  }
  const { size, checksum, os_hash_algo: algorithm, os_hash_value: value } = image;
  const digests = {
    ...(checksum === null ? {} : { md5: checksum.toLowerCase() }),
    ...(algorithm === null || value === null ? {} : { [algorithm]: value.toLowerCase() }),
  };
  const facts = { path: imagePath({ place, id: image.id }), name, size: size ?? 0, digests };
  return { kind: 'file', facts, problems: formatDiffers(definition, image, name) };
}

/** Why the data of an image is not sent to others; `undefined` if it is active and its digests are known. */
export function unusable(image: LiveImage): string | undefined {
  const { id, status, checksum, os_hash_value: value } = image;
  if (status !== 'active') return `it is "${status}", not active.`;
  if (isUnpublished(image)) return 'an apply has not verified and published it yet. Wait for that, or apply it again.';
  if (checksum === null && value === null) return 'its cloud reports no digest of it, so a copy could not be verified.';
  const stored = readMarks(image)?.stored;
  if (stored === undefined || compareStored(stored, image) !== 'different') return undefined;
  return `its data is not what was verified when ${id} was made.`;
}

/** The data is not converted on its way, so its formats are those of the new image. */
function formatDiffers(definition: Definition, image: LiveImage, name: string): readonly Problem[] {
  const severity = definition.arguments.inspect === false ? 'warning' : 'error';
  return (['disk_format', 'container_format'] as const).flatMap((argument) => {
    const is = image[argument];
    if (is === null || is === definition.arguments[argument]) return [];
    const text = `"${argument}" is "${definition.arguments[argument]}", but ${name} is "${is}", and its data is sent as it is.`;
    const problem = problemAt(definition, severity, 'format-mismatch', text, argument);
    return [{ ...problem, fixes: [{ kind: 'set-argument' as const, argument, value: is }] }];
  });
}
