import type { LiveImage } from '../../core/glance/image.ts';

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
  readonly #abort = new AbortController();
  readonly #images = new Map<string, LiveImage>();
  readonly #deleted = new Set<string>();
  #ahead: Promise<readonly LiveImage[] | undefined> | undefined;
  #loading: Promise<void> | undefined;
  #hasMore = true;

  /**
   * `pageSize` is the size that the listing requests. `onEnd` is called if a shown page turns out to be the last.
   * `newest` returns the newest known state of a listed image.
   */
  constructor(
    open: OpenListing,
    pageSize: number,
    onEnd: () => void = () => undefined,
    newest: (image: LiveImage) => LiveImage = (image) => image,
  ) {
    this.#newest = newest;
    this.#iterator = open(this.#abort.signal);
    this.pageSize = pageSize;
    this.#onEnd = onEnd;
  }

  /** In the listing's order. */
  get images(): readonly LiveImage[] {
    return [...this.#images.values()];
  }

  /** How many images are loaded. */
  get size(): number {
    return this.#images.size;
  }

  get(id: string): LiveImage | undefined {
    return this.#images.get(id);
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

  /** Adds or updates an image, sorted by name. */
  put(image: LiveImage): void {
    this.#deleted.delete(image.id);
    const known = this.#images.get(image.id);
    if (known?.name === image.name) {
      this.#images.set(image.id, image);
      return;
    }
    this.#images.delete(image.id);
    const rest = [...this.#images.values()];
    const at = rest.findIndex((other) => byName(image, other) < 0);
    rest.splice(at < 0 ? rest.length : at, 0, image);
    this.#images.clear();
    for (const each of rest) this.#images.set(each.id, each);
  }

  /** Removes a deleted image. A page in flight does not bring it back. */
  remove(id: string): void {
    this.#images.delete(id);
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
      for (const image of page ?? []) if (!this.#deleted.has(image.id)) this.#images.set(image.id, this.#newest(image));
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

/** As Glance sorts: by name, then by id. */
function byName(one: LiveImage, other: LiveImage): number {
  const [a, b] = [one.name ?? '', other.name ?? ''];
  return a < b ? -1 : a > b ? 1 : one.id < other.id ? -1 : 1;
}
