/** ms for which a look counts where the bytes are fetched next: the download tells what is there now. */
const COUNTS_FOR = 60_000;

/** Looks at sources, by their keys: several regions share one, and an apply that follows its plan at once shares that plan's. */
export class SharedLooks<Look> {
  readonly #running = new Map<string, Promise<Look>>();
  readonly #ended = new Map<string, { readonly look: Look; readonly at: number }>();
  readonly #now: () => Date;

  /** @param now the time of day */
  constructor(now: () => Date) {
    this.#now = now;
  }

  /**
   * The result of `look`, which is called unless a look of this key is running. Throws what it throws.
   * @param last whether the last one will do as well, if it is recent
   */
  async share(key: string, last: boolean, look: () => Promise<Look>): Promise<Look> {
    this.#forgetOld();
    const before = last ? this.#ended.get(key) : undefined;
    if (before !== undefined) return before.look;
    const running = this.#running.get(key) ?? look();
    this.#running.set(key, running);
    try {
      const found = await running;
      this.#ended.set(key, { look: found, at: this.#now().getTime() });
      return found;
    } finally {
      this.#running.delete(key);
    }
  }

  #forgetOld(): void {
    const oldest = this.#now().getTime() - COUNTS_FOR;
    for (const [key, { at }] of this.#ended) if (at < oldest) this.#ended.delete(key);
  }
}
