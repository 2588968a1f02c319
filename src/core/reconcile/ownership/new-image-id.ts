import { v5 } from 'uuid';
import type { Place } from '../../place.ts';

/** Names this tool among all that derive UUIDs. Never change it: ids of images that exist come from it. */
const NAMESPACE = '5f6c1d0a-8f0b-4a53-9c5e-2f6b0a3f9d11';

/**
 * The id of a new image, the same wherever it is computed: two applies at once, or one whose answer was lost, meet on the
 * same id and find out by Glance's 409. The counter goes on past ids that are taken; Glance never gives a deleted id again.
 */
export function newImageId(project: string | undefined, place: Place, key: string, counter: number): string {
  return v5(JSON.stringify([project ?? '', place.region, key, counter]), NAMESPACE);
}
