import type { LiveImage } from '../../core/glance/image.ts';
import { comparing, type ImageOrder } from '../../core/glance/image-order.ts';

/** Starts a listing of one region, page by page. */
export type OpenListing = (signal: AbortSignal) => AsyncIterator<readonly LiveImage[]>;

/**
 * The images of one region, page by page. The next page is fetched ahead, so that "Load more" answers at once and
 * is offered only if there is more. At most one page is requested at a time.
 */
export class RegionImages {
  readonly #iterator: AsyncIterator<readonly LiveImage[]>;
  /** Images per page. */
  readonly pageSize: number;
  readonly #newest: (image: LiveImage) => LiveImage;
  readonly #onEnd: () => void;
  readonly #compare: (one: LiveImage, other: LiveImage) => number;
  readonly #abort = new AbortController();
  readonly #images = new Map<string, LiveImage>();
  /** The list of them, until one changes. */
  #list: readonly LiveImage[] | undefined;
  /** How many images have a name. */
  readonly #names = new Map<string | null, number>();
  readonly #deleted = new Set<string>();
  #ahead: Promise<readonly LiveImage[] | undefined> | undefined;
  #loading: Promise<void> | undefined;
  #hasMore = true;

  /**
   * `pageSize` is the size that the listing requests. `onEnd` is called if a shown page turns out to be the last.
   * `newest` returns the newest known state of a listed image. `orders` is the order of the listing.
   */
  constructor(
    open: OpenListing,
    pageSize: number,
    onEnd: () => void = () => undefined,
    newest: (image: LiveImage) => LiveImage = (image) => image,
    orders: readonly ImageOrder[] = [{ key: 'name', descending: false }],
  ) {
    // Glance too sorts by id at last.
    this.#compare = comparing([...orders, { key: 'id', descending: false }]);
    this.#newest = newest;
    this.#iterator = open(this.#abort.signal);
    this.pageSize = pageSize;
    this.#onEnd = onEnd;
  }

  /** In the listing's order. The same list as long as nothing has changed. */
  get images(): readonly LiveImage[] {
    return (this.#list ??= [...this.#images.values()]);
  }

  /** How many images are loaded. */
  get size(): number {
    return this.#images.size;
  }

  get(id: string): LiveImage | undefined {
    return this.#images.get(id);
  }

  /** Whether another image has the same name. */
  hasNamesake({ name }: LiveImage): boolean {
    return (this.#names.get(name) ?? 0) > 1;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Whether the listing is complete. */
  get isDisposed(): boolean {
    return this.#abort.signal.aborted;
  }

  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  /** Adds the next page. Throws what the listing throws, which ends it. */
  async loadNext(): Promise<void> {
    this.#loading ??= this.#addPage().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** Adds or updates an image where the order of the listing has it. */
  put(image: LiveImage): void {
    this.#deleted.delete(image.id);
    const known = this.#images.get(image.id);
    if (known !== undefined && this.#compare(known, image) === 0) {
      this.#set(image);
      return;
    }
    this.#delete(image.id);
    this.#count(image.name, 1);
    const rest = [...this.#images.values()];
    const at = rest.findIndex((other) => this.#compare(image, other) < 0);
    rest.splice(at < 0 ? rest.length : at, 0, image);
    this.#images.clear();
    for (const each of rest) this.#images.set(each.id, each);
  }

  /** Removes a deleted image. A page in flight does not bring it back. */
  remove(id: string): void {
    this.#delete(id);
    this.#deleted.add(id);
  }

  /** Cancels the current request. */
  dispose(): void {
    this.#abort.abort();
    this.#hasMore = false;
  }

  /** Adds pages until one page's worth of images came: a listing may end with short ones. */
  async #addPage(): Promise<void> {
    for (let added = 0; ;) {
      const page = await (this.#ahead ?? this.#fetch());
      this.#ahead = undefined;
      for (const image of page ?? []) if (!this.#deleted.has(image.id)) this.#set(this.#newest(image));
      this.#hasMore = page !== undefined;
      if (page === undefined || this.#abort.signal.aborted) return;
      added += page.length;
      this.#ahead = this.#fetch();
      // The error is thrown by the call that asks for that page.
      const next = this.#ahead.then((images) => (images === undefined ? 'end' : 'page')).catch(() => 'error');
      if (added >= this.pageSize) {
        void next.then((what) => this.#end(what === 'end'));
        return;
      }
      if ((await next) === 'error') return;
    }
  }

  #set(image: LiveImage): void {
    this.#count(this.#images.get(image.id)?.name, -1);
    this.#count(image.name, 1);
    this.#images.set(image.id, image);
    this.#list = undefined;
  }

  #delete(id: string): void {
    this.#count(this.#images.get(id)?.name, -1);
    this.#images.delete(id);
    this.#list = undefined;
  }

  #count(name: string | null | undefined, change: number): void {
    if (name !== undefined) this.#names.set(name, (this.#names.get(name) ?? 0) + change);
  }

  #end(over: boolean): void {
    if (!over || !this.#hasMore) return;
    this.#hasMore = false;
    if (!this.#abort.signal.aborted) this.#onEnd();
  }

  async #fetch(): Promise<readonly LiveImage[] | undefined> {
    for (;;) {
      const next = await this.#iterator.next();
      if (next.done === true) return undefined;
      // Skip empty pages.
      if (next.value.length > 0) return next.value;
    }
  }
}
