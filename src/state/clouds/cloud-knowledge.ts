import { dirname } from 'node:path';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import type { Clock } from '../clock.ts';
import { Subject } from '../observable.ts';

/** A place, as a definition names it. */
export interface FactsQuestion {
  readonly cloud: string | undefined;
  readonly region: string | undefined;
  /** The definition's file: the search for `clouds.yaml` starts in its folder. */
  readonly file: string;
}

/** ms for which an answer is fresh: formats, stores and metadefs change with upgrades of a cloud. */
const FRESH = 15 * 60_000;
/** ms before a failed place is asked again: a wrong password must not be sent at every keystroke. */
const FAILED = 5 * 60_000;

interface Kept {
  facts: CloudFacts | undefined;
  /** When it may be asked again. */
  until: number;
  asking: Promise<CloudFacts | undefined> | undefined;
}

/** Facts of clouds for completion, hover and diagnostics. Asks a place once, and only on demand. */
export class CloudKnowledge {
  readonly #ask: (question: FactsQuestion) => Promise<CloudFacts>;
  readonly #tell: (error: unknown) => void;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #changed = new Subject<void>();

  /** Fires after an answer, and when everything was forgotten. */
  readonly onDidChange = this.#changed.observe;

  /** @param tell receives failures, for the log */
  constructor(ask: (question: FactsQuestion) => Promise<CloudFacts>, tell: (error: unknown) => void, clock: Clock) {
    this.#ask = ask;
    this.#tell = tell;
    this.#clock = clock;
  }

  /** The known facts. Asks no cloud. */
  peek(question: FactsQuestion): CloudFacts | undefined {
    return this.#kept.get(keyOf(question))?.facts;
  }

  /** The facts, requested if they are missing or stale; `undefined` if that fails. Never throws. */
  async want(question: FactsQuestion): Promise<CloudFacts | undefined> {
    const key = keyOf(question);
    const kept = this.#kept.get(key) ?? { facts: undefined, until: 0, asking: undefined };
    if (kept.asking !== undefined) return kept.asking;
    if (this.#clock.now() < kept.until) return kept.facts;
    this.#kept.set(key, kept);
    kept.asking = this.#find(key, kept, question);
    // Stale facts are good enough until the answer arrives.
    return kept.facts ?? kept.asking;
  }

  /** Call when settings, files or a login changed: the facts may belong to other places. */
  forget(): void {
    this.#kept.clear();
    this.#changed.next();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#kept.clear();
  }

  async #find(key: string, kept: Kept, question: FactsQuestion): Promise<CloudFacts | undefined> {
    try {
      kept.facts = await this.#ask(question);
      kept.until = this.#clock.now() + FRESH;
      if (this.#kept.get(key) === kept) this.#changed.next();
    } catch (error) {
      kept.until = this.#clock.now() + FAILED;
      this.#tell(error);
    } finally {
      kept.asking = undefined;
    }
    return kept.facts;
  }
}

function keyOf({ cloud, region, file }: FactsQuestion): string {
  return JSON.stringify([cloud ?? null, region ?? null, dirname(file)]);
}
