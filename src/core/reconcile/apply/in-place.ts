import { Failure } from '../../failure.ts';
import type { ApplyResult, Plan } from '../types.ts';
import type { ApplyContext } from './context.ts';
import { failedResult, resultOf } from './result.ts';
import { spreadInPlace } from './spread.ts';
import { update } from './update.ts';
import { verify } from './verify.ts';

/** Carries out a plan that sends nothing. Does not throw. */
export async function applyInPlace(plan: Plan, context: ApplyContext): Promise<ApplyResult> {
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
    return failedResult(plan, reason, 'The image is as it was.');
  }
}

/** Where the source's digests are known, even an image that nothing was sent to is compared in full. */
function knownBytes(plan: Plan): Pick<ApplyResult, 'verified' | 'digests'> | undefined {
  if (plan.live === undefined || plan.source?.digests === undefined) return undefined;
  const { verified, pairs } = verify(plan.live, plan.source.size, plan.source.digests);
  return { verified, digests: pairs };
}
