import { isAbort, toFailure } from '../../failure.ts';

/** Whether a fault leaves it open what Glance made of the request: it may have carried it out all the same. */
export function isUncertain(reason: unknown): boolean {
  if (isAbort(reason)) return false;
  const { code, status } = toFailure(reason);
  return code === 'connection-lost' || code === 'timeout' || (status !== undefined && status >= 500);
}
