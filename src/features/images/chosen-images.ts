import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { pickImage, pickPlace } from '../../platform/prompts/pickers.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import { isImageNode } from '../../state/clouds/clouds-tree.ts';

/**
 * The images that a command is about: the selection of the Glance view (VS Code passes the clicked node and all selected ones),
 * or one that the user picks. Empty where the user declined.
 */
export async function chosenImages(
  engines: EngineAccess,
  args: readonly unknown[],
  title: string,
): Promise<readonly ImageAt[]> {
  const [clicked, selected] = args;
  const nodes = (Array.isArray(selected) ? selected : [clicked]).filter(isImageNode);
  if (nodes.length > 0) return nodes.map(({ place, image }) => ({ place, id: image.id, image }));
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
