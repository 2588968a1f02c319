import { subject } from '../core/reconcile/words/describe.ts';
import { describeLost, PHASE_WORDS } from '../core/reconcile/model/phases.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import { showProgress, type Progress } from './progress.ts';
import { harmless, type Terminal } from './terminal.ts';
import type { ApplyEvent } from '../core/reconcile/model/result.ts';

/** Shows an apply while it runs. */
export interface ApplyProgress {
  tell(event: ApplyEvent): void;
  stop(): void;
}

/** Begins to show the progress of these plans. */
export async function showApplyProgress(plans: readonly Plan[], terminal: Terminal): Promise<ApplyProgress> {
  const names = new Map(plans.map((plan) => [plan.id, harmless(subject(plan))]));
  const progress = await showProgress(names, terminal);
  return {
    tell: (event) => {
      tell(event, names.get(event.plan) ?? '', progress, terminal);
    },
    stop: () => {
      progress.stop();
    },
  };
}

function tell(event: ApplyEvent, name: string, progress: Progress, terminal: Terminal): void {
  switch (event.type) {
    case 'phase':
      progress.enter(event.plan, PHASE_WORDS[event.phase].activity);
      break;
    case 'progress':
      progress.move(event.plan, event.sent, event.total);
      break;
    case 'fetching':
      if (event.total !== undefined) progress.move(event.plan, event.done, event.total);
      break;
    case 'importing':
      progress.wait(event.plan, taskInWords(event), event.elapsed);
      break;
    case 'copies':
      for (const { store, state } of event.copies) progress.note(event.plan, `store ${harmless(store)}: ${state}`);
      break;
    case 'replanned':
      // The result says why it is blocked.
      if (event.next.action === 'blocked') break;
      terminal.problem(
        `${name}: the live image or its source has changed since the plan was made; the new plan is ${event.next.action}.`,
        'yellow',
      );
      break;
    case 'lost':
      progress.note(event.plan, describeLost(event.status));
      break;
    case 'digests':
    case 'result':
      break;
  }
}

/** Status and message of Glance's task; may be empty. */
function taskInWords({ task }: Extract<ApplyEvent, { type: 'importing' }>): string {
  if (task === undefined || task.status === '') return '';
  return harmless(`its task is ${task.status}${task.message === '' ? '' : `: ${task.message}`}`);
}
