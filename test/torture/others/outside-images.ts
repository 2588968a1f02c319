import { belonging, isStaged } from '../checks/marks.ts';
import type { Random } from '../../host/random.ts';
import type { Slot } from '../slot.ts';
import type { Image, Witness } from '../checks/witness.ts';

/** Does to the images of a definition what other members of the project do. Returns it in words, `undefined` where nothing came of it. */
export async function disturbImages(
  slot: Slot,
  region: string,
  witness: Witness,
  random: Random,
): Promise<string | undefined> {
  const images = (await witness.images(region)).filter((image) => belonging(image)?.key === slot.key);
  if (images.length === 0) return undefined;
  const staged = images.filter(isStaged);
  const image = staged.length > 0 && random.chance(0.5) ? random.pick(staged) : random.pick(images);
  const status = await disturb(slot, region, image, witness, random);
  const state = `${image.status}${isStaged(image) ? ', staged' : ''}${image.os_hidden ? ', hidden' : ''}`;
  return status === undefined ? undefined : `${status} of ${image.id} (${state}) in ${region}`;
}

async function disturb(
  slot: Slot,
  region: string,
  image: Image,
  witness: Witness,
  random: Random,
): Promise<string | undefined> {
  const patch = async (what: string, ...operations: object[]): Promise<string> =>
    `${what}, answered ${String(await witness.patch(region, image.id, operations))}`;
  switch (random.pick(['property', 'tags', 'protected', 'hidden', 'upload', 'upload', 'deactivate', 'delete'])) {
    case 'property':
      return patch('property', { op: 'add', path: '/x_outside', value: String(random.int(1, 99)) });
    case 'tags':
      return patch('tags', { op: 'replace', path: '/tags', value: [...image.tags, 'outside'] });
    case 'protected':
      return patch('protected', { op: 'replace', path: '/protected', value: !image.protected });
    case 'hidden':
      slot.robbed.add(region);
      return patch('hidden', { op: 'replace', path: '/os_hidden', value: !image.os_hidden });
    case 'upload':
      // Anybody of the project can fill an image that has no data yet.
      if (image.status !== 'queued') return undefined;
      return `upload, answered ${String(await witness.upload(region, image.id, random.bytes(random.int(1, 9000))))}`;
    case 'deactivate':
      slot.robbed.add(region);
      return `deactivate, answered ${String(await witness.act(region, image.id, 'deactivate'))}`;
    default:
      slot.robbed.add(region);
      slot.kept.delete(`${region}/${image.id}`);
      return `delete, answered ${String(await witness.delete(region, image.id))}`;
  }
}

/** Deletes every image that a definition had, protected or not. */
export async function clearImages(slot: Slot, regions: readonly string[], witness: Witness): Promise<void> {
  for (const region of regions) {
    const images = (await witness.images(region)).filter(
      (image) =>
        belonging(image)?.key === slot.key || image.name === slot.name || image.id === slot.definition.image_id,
    );
    for (const { id, protected: guarded } of images) {
      if (guarded) await witness.patch(region, id, [{ op: 'replace', path: '/protected', value: false }]);
      await witness.delete(region, id);
    }
  }
}
