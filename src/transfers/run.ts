import { randomUUID } from 'node:crypto';
import { isAbort, toFailure } from '../core/failure.ts';
import type { ApplyOptions, Engine } from '../core/engine.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import type { ApplyEvent } from '../core/reconcile/model/result.ts';
import type { Log } from '../core/log.ts';
import { Journal } from './journal.ts';
import type { Answer, Ask, Question, RunEvent, Told, Watched } from './protocol.ts';
import { eventToWire, toWire } from './wire.ts';

/** ms between two reports of the bytes of one transfer. */
const PROGRESS_INTERVAL = 200;
/** ms that a question waits for somebody; then it counts as declined. */
const QUESTION_WAIT = 15 * 60_000;

/** Events of which only the last one of a plan counts for a client that comes late. */
const PASSING: ReadonlySet<RunEvent['type']> = new Set([
  'phase',
  'progress',
  'fetching',
  'importing',
  'digests',
  'copies',
  'replanned',
]);

/** A client that watches a run. */
export interface Watcher {
  told(told: Told): void;
  /** Rejects if the client goes. `signal` fires once another client has answered. */
  ask(ask: Ask, signal: AbortSignal): Promise<Answer>;
}

interface OpenQuestion {
  readonly ask: Ask;
  /** Who can't answer it. */
  readonly passed: Set<Watcher>;
  readonly answered: AbortController;
  readonly answer: (value: string | boolean | null) => void;
}

/** One apply of the transfer host. It goes on whoever watches it, and nobody has to. */
export class Run {
  readonly id: string;
  readonly startedAt = Date.now();
  readonly #plans: readonly Plan[];
  readonly #journal: Journal;
  readonly #all = new AbortController();
  readonly #single = new Map<string, AbortController>();
  readonly #watchers = new Set<Watcher>();
  readonly #questions = new Set<OpenQuestion>();
  /** What a client that comes late is told, in order. */
  readonly #kept = new Map<string, RunEvent>();
  /** The last bytes of each plan that nobody was told of yet. */
  readonly #pending = new Map<string, RunEvent>();
  #timer: NodeJS.Timeout | undefined;
  #running = true;

  private constructor(plans: readonly Plan[], id: string, journal: Journal) {
    this.id = id;
    this.#plans = plans;
    this.#journal = journal;
  }

  /** A run that has its journal and has not started. */
  static async begin(plans: readonly Plan[], folder: string, log: Log): Promise<Run> {
    const id = randomUUID();
    return new Run(plans, id, await Journal.begin(folder, id, plans, log));
  }

  get running(): boolean {
    return this.#running;
  }

  /** Carries the plans out. Does not throw. */
  async carryOut(
    createEngine: () => Promise<Engine>,
    { asks, ...consents }: Pick<ApplyOptions, 'adopt' | 'recoverStuck'> & { readonly asks: boolean },
  ): Promise<void> {
    let message: string | undefined;
    let engine: Engine | undefined;
    try {
      engine = await createEngine();
      await engine.apply(this.#plans, {
        ...consents,
        signal: this.#all.signal,
        signalOf: ({ id }) => this.#signalOf(id).signal,
        onEvent: (event) => this.#record(event),
        ...(asks ? { confirmAgain: (plans: readonly Plan[]) => this.#confirm(plans) } : {}),
      });
    } catch (error) {
      message = isAbort(error) ? 'Cancelled.' : toFailure(error).explain();
    }
    this.#running = false;
    this.#flush();
    for (const { answer } of this.#questions) answer(null);
    await this.#journal.end(this.#watchers.size > 0);
    this.#tell(message === undefined ? { type: 'ended' } : { type: 'ended', message });
    await engine?.dispose();
  }

  /** Everything so far. From now on the watcher is told what happens, and asked what is open. */
  watch(watcher: Watcher): Watched {
    this.#flush();
    this.#watchers.add(watcher);
    if (!this.#running) void this.#journal.end(true);
    for (const question of this.#questions) this.#put(question, watcher);
    return { work: toWire(this.#plans), startedAt: this.startedAt, events: [...this.#kept.values()] };
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Cancels all of it, or one plan. */
  cancel(plan: string | undefined): void {
    if (plan === undefined) this.#all.abort();
    else this.#signalOf(plan).abort();
  }

  /** Asks whoever watches, now or later. Null where nobody answers in time, or the run is cancelled. */
  async ask(about: Question, id: string = randomUUID()): Promise<string | boolean | null> {
    const { promise, resolve } = Promise.withResolvers<string | boolean | null>();
    const question = {
      ask: { run: this.id, question: id, about },
      passed: new Set<Watcher>(),
      answered: new AbortController(),
      answer: resolve,
    };
    const declined = (): void => resolve(null);
    const timer = setTimeout(declined, QUESTION_WAIT);
    this.#all.signal.addEventListener('abort', declined, { once: true });
    this.#questions.add(question);
    for (const watcher of this.#watchers) this.#put(question, watcher);
    try {
      return this.#all.signal.aborted ? null : await promise;
    } finally {
      clearTimeout(timer);
      this.#all.signal.removeEventListener('abort', declined);
      this.#questions.delete(question);
      question.answered.abort();
    }
  }

  /** Tells every watcher something that no late one needs. */
  tellNow(event: RunEvent): void {
    for (const watcher of this.#watchers) watcher.told({ run: this.id, events: [event] });
  }

  async #confirm(plans: readonly Plan[]): Promise<boolean> {
    return (await this.ask({ kind: 'plans', plans: toWire(plans).plans })) === true;
  }

  /** Where nobody who watches can answer, nobody will. */
  #put({ ask, passed, answered, answer }: OpenQuestion, watcher: Watcher): void {
    watcher.ask(ask, answered.signal).then(
      (told) => {
        if (told.kind === 'answer') answer(told.value);
        else passed.add(watcher);
        if ([...this.#watchers].every((each) => passed.has(each))) answer(null);
      },
      // Gone: another client may answer.
      () => this.leave(watcher),
    );
  }

  #signalOf(plan: string): AbortController {
    const known = this.#single.get(plan) ?? new AbortController();
    this.#single.set(plan, known);
    return known;
  }

  #record(event: ApplyEvent): void {
    this.#journal.record(event);
    const wire = eventToWire(event);
    if (wire.type === 'progress' || wire.type === 'fetching') {
      this.#pending.set(event.plan, wire);
      this.#timer ??= setTimeout(() => this.#flush(), PROGRESS_INTERVAL);
      return;
    }
    this.#flush();
    this.#tell(wire);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = [...this.#pending.values()];
    this.#pending.clear();
    if (events.length > 0) this.#tell(...events);
  }

  #tell(...events: readonly RunEvent[]): void {
    for (const event of events) this.#keep(event);
    for (const watcher of this.#watchers) watcher.told({ run: this.id, events });
  }

  #keep(event: RunEvent): void {
    const plan = 'plan' in event ? event.plan : '';
    const name = PASSING.has(event.type) ? `${plan} ${event.type}` : randomUUID();
    this.#kept.delete(name);
    this.#kept.set(name, event);
  }
}
