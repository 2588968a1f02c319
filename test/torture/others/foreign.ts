import { isDeepStrictEqual } from 'node:util';
import type { History } from '../history.ts';
import type { Random } from '../../host/random.ts';
import type { Slot } from '../slot.ts';
import type { Image, Witness } from '../checks/witness.ts';

/** Images of other people with names alike, in the same project and in another one, which nobody may touch. */
export class Foreign {
  readonly #images: { readonly region: string; readonly witness: Witness; image: Image }[] = [];

  /** Makes some beside a definition's. */
  async plant(slot: Slot, region: string, mine: Witness, other: Witness, random: Random): Promise<void> {
    const bytes = random.bytes(random.int(1, 5000));
    const body = { container_format: 'bare', disk_format: 'raw' };
    const { name } = slot;
    await this.#make(
      region,
      mine,
      { ...body, name: random.pick([`${name} `, name.toUpperCase(), `${name}0`]), tags: ['theirs'] },
      bytes,
    );
    // As Nova makes it: it carries every property of the image that the server was booted from.
    const copied = {
      'glance_images.self': random.uuid(),
      'glance_images.key': slot.key,
      'glance_images.owns': '["name"]',
    };
    await this.#make(region, mine, { ...body, name: `${name} snapshot`, image_type: 'snapshot', ...copied }, bytes);
    await this.#make(region, other, { ...body, name, visibility: 'community' }, bytes);
  }

  /** Says what is not as it was. */
  async check(history: History): Promise<void> {
    for (const each of this.#images) {
      const now = await each.witness.find(each.region, each.image.id);
      if (isDeepStrictEqual(now, each.image)) continue;
      const evidence = `before\n${JSON.stringify(each.image, undefined, 1)}\nnow\n${JSON.stringify(now, undefined, 1)}`;
      const text = `the image ${each.image.id} "${each.image.name}" in ${each.region} belongs to nobody here and ${now === undefined ? 'is gone' : 'was changed'}`;
      await history.violation({ kind: 'foreign image touched', text, evidence });
      if (now !== undefined) each.image = now;
      else this.#images.splice(this.#images.indexOf(each), 1);
    }
  }

  async clear(): Promise<void> {
    for (const { region, witness, image } of this.#images.splice(0)) await witness.delete(region, image.id);
  }

  async #make(region: string, witness: Witness, body: object, bytes: Buffer): Promise<void> {
    const { id } = await witness.create(region, body, bytes);
    const image = await witness.find(region, id);
    if (image !== undefined) this.#images.push({ region, witness, image });
  }
}
