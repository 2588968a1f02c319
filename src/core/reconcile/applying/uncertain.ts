import { isAbort, toFailure } from '../../failure.ts';

/** Whether the failure leaves it open if Glance carried out the request. */
export function isUncertain(reason: unknown): boolean {
  if (isAbort(reason)) return false;
  const { code, status } = toFailure(reason);
  return ['connection-lost', 'timeout', 'unexpected'].includes(code) || (status !== undefined && status >= 500);
}
