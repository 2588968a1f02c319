import type { Plan } from '../../core/reconcile/model/plan.ts';
import { askModal } from '../../platform/prompts/questions.ts';
import { changedPlansQuestion, consentQuestion } from './consent-question.ts';

/** Asks in a modal that names image and region of each; true without asking where nothing needs it. */
export async function confirmed(plans: readonly Plan[]): Promise<boolean> {
  const question = consentQuestion(plans);
  return question === undefined || askModal(question);
}

/** Asks after a plan had to be made again because its image changed meanwhile, and the new one does more than the one agreed to. */
export async function confirmedAgain(plans: readonly Plan[]): Promise<boolean> {
  return askModal(changedPlansQuestion(plans));
}
