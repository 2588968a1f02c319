import * as vscode from 'vscode';
import { describePlace } from '../../core/place.ts';
import { PHASE_WORDS } from '../../core/reconcile/words/phases.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { ApplyEvent, StoreCopy } from '../../core/reconcile/model/result.ts';

/** Sums the events of an apply up for a progress notification: one line, one bar over all bytes. */
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
    else if (event.type === 'copies') this.#report(`${describePlace(plan.place)}: ${copiesInWords(event.copies)}`);
  }

  #addProgress(plan: Plan, sent: number): void {
    this.#sent.set(plan.id, sent);
    const all = [...this.#sent.values()].reduce((sum, each) => sum + each, 0);
    const percent = this.#total === 0 ? 0 : Math.min(100, Math.floor((all / this.#total) * 100));
    // Hundreds of events a second must not become hundreds of messages.
    if (percent === this.#shown) return;
    this.#shown = percent;
    this.#report(vscode.l10n.t('uploading, {0}%', percent), percent);
  }
}

function importInWords({ task, elapsed }: Extract<ApplyEvent, { type: 'importing' }>): string {
  const { t } = vscode.l10n;
  const seconds = Math.round(elapsed / 1000);
  if (task === undefined || task.status === '') return t('Glance fetches the source, {0} s', seconds);
  return t('Glance fetches the source ({0}), {1} s', task.status, seconds);
}

function copiesInWords(copies: readonly StoreCopy[]): string {
  const { t } = vscode.l10n;
  const words = copies.map(({ store, state }) => {
    if (state === 'copying') return t('copying to {0}', store);
    return state === 'done' ? t('copied to {0}', store) : t('not copied to {0}', store);
  });
  return words.join(', ');
}
