import { describePlace } from '../../core/place.ts';
import { describeLost, PHASE_WORDS } from '../../core/reconcile/model/phases.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { ApplyEvent, StoreCopy } from '../../core/reconcile/model/result.ts';

/** Sums up the events of an apply for a progress notification: one line, and one bar over all bytes. */
export class ApplyProgress {
  readonly #plans: ReadonlyMap<string, Plan>;
  readonly #report: (message: string, percent?: number) => void;
  readonly #sent = new Map<string, number>();
  readonly #total: number;
  #shown = -1;

  constructor(plans: readonly Plan[], report: (message: string, percent?: number) => void) {
    this.#plans = new Map(plans.map((plan) => [plan.id, plan]));
    this.#report = report;
    this.#total = plans.reduce((sum, plan) => sum + plan.bytesToSend, 0);
  }

  record(event: ApplyEvent): void {
    const plan = this.#plans.get(event.plan);
    if (plan === undefined) return;
    if (event.type === 'phase') this.#report(`${describePlace(plan.place)}: ${PHASE_WORDS[event.phase].activity}`);
    else if (event.type === 'progress') this.#addProgress(plan, event.sent);
    else if (event.type === 'importing') this.#report(`${describePlace(plan.place)}: ${importInWords(event)}`);
    else if (event.type === 'lost') this.#report(`${describePlace(plan.place)}: ${describeLost(event.status)}`);
    else if (event.type === 'copies') this.#report(`${describePlace(plan.place)}: ${copiesInWords(event.copies)}`);
  }

  #addProgress(plan: Plan, sent: number): void {
    this.#sent.set(plan.id, sent);
    const all = [...this.#sent.values()].reduce((sum, each) => sum + each, 0);
    const percent = this.#total === 0 ? 0 : Math.min(100, Math.floor((all / this.#total) * 100));
    // Hundreds of events a second would be hundreds of messages.
    if (percent === this.#shown) return;
    this.#shown = percent;
    this.#report(`uploading, ${percent}%`, percent);
  }
}

function importInWords({ task, elapsed }: Extract<ApplyEvent, { type: 'importing' }>): string {
  const seconds = Math.round(elapsed / 1000);
  if (task === undefined || task.status === '') return `Glance fetches the source, ${seconds} s`;
  return `Glance fetches the source (${task.status}), ${seconds} s`;
}

function copiesInWords(copies: readonly StoreCopy[]): string {
  const words = copies.map(({ store, state }) => {
    if (state === 'copying') return `copying to ${store}`;
    return state === 'done' ? `copied to ${store}` : `not copied to ${store}`;
  });
  return words.join(', ');
}
