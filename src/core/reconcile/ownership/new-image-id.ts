import { v5 } from 'uuid';
import type { Place } from '../../place.ts';

/** UUID namespace of this tool. Never change it: ids of existing images come from it. */
const NAMESPACE = '5f6c1d0a-8f0b-4a53-9c5e-2f6b0a3f9d11';

/**
 * The id of a new image, the same on every machine: two applies at once, or one that lost its answer, use the same id and
 * get a 409 from Glance. The counter skips ids that are taken; Glance never gives a deleted id again.
 */
export function newImageId(project: string | undefined, place: Place, key: string, counter: number): string {
  return v5(JSON.stringify([project ?? '', place.region, key, counter]), NAMESPACE);
}
