import type { EngineAnswers } from '../core/engine.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import type { Answers } from './client.ts';
import type { Answer } from './protocol.ts';

const PASS: Answer = { kind: 'pass' };

/**
 * Answers the questions of a run as an engine in this process would ask them. Where one would ask nobody, another client
 * may answer.
 */
export function answersOf(
  { askLogin, secret, confirmSecure, confirmSecret }: EngineAnswers,
  confirmAgain: ((plans: readonly Plan[]) => Promise<boolean>) | undefined,
): Answers {
  return async (about, plans) => {
    switch (about.kind) {
      case 'login': {
        const answer = await askLogin?.(about.login);
        if (typeof answer === 'object') return { ...answered(answer.text), accepted: answer.accepted };
        return askLogin === undefined ? PASS : answered(answer);
      }
      case 'secret':
        return secret === undefined ? PASS : answered(await secret(about.name, about.origin));
      case 'secure':
        return confirmSecure === undefined ? PASS : answered(await confirmSecure(about.cloud, about.consent));
      case 'variable':
        return confirmSecret === undefined ? PASS : answered(await confirmSecret(about.variable, about.origin));
      case 'plans':
        return confirmAgain === undefined ? PASS : answered(await confirmAgain(plans));
    }
  };
}

function answered(value: string | boolean | undefined): Answer {
  return { kind: 'answer', value: value ?? null };
}
