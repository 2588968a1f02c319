import type { Plan } from '../../core/reconcile/model/plan.ts';
import { askModal } from '../../platform/prompts/questions.ts';
import { changedPlansQuestion, consentQuestion } from './consent-question.ts';

/** Asks for consent in a modal. Returns true without asking if no plan needs it. */
export async function confirmed(plans: readonly Plan[]): Promise<boolean> {
  const question = consentQuestion(plans);
  return question === undefined || askModal(question);
}

/** Asks again because plans changed and now do more than was agreed to. */
export async function confirmedAgain(plans: readonly Plan[]): Promise<boolean> {
  return askModal(changedPlansQuestion(plans));
}
