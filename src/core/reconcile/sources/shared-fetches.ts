import { isAbort } from '../../failure.ts';
import type { SourceFacts } from '../../source/source-facts.ts';
import type { FetchEvent } from '../model/result.ts';
import type { GrowingFile } from '../../source/url/growing-file.ts';

/**
 * How a source is fetched. `begun`: until its beginning is here, and to its end meanwhile. `whole`: to its end. `careful`: likewise, and
 * a cached file is read to see if it is intact.
 */
export type FetchHow = 'begun' | 'whole' | 'careful';

/** A source on its way to this machine, whose first bytes can be sent already. */
export interface Arrival {
  readonly file: GrowingFile;
  /** All that is known of it in the end. Rejects where the download fails. */
  readonly whole: Promise<SourceFacts>;
  /** Ends the download: nobody needs it any more. */
  stop(): void;
}

/** Whom a fetch tells what it comes to. */
export interface Telling {
  readonly tell: (event: FetchEvent) => void;
  /** Takes what is known of a source of which only the beginning is here. */
  readonly onBegun: (facts: SourceFacts, file: GrowingFile) => void;
}

/** Fetches a source once, for all who want it. */
type Fetch = (signal: AbortSignal, telling: Telling) => Promise<SourceFacts>;

interface Shared {
  /** Settles once the beginning of the source is here, at the latest with `whole`. */
  readonly begun: Promise<SourceFacts>;
  readonly whole: Promise<SourceFacts>;
  readonly listeners: Set<(event: FetchEvent) => void>;
  /** The last event, for listeners that come later. */
  last?: FetchEvent;
}

/** The fetches that are under way: several regions and definitions share one. */
export class SharedFetches {
  readonly #running = new Map<string, Shared>();
  /** By the path that the source will have. */
  readonly #arrivals = new Map<string, Arrival>();

  /** The source that will have this path, while it is on its way, or if it failed on it. */
  arrival(path: string): Arrival | undefined {
    return this.#arrivals.get(path);
  }

  /** Fetches a source, or waits for whoever does so already. Throws what `fetch` throws. */
  async share(
    wanted: {
      /** Equal for equal sources. */
      readonly key: string;
      readonly how: FetchHow;
      readonly signal: AbortSignal | undefined;
      readonly tell: (event: FetchEvent) => void;
    },
    fetch: Fetch,
  ): Promise<SourceFacts> {
    const { key, how, signal, tell } = wanted;
    const running = this.#running.get(key);
    const shared = running ?? this.#begin(key, signal, fetch);
    shared.listeners.add(tell);
    if (shared.last !== undefined) tell(shared.last);
    try {
      return await (how === 'begun' ? shared.begun : shared.whole);
    } catch (error) {
      // Somebody else's cancellation is not ours.
      if (running === undefined || !isAbort(error) || signal?.aborted === true) throw error;
      return await this.share(wanted, fetch);
    }
  }

  #begin(key: string, signal: AbortSignal | undefined, fetch: Fetch): Shared {
    const stop = new AbortController();
    const begun = Promise.withResolvers<SourceFacts>();
    const listeners: Shared['listeners'] = new Set();
    const whole = fetch(signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]), {
      tell: (event) => {
        shared.last = event;
        for (const listener of listeners) listener(event);
      },
      onBegun: (facts, file) => {
        this.#arrive({ file, whole, stop: () => stop.abort() });
        begun.resolve(facts);
      },
    }).finally(() => this.#running.delete(key));
    whole.then(begun.resolve, begun.reject);
    // Whoever is here waits for one of the two.
    begun.promise.catch(() => undefined);
    const shared: Shared = { begun: begun.promise, whole, listeners };
    this.#running.set(key, shared);
    return shared;
  }

  /** One that fails stays known, so that whoever wanted to send it learns why. */
  #arrive(arrival: Arrival): void {
    const { path } = arrival.file.identity;
    this.#arrivals.set(path, arrival);
    arrival.whole.then(
      () => {
        if (this.#arrivals.get(path) === arrival) this.#arrivals.delete(path);
      },
      () => undefined,
    );
  }
}
