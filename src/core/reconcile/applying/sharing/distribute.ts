import type { LiveImage } from '../../../glance/image.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyError, ApplyResult, ApplyStatus } from '../../model/result.ts';
import type { PlanWork } from '../context.ts';
import { resultOf } from '../result.ts';
import { TimeLimit } from '../time-limit.ts';
import { share, unshare } from './sharing.ts';
import { placeInStores, type Distributed } from './store-copies.ts';

/**
 * Copies a verified image to its stores and shares it with its members. Returns failures: the image itself is fine and
 * is published.
 */
export async function distribute(work: PlanWork, live: LiveImage): Promise<Distributed> {
  const { plan } = work;
  // A former member must not keep the old image either.
  if (plan.action === 'replace' && plan.live !== undefined) await unshare(work, plan.live);
  const stored = await placeInStores(work, live);
  const failures = await share(work, stored.live);
  return { live: stored.live, failures: [...stored.failures, ...failures] };
}

/** The same for an image that was changed in place. Throws on cancellation and when the time is up. */
export async function distributeInPlace(
  work: PlanWork,
  known: Partial<ApplyResult> & { readonly live: LiveImage },
): Promise<ApplyResult> {
  const { plan, context } = work;
  const limit = new TimeLimit(plan, context);
  try {
    const { live, failures } = await distribute({ ...work, context: { ...context, signal: limit.signal } }, known.live);
    return distributedResult(plan, 'done', failures, { ...known, live });
  } catch (reason) {
    throw limit.passed ?? reason;
  } finally {
    limit.end();
  }
}

/**
 * A result. `partial` if something failed that is not about the image itself: the first failure is its error, the
 * others are warnings.
 */
export function distributedResult(
  plan: Plan,
  status: ApplyStatus,
  failures: readonly ApplyError[],
  known: Partial<ApplyResult>,
): ApplyResult {
  const [first, ...others] = failures;
  if (first === undefined) return resultOf(plan, status, known);
  return resultOf(plan, 'partial', { ...known, error: first, warnings: [...others, ...(known.warnings ?? [])] });
}
