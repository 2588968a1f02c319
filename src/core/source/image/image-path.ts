import * as v from 'valibot';
import { describePlace, type Place } from '../../place.ts';
import { parseStored } from '../../stored-json.ts';

/** An image whose data is a source. */
export interface ImageAt {
  readonly place: Place;
  /** A UUID. */
  readonly id: string;
}

/** No path of a file begins so: those are absolute. */
const SCHEME = 'glance-image:';

const address = v.tuple([v.string(), v.string(), v.string(), v.string()]);

/** What stands for the path of the source where the bytes are those of an image. */
export function imagePath({ place: { origin, cloud, region }, id }: ImageAt): string {
  return `${SCHEME}${JSON.stringify([origin, cloud, region, id])}`;
}

/** The image that such a path means; `undefined` for the path of a file. */
export function readImagePath(path: string): ImageAt | undefined {
  if (!path.startsWith(SCHEME)) return undefined;
  const [origin, cloud, region, id] = parseStored(address, path.slice(SCHEME.length)) ?? [];
  if (origin === undefined || cloud === undefined || region === undefined || id === undefined) return undefined;
  return { place: { origin, cloud, region }, id };
}

/** A source in the middle of a sentence: `file "/a/b.img"`, `image 8a2e… in mycloud/RegionOne`. */
export function sourceInWords(path: string): string {
  const image = readImagePath(path);
  return image === undefined ? `file "${path}"` : `image ${image.id} in ${describePlace(image.place)}`;
}
