import { v5 } from 'uuid';
import type { Place } from '../../place.ts';

/** UUID namespace of this tool. Never change it: ids of existing images come from it. */
const NAMESPACE = '5f6c1d0a-8f0b-4a53-9c5e-2f6b0a3f9d11';

/**
 * The id of a new image, the same on every machine: two applies at once, or one that lost its answer, use the same id and
 * get a 409 from Glance. Glance never gives a deleted id again, so every image of a key needs another one.
 *
 * @param occasion tells the images of one key apart: 0 for the first, the id of the image that is replaced, or an apply's run
 */
export function newImageId(project: string | undefined, place: Place, key: string, occasion: 0 | string): string {
  return v5(JSON.stringify([project ?? '', place.region, key, occasion]), NAMESPACE);
}
