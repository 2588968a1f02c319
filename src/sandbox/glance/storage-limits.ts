import { Refusal } from '../http/answers.ts';
import type { ImageRecord } from './images/image-record.ts';
import { TooManyBytes } from './stored-bytes.ts';
import type { Glance } from './request.ts';

/** Bytes left of the quota of an image's project, not counting the image itself. */
function remaining(glance: Glance, image: ImageRecord): number {
  const others = glance.store.all().filter((each) => each.owner === image.owner && each.id !== image.id);
  return glance.quotaBytes - others.reduce((sum, each) => sum + (each.size ?? 0) * each.stores.length, 0);
}

/** Throws 413 if an image of this size would exceed its project's quota. */
export function mustBeWithinQuota(glance: Glance, image: ImageRecord, size: number): void {
  const left = remaining(glance, image);
  if (size <= left) return;
  throw new Refusal(
    413,
    `Image exceeds the storage quota: The size of the data ${size} will exceed the limit. ${left} bytes remaining.`,
  );
}

/** Converts an error of storing bytes for the client: a 413 for too many. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof TooManyBytes)) return error;
  return new Refusal(413, 'The incoming image is too large: The provided image is too large.');
}
