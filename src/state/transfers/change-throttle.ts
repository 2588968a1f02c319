import type { Clock } from '../clock.ts';
import type { Subscription } from '../observable.ts';

interface Waiting {
  readonly timer: Subscription;
  /** Whether something changed since the last call. */
  changed: boolean;
}

/**
 * Passes changes on at most once per interval for each key: the first at once, later ones together when the interval has
 * passed. The last change is never lost.
 */
export class ChangeThrottle implements Subscription {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #pass: (key: string) => void;
  readonly #waiting = new Map<string, Waiting>();

  /** `interval` in milliseconds. */
  constructor(clock: Clock, interval: number, pass: (key: string) => void) {
    this.#clock = clock;
    this.#interval = interval;
    this.#pass = pass;
  }

  changed(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#passNow(key);
    else waiting.changed = true;
  }

  /** Drops the pending change of a key. */
  forget(key: string): void {
    this.#waiting.get(key)?.timer.dispose();
    this.#waiting.delete(key);
  }

  dispose(): void {
    for (const key of [...this.#waiting.keys()]) this.forget(key);
  }

  #passNow(key: string): void {
    const timer = this.#clock.after(this.#interval, () => {
      const changed = this.#waiting.get(key)?.changed === true;
      this.#waiting.delete(key);
      if (changed) this.#passNow(key);
    });
    this.#waiting.set(key, { timer, changed: false });
    this.#pass(key);
  }
}
