import type { Subscription } from './observable.ts';

/** The clock of a store, which tests replace. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after so many milliseconds, unless disposed of first. */
  after(milliseconds: number, callback: () => void): Subscription;
}

/** The machine's clock. A pending call keeps no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return { dispose: () => clearTimeout(timer) };
  },
};
