import { matchesGlob } from '../globs.ts';
import type { LiveImage } from './image.ts';
import { sorted, type ImageOrder } from './image-order.ts';

const NEWEST_FIRST: readonly ImageOrder[] = [
  { key: 'created_at', descending: true },
  { key: 'id', descending: false },
];

/**
 * The newest image of each group, by `created_at`. A group is what one of the globs matches. Without globs, it is one
 * release of an operating system: `os_distro`, `os_version` and `architecture`, or the name where there is no `os_distro`.
 * Hidden images are left out: they are those that were replaced.
 */
export function latestImages<Image extends LiveImage>(
  images: readonly Image[],
  names: readonly string[],
): readonly Image[] {
  const newest = sorted(
    images.filter((image) => !image.os_hidden),
    NEWEST_FIRST,
  );
  if (names.length === 0) return [...new Map(newest.toReversed().map((image) => [releaseOf(image), image])).values()];
  const found = names.map((name) => newest.find((image) => matchesGlob([name], image.name ?? '')));
  return [...new Set(found.filter((image) => image !== undefined))];
}

function releaseOf({ name, properties }: LiveImage): string {
  const { os_distro: distro, os_version: version, architecture } = properties;
  return JSON.stringify(distro === undefined ? [name] : [distro, version ?? null, architecture ?? null]);
}
