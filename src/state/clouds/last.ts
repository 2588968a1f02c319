/** The last value that was worked out, for as long as the very same things are given. */
export class Last<T> {
  #last: { readonly from: readonly unknown[]; readonly value: T } | undefined;

  /** @param from what `work` goes by, compared by identity */
  of(from: readonly unknown[], work: () => T): T {
    if (this.#last?.from.every((each, index) => each === from[index]) !== true) this.#last = { from, value: work() };
    return this.#last.value;
  }
}
