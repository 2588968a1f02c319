import type { History } from '../history.ts';
import { belonging, isStaged, ofKey } from './marks.ts';
import type { Slot } from '../slot.ts';
import type { Image, Witness } from './witness.ts';

/** Looks at what is in the cloud with eyes of its own. */
export class Checks {
  readonly #witness: Witness;
  readonly #history: History;
  readonly #regions: readonly string[];

  constructor(witness: Witness, history: History, regions: readonly string[]) {
    this.#witness = witness;
    this.#history = history;
    this.#regions = regions;
  }

  /** What has to hold whenever nobody is at work, however the last ones ended. */
  async whatever(slots: readonly Slot[]): Promise<void> {
    for (const region of this.#regions) {
      const images = await this.#witness.images(region);
      for (const slot of slots) {
        await this.#verified(slot, region, images);
        await this.#oneLive(slot, region, images);
        await this.#nothingLost(slot, region, images);
      }
    }
  }

  /** What has to hold after a calm apply. Remembers what serves now. */
  async calm(slots: readonly Slot[]): Promise<void> {
    await this.whatever(slots);
    for (const region of this.#regions) {
      const images = await this.#witness.images(region);
      for (const slot of slots) {
        await this.#serves(slot, region, images);
        this.#remember(slot, region, images);
      }
    }
    for (const slot of slots) {
      slot.rolledBack = false;
      slot.onReplace.clear();
      slot.onReplace.add(slot.whenReplaced);
    }
  }

  async #verified(slot: Slot, region: string, images: readonly Image[]): Promise<void> {
    for (const image of images) {
      if (belonging(image)?.key !== slot.key || image.status !== 'active' || isStaged(image)) continue;
      if (slot.accepted.has(image.os_hash_value ?? '')) continue;
      const text = `the image ${image.id} of ${slot.file} in ${region} is in sight with bytes that no source ever had`;
      await this.#say('unverified bytes in sight', text, image);
    }
  }

  async #oneLive(slot: Slot, region: string, images: readonly Image[]): Promise<void> {
    const all = ofKey(images, slot.key).filter((image) => !isStaged(image));
    const leaving = new Set(all.map((image) => belonging(image)?.replaces));
    const live = all.filter(({ id }) => !leaving.has(id));
    if (live.length > 1)
      await this.#say('more than one live image', `${slot.file} has ${String(live.length)} in ${region}`, live);
  }

  /** What served is there, or what took its place is. */
  async #nothingLost(slot: Slot, region: string, images: readonly Image[]): Promise<void> {
    const served = slot.served.get(region);
    if (served !== undefined && !slot.robbed.has(region)) {
      const serving = images.filter((image) => this.#isServing(slot, image));
      const there = images.find(({ id }) => id === served.id);
      if (serving.length === 0)
        await this.#lost(slot, region, served.id, `nothing serves any more; ${served.id} did`, images);
      else if (there === undefined && !slot.onReplace.has('delete'))
        await this.#lost(slot, region, served.id, `${served.id} served and is gone, though nothing said so`, images);
    }
    for (const [place, kept] of slot.kept) {
      if (kept.region !== region) continue;
      const id = place.slice(region.length + 1);
      const image = images.find((each) => each.id === id);
      if (image?.os_hash_value === kept.sha512) continue;
      slot.kept.delete(place);
      if (slot.rolledBack && (slot.onReplace.has('delete') || slot.robbed.has(region))) continue;
      const text = `the replaced image ${id} of ${slot.file} in ${region}, which was to stay, ${image === undefined ? 'is gone' : 'holds other bytes'}`;
      await this.#say('predecessor lost', text, image ?? null);
    }
  }

  async #lost(slot: Slot, region: string, id: string, text: string, images: readonly Image[]): Promise<void> {
    slot.served.delete(region);
    const related = images.filter((image) => image.id === id || belonging(image)?.key === slot.key);
    await this.#say('served and lost', `${slot.file} in ${region}: ${text}`, related);
  }

  async #serves(slot: Slot, region: string, images: readonly Image[]): Promise<void> {
    if (!slot.regions.includes(region) || slot.emptied) return;
    const live = ofKey(images, slot.key).filter((image) => !isStaged(image));
    if (live.length === 1 && live[0]?.status === 'active' && live[0].os_hash_value === slot.content.sha512) return;
    const text = `${slot.file} in ${region} was applied, and what it means is not one active image with the bytes of its source`;
    await this.#say('applied and not served', text, ofKey(images, slot.key));
  }

  #remember(slot: Slot, region: string, images: readonly Image[]): void {
    slot.robbed.delete(region);
    const serving = images.find((image) => this.#isServing(slot, image));
    if (serving === undefined) slot.served.delete(region);
    else slot.served.set(region, { id: serving.id });
    for (const [place, kept] of slot.kept) if (kept.region === region) slot.kept.delete(place);
    for (const image of images) {
      const marks = belonging(image);
      if (marks?.key !== slot.key || marks.replacedBy === undefined) continue;
      if (image.status === 'active' || image.status === 'deactivated')
        slot.kept.set(`${region}/${image.id}`, { region, sha512: image.os_hash_value ?? '' });
    }
  }

  #isServing(slot: Slot, image: Image): boolean {
    const marks = belonging(image);
    return (
      marks?.key === slot.key &&
      marks.replacedBy === undefined &&
      image.status === 'active' &&
      !isStaged(image) &&
      slot.accepted.has(image.os_hash_value ?? '')
    );
  }

  async #say(kind: string, text: string, evidence: unknown): Promise<void> {
    await this.#history.violation({ kind, text, evidence: JSON.stringify(evidence, undefined, 1) });
  }
}
