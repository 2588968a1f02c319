import { isAbort, toFailure, type Failure } from '../../failure.ts';
import { describeLeft, type Left } from '../model/left.ts';
import type { Plan } from '../model/plan.ts';
import { NOTHING_VERIFIED } from './transfer/verify.ts';
import type { ApplyError, ApplyResult, ApplyStatus } from '../model/result.ts';

/** A result, filled in with what the plan knows. */
export function resultOf(
  plan: Plan,
  status: ApplyStatus,
  known: Partial<Omit<ApplyResult, 'plan' | 'status'>> = {},
): ApplyResult {
  return {
    plan,
    status,
    ...(plan.imageId === undefined ? {} : { imageId: plan.imageId }),
    verified: NOTHING_VERIFIED,
    digests: [],
    bytesSent: 0,
    ...known,
  };
}

/** The result of a plan whose apply threw. `left` is `undefined` where the failure itself says what is left. */
export function failedResult(
  plan: Plan,
  thrown: unknown,
  left: Left | undefined,
  known: Partial<Omit<ApplyResult, 'plan' | 'status'>> = {},
): ApplyResult {
  const failure = toFailure(thrown);
  const error = errorOf(failure, left === undefined ? '' : describeLeft(left));
  const requestId = failure.requestId ?? known.requestId;
  return resultOf(plan, isAbort(thrown) ? 'cancelled' : 'failed', {
    ...known,
    error,
    ...(left === undefined ? {} : { left }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** A failure as part of a result. `left` says what is left in the region; may be empty. */
export function errorOf({ code, message, next, status, requestId }: Failure, left: string): ApplyError {
  return {
    code,
    message: [message, left].filter((text) => text !== '').join(' '),
    ...(next === undefined ? {} : { next }),
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The result of a plan that can't be applied; its problems say why. */
export function blockedResult(plan: Plan): ApplyResult {
  const problem = plan.problems.find(({ severity }) => severity === 'error');
  const error = problem === undefined ? undefined : { code: problem.code, message: problem.message };
  return resultOf(plan, 'blocked', error === undefined ? {} : { error });
}
