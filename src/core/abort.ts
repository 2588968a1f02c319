import { Failure } from './failure.ts';

/** The promise's value, or the signal's reason as soon as it fires. */
export async function withAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  // A promise that nobody waits for must not become an unhandled rejection.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Failure('cancelled', 'Cancelled.'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

/** Fires once all of these signals have fired. `undefined` where one of them is absent, so that they never will. */
export function onceAllAborted(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = signals.filter((signal) => signal !== undefined);
  if (present.length < signals.length || present.length === 0) return undefined;
  const all = new AbortController();
  const check = (): void => {
    if (present.every(({ aborted }) => aborted)) all.abort(present[0]?.reason);
  };
  for (const signal of present) signal.addEventListener('abort', check, { once: true });
  check();
  return all.signal;
}
