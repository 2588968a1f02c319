import { isAbort, toFailure } from '../../failure.ts';

/** Whether a fault leaves it open what Glance made of the request: it may have carried it out all the same. */
export function isUncertain(reason: unknown): boolean {
  if (isAbort(reason)) return false;
  const { code, status } = toFailure(reason);
  return ['connection-lost', 'timeout', 'unexpected'].includes(code) || (status !== undefined && status >= 500);
}
