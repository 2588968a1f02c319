import { definitionKey, type Definition } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Place } from '../../place.ts';
import { readMarks } from './marks.ts';

/** An image that a definition made and that none of those at hand means. */
export interface UnclaimedImage {
  readonly place: Place;
  readonly image: LiveImage;
  /** The key that its definition has, or had. */
  readonly key: string;
}

/**
 * The images of one place that this tool made and that none of the definitions means. One that was replaced is kept on
 * purpose, and one that an apply is at work on has its definition.
 *
 * @param images of the project
 * @param definitions those that are for this place
 */
export function unclaimedImages(
  place: Place,
  images: readonly LiveImage[],
  definitions: readonly Definition[],
): readonly UnclaimedImage[] {
  const keys = new Set(definitions.map(definitionKey));
  const ids = new Set(definitions.map(({ arguments: { image_id: id } }) => id));
  return images.flatMap((image) => {
    const marks = readMarks(image);
    if (marks === undefined || marks.replacedBy !== undefined || marks.state !== undefined) return [];
    return keys.has(marks.key) || ids.has(image.id) ? [] : [{ place, image, key: marks.key }];
  });
}
