import type { EngineAccess } from '../engine/engine-access.ts';
import { pickImage, pickPlace, type ImageAt } from './pickers.ts';
import { SELECTED, type ViewSelection } from '../../state/clouds/view-selection.ts';
import { isImageNode } from '../../state/clouds/clouds-tree.ts';

/** Where images are chosen. */
export interface ChosenFrom {
  readonly engines: EngineAccess;
  readonly selection: ViewSelection;
}

/**
 * The images that a command is about: the selection of the Glance view (VS Code passes the clicked node and all selected ones, but
 * nothing for a key), or one that the user picks. Empty where the user declined, or pressed a key with no image selected.
 */
export async function chosenImages(
  { engines, selection }: ChosenFrom,
  args: readonly unknown[],
  title: string,
): Promise<readonly ImageAt[]> {
  const [clicked, selected] = args;
  const byKey = clicked === SELECTED;
  const given: readonly unknown[] = byKey ? selection.nodes : Array.isArray(selected) ? selected : [clicked];
  const nodes = given.filter(isImageNode);
  if (nodes.length > 0 || byKey) return nodes.map(({ place, image }) => ({ place, id: image.id, image }));
  const place = await pickPlace(engines);
  if (place === undefined) return [];
  const picked = await pickImage(engines, place, title);
  return picked === undefined ? [] : [picked];
}

/** `"Ubuntu" in devcloud/RegionOne`. */
export function namedAt({ place, id, image }: ImageAt): string {
  const where = place.region === '' ? place.cloud : `${place.cloud}/${place.region}`;
  return `"${image?.name ?? id}" in ${where}`;
}
