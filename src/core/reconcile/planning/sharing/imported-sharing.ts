import type { LiveImage } from '../../../glance/image.ts';
import type { ImageService } from '../../../glance/service.ts';
import { storesOf } from '../../../glance/stores.ts';
import type { Marks } from '../../ownership/marks.ts';

/**
 * The stores and members that an import writes, so that the definition plans to nothing: of an image that remembers what
 * was set, exactly that; of another one its members, while its data is left where it is.
 *
 * @param project id of the scoped project: members are the owner's business
 */
export async function importedSharing(
  images: ImageService,
  image: LiveImage,
  marks: Marks | undefined,
  project: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly stores?: readonly string[]; readonly members?: readonly string[] }> {
  const stores = marks?.owns.includes('stores') === true ? { stores: storesOf(image) } : {};
  const mayHave = marks === undefined || marks.owns.some((owned) => owned.startsWith('members/'));
  if (image.visibility !== 'shared' || image.owner !== project || !mayHave) return stores;
  const members = (await images.members.list(image.id, signal)).map((member) => member.project);
  const ours = marks === undefined ? members : members.filter((member) => marks.owns.includes(`members/${member}`));
  return { ...stores, members: ours };
}
