import { dirname } from 'node:path';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import type { Clock } from '../clock.ts';
import { Subject } from '../observable.ts';

/** Which place is meant, in the words of a definition. */
export interface FactsQuestion {
  readonly cloud: string | undefined;
  readonly region: string | undefined;
  /** Of the definition: `clouds.yaml` is looked for from its folder up. */
  readonly file: string;
}

/** ms for which an answer counts as new: formats, stores and metadefs change with upgrades of a cloud. */
const FRESH = 15 * 60_000;
/** ms for which a place that failed is left alone: a wrong password must not be sent with every word that is typed. */
const FAILED = 5 * 60_000;

interface Kept {
  facts: CloudFacts | undefined;
  /** When it is asked again, if somebody wants it. */
  until: number;
  asking: Promise<CloudFacts | undefined> | undefined;
}

/** What clouds said of themselves, for completion, hover and diagnostics. Asks only what somebody wants, and each place once. */
export class CloudKnowledge {
  readonly #ask: (question: FactsQuestion) => Promise<CloudFacts>;
  readonly #tell: (error: unknown) => void;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #changed = new Subject<void>();

  /** After a place answered, or everything was forgotten. */
  readonly onDidChange = this.#changed.observe;

  /** @param tell what becomes of failures: they are in nobody's way, but in the log */
  constructor(ask: (question: FactsQuestion) => Promise<CloudFacts>, tell: (error: unknown) => void, clock: Clock) {
    this.#ask = ask;
    this.#tell = tell;
    this.#clock = clock;
  }

  /** What is known already. Asks nobody. */
  peek(question: FactsQuestion): CloudFacts | undefined {
    return this.#kept.get(keyOf(question))?.facts;
  }

  /** What is known, asked for where it is not or no longer; `undefined` where that fails. Never throws. */
  async want(question: FactsQuestion): Promise<CloudFacts | undefined> {
    const key = keyOf(question);
    const kept = this.#kept.get(key) ?? { facts: undefined, until: 0, asking: undefined };
    if (kept.asking !== undefined) return kept.asking;
    if (this.#clock.now() < kept.until) return kept.facts;
    this.#kept.set(key, kept);
    kept.asking = this.#find(key, kept, question);
    // What was true some minutes ago is good enough meanwhile.
    return kept.facts ?? kept.asking;
  }

  /** Settings, files or a login changed: what was said may be of other places. */
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
