import type { LiveImage } from '../core/glance/image.ts';

/** An image as documents carry it: Glance's own names, custom properties apart. */
export function imageReport(image: LiveImage): object {
  return { ...image, properties: { ...image.properties }, server: { ...image.server } };
}
