import { isOfTheBytes } from '../../definition/properties-of-bytes.ts';
import { imageArguments, renderArguments, type PartialArguments } from '../../definition/writing/render.ts';
import { Failure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import { matchesGlob } from '../../globs.ts';
import { isImageId } from '../../glance/image.ts';
import { describePlace, type Place } from '../../place.ts';
import { oneLine } from '../../quote.ts';
import { readMarks } from '../ownership/marks.ts';
import { unusable, type SourceImage } from './image-source.ts';

/** Properties that name something in the region of their image, as globs: other images that it boots with. */
const OF_THE_REGION: readonly string[] = ['kernel_id', 'ramdisk_id'];

/**
 * Definitions that bring an image to other places, one for each cloud: its key, name, formats, limits, tags and properties, and
 * the image as their source. As for a successor, what describes the bytes for this region stays behind, such as a signature
 * whose certificate is in its key manager; so do members, and whether it is hidden. Throws `source-image-unusable`.
 */
export function promotion({ place, image }: SourceImage, targets: readonly Place[]): string {
  const why = unusable(image);
  if (why !== undefined) {
    const text = `The image ${image.id} in ${describePlace(place)} can't be promoted: ${why}`;
    throw new Failure('source-image-unusable', text, { next: 'Promote it once it is active and verified.' });
  }
  const { arguments_, left } = promoted(image);
  const key = readMarks(image)?.key;
  const source = { cloud: place.cloud, ...(place.region === '' ? {} : { region: place.region }), image_id: image.id };
  const clouds = [...Map.groupBy(targets, ({ cloud }) => cloud)];
  const texts = clouds.map(([cloud, places]) =>
    renderArguments(
      {
        ...arguments_,
        image_source_image: source,
        ...regionsOf(places),
        cloud,
        ...(key === undefined || key === arguments_.name || isImageId(key) ? {} : { key }),
      },
      { header: left.length === 0 ? [] : ['Left behind, because they belong to the region of the image:', ...left] },
    ),
  );
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : `[\n${texts.map((each) => each.trimEnd()).join(',\n')}\n]\n`;
}

function promoted(image: LiveImage): { readonly arguments_: PartialArguments; readonly left: readonly string[] } {
  const { hidden: _hidden, visibility, properties = {}, ...others } = imageArguments(image).arguments_;
  const all = Object.entries(typeof properties === 'object' && properties !== null ? properties : {});
  const stays = (name: string): boolean => isOfTheBytes(name) || matchesGlob(OF_THE_REGION, name);
  const kept = all.filter(([name]) => !stays(name));
  return {
    arguments_: {
      ...others,
      // Members are projects of one cloud, and nobody chose them for another.
      ...(visibility === undefined || visibility === 'shared' ? {} : { visibility }),
      ...(kept.length === 0 ? {} : { properties: Object.fromEntries(kept) }),
    },
    left: all.flatMap(([name]) => (stays(name) ? [`  ${oneLine(JSON.stringify(name))}`] : [])),
  };
}

function regionsOf(places: readonly Place[]): PartialArguments {
  const regions = [...new Set(places.map(({ region }) => region).filter((region) => region !== ''))];
  if (regions.length === 0) return {};
  return regions.length === 1 ? { region: regions[0] } : { regions };
}
