import type { Place } from '../../core/place.ts';

/** Ids depend only on names, so that expansion and selection survive a refresh. */
export function nodeId(kind: string, ...names: readonly string[]): string {
  return [kind, ...names.map(encodeURIComponent)].join('/');
}

/** The id of a region's node. */
export function regionId(place: Place): string {
  return nodeId('region', place.cloud, place.region);
}

/** The id of an image's node, in a group or not. */
export function imageNodeId(place: Place, id: string, group?: string): string {
  const { cloud, region } = place;
  return group === undefined ? nodeId('image', cloud, region, id) : nodeId('image', cloud, region, group, id);
}

/** The id of a group's node. */
export function groupNodeId(place: Place, facet: string, value: string): string {
  return nodeId('group', place.cloud, place.region, facet, value);
}
