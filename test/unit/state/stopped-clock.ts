import type { Clock } from '../../../src/state/clock.ts';
import type { Subscription } from '../../../src/state/observable.ts';

/** A clock that stands still until it is told to go on. */
export class StoppedClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #calls: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): Subscription {
    const call = { at: this.#now + milliseconds, callback };
    this.#calls.push(call);
    return { dispose: () => void (this.#calls = this.#calls.filter((each) => each !== call)) };
  }

  /** Lets so many milliseconds pass, and everything happen that is due in them. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#calls.filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#calls = this.#calls.filter((each) => each !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  /** How many calls are still to come. */
  get pending(): number {
    return this.#calls.length;
  }
}
