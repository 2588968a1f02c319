import type { LiveImage } from '../../glance/image.ts';
import { checkPropertyName } from '../reading/property-names.ts';

/** Where Glance keeps the arguments that are attributes of an image. */
const ATTRIBUTES = {
  name: 'name',
  container_format: 'container_format',
  disk_format: 'disk_format',
  min_disk_gb: 'min_disk',
  min_ram_mb: 'min_ram',
  visibility: 'visibility',
  protected: 'protected',
  hidden: 'os_hidden',
  tags: 'tags',
} as const satisfies Readonly<Record<string, keyof LiveImage>>;

/** The value of an argument on a live image; `undefined` for one that is no attribute of an image. */
export function liveArgument(
  image: LiveImage,
  argument: string,
): string | number | boolean | readonly string[] | null | undefined {
  return isAttribute(argument) ? image[ATTRIBUTES[argument]] : undefined;
}

/** Whether an argument is an attribute of the image, and so can be compared with a live one. */
export function isAttribute(argument: string): argument is keyof typeof ATTRIBUTES {
  return Object.hasOwn(ATTRIBUTES, argument);
}

/** The names of a live image's properties, in order: those that a definition can hold, and those that it can't. Marks are neither. */
export function liveProperties(image: LiveImage): {
  readonly usable: readonly string[];
  readonly unusable: readonly string[];
} {
  const names = Object.keys(image.properties)
    .filter((name) => !name.startsWith('glance_images.'))
    .sort();
  const usable = (name: string): boolean => checkPropertyName(name) === undefined;
  return { usable: names.filter(usable), unusable: names.filter((name) => !usable(name)) };
}
