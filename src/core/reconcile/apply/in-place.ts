import { Failure } from '../../failure.ts';
import type { ApplyResult, Plan } from '../types.ts';
import { isWorse } from '../worse.ts';
import type { ApplyContext } from './context.ts';
import { failedResult, resultOf } from './result.ts';
import { spreadInPlace } from './spread.ts';
import { update } from './update.ts';
import { verify } from './verify.ts';

/**
 * Carries out a plan that sends nothing. Does not throw. Where somebody else changed the image between the look and the
 * PATCH, so that Glance refuses it as a conflict, it is planned again once, and carried out if that does no more.
 */
export async function applyInPlace(plan: Plan, context: ApplyContext, again = true): Promise<ApplyResult> {
  try {
    const { live } = plan;
    if (live === undefined)
      throw new Failure('unexpected', 'A plan without a live image has nothing to change in place.');
    const known = knownBytes(plan);
    if (plan.action === 'none') return resultOf(plan, 'unchanged', { ...known, live });
    const region = await context.region(plan.place);
    const updated = await update(plan, live, region, context);
    return await spreadInPlace(plan, { ...known, ...updated }, region, context);
  } catch (reason) {
    const next = again && Failure.is(reason, 'conflict') ? await replanned(plan, context) : undefined;
    if (next !== undefined) return applyInPlace(next, context, false);
    return failedResult(plan, reason, 'The image is as it was.');
  }
}

/** The plan as the image is now; `undefined` where that can't be told, or does more than was agreed to. */
async function replanned(plan: Plan, context: ApplyContext): Promise<Plan | undefined> {
  const next = await context.replan(plan).catch(() => undefined);
  if (next === undefined || next.action === 'blocked' || isWorse(plan, next)) return undefined;
  context.emit({ type: 'replanned', plan: plan.id, next });
  return next;
}

/** Where the source's digests are known, even an image that nothing was sent to is compared in full. */
function knownBytes(plan: Plan): Pick<ApplyResult, 'verified' | 'digests'> | undefined {
  if (plan.live === undefined || plan.source?.digests === undefined) return undefined;
  const { verified, pairs } = verify(plan.live, plan.source.size, plan.source.digests);
  return { verified, digests: pairs };
}
