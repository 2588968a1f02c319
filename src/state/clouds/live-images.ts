import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import { Subject } from '../observable.ts';
import { regionId } from './node-id.ts';

/** An image about which something newer is known. */
export interface ImageChanged {
  readonly place: Place;
  readonly id: string;
}

/**
 * Every image as it was last read by anything in this window: a listing, a plan, an apply, a rollback or an action. Rows, badges,
 * lenses and previews follow it, so that they say the same.
 */
export class LiveImages {
  /** By region, then by id. */
  readonly #regions = new Map<string, Map<string, LiveImage | 'gone'>>();
  readonly #changed = new Subject<ImageChanged>();

  readonly onDidChange = this.#changed.observe;

  /** Takes an image as it was just read, and returns the newest state of it: a page may have been requested before a change. */
  note(place: Place, image: LiveImage): LiveImage {
    const known = this.of(place, image.id);
    if (known !== undefined && known !== 'gone' && known.updated_at > image.updated_at) return known;
    if (known !== image) this.#set(place, image.id, image);
    return image;
  }

  /** Takes that an image was deleted. */
  noteGone(place: Place, id: string): void {
    if (this.of(place, id) !== 'gone') this.#set(place, id, 'gone');
  }

  /** The newest state of an image; `undefined` if nothing has read it. */
  of(place: Place, id: string): LiveImage | 'gone' | undefined {
    return this.#regions.get(regionId(place))?.get(id);
  }

  dispose(): void {
    this.#regions.clear();
    this.#changed.dispose();
  }

  #set(place: Place, id: string, image: LiveImage | 'gone'): void {
    const region = this.#regions.get(regionId(place)) ?? new Map<string, LiveImage | 'gone'>();
    this.#regions.set(regionId(place), region);
    region.set(id, image);
    this.#changed.next({ place, id });
  }
}
