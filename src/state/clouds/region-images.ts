import type { LiveImage } from '../../core/glance/image.ts';

/** Opens a listing of one region; the iterator gives a page at a time. */
export type OpenListing = (signal: AbortSignal) => AsyncIterator<readonly LiveImage[]>;

/**
 * The images of one region, page by page. The page after the one shown is fetched ahead, so that "Load more" answers at once and
 * is offered only where there is more. Only one page is under way at any time, however often it is asked for.
 */
export class RegionImages {
  readonly #iterator: AsyncIterator<readonly LiveImage[]>;
  /** Images a page. */
  readonly pageSize: number;
  readonly #onEnd: () => void;
  readonly #abort = new AbortController();
  readonly #images = new Map<string, LiveImage>();
  readonly #deleted = new Set<string>();
  #ahead: Promise<readonly LiveImage[] | undefined> | undefined;
  #loading: Promise<void> | undefined;
  #hasMore = true;

  /** `pageSize` is what the listing asks for. `onEnd` is called when it turns out, after a page was shown, that nothing follows it. */
  constructor(open: OpenListing, pageSize: number, onEnd: () => void = () => undefined) {
    this.#iterator = open(this.#abort.signal);
    this.pageSize = pageSize;
    this.#onEnd = onEnd;
  }

  /** In the listing's order. */
  get images(): readonly LiveImage[] {
    return [...this.#images.values()];
  }

  /** How many are loaded. */
  get size(): number {
    return this.#images.size;
  }

  get(id: string): LiveImage | undefined {
    return this.#images.get(id);
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Nothing more comes. */
  get isDisposed(): boolean {
    return this.#abort.signal.aborted;
  }

  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  /** Adds the next page. Throws what the listing throws; after that this listing is over. */
  async loadNext(): Promise<void> {
    this.#loading ??= this.#addPage().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** Shows an image as it was just read, at its place by name. */
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

  /** Takes a deleted image out; a page that is on its way does not bring it back. */
  remove(id: string): void {
    this.#images.delete(id);
    this.#deleted.add(id);
  }

  /** Stops whatever is under way. */
  dispose(): void {
    this.#abort.abort();
    this.#hasMore = false;
  }

  async #addPage(): Promise<void> {
    const page = await (this.#ahead ?? this.#fetch());
    this.#ahead = undefined;
    for (const image of page ?? []) if (!this.#deleted.has(image.id)) this.#images.set(image.id, image);
    this.#hasMore = page !== undefined;
    if (page === undefined || this.#abort.signal.aborted) return;
    this.#ahead = this.#fetch();
    // An error belongs to the call that asks for that page.
    const ended = this.#ahead.then((next) => next === undefined).catch(() => false);
    // A short page is most likely the last: better to know than to offer more that is not there.
    if (page.length < this.pageSize) this.#hasMore = !(await ended);
    else void ended.then((over) => this.#end(over));
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
      // An empty page is no answer to "more".
      if (next.value.length > 0) return next.value;
    }
  }
}

/** As Glance sorts: by name, then by id. */
function byName(one: LiveImage, other: LiveImage): number {
  const [a, b] = [one.name ?? '', other.name ?? ''];
  return a < b ? -1 : a > b ? 1 : one.id < other.id ? -1 : 1;
}
