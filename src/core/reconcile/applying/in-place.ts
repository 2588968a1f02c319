import { Failure } from '../../failure.ts';
import type { ImageService } from '../../glance/service.ts';
import type { Left } from '../model/left.ts';
import type { Plan } from '../model/plan.ts';
import { exceedsAgreed } from '../planning/exceeds-agreed.ts';
import type { ApplyContext } from './context.ts';
import { lookAgainAtOne } from './look-again.ts';
import { failedResult, resultOf } from './result.ts';
import { distributeInPlace } from './sharing/distribute.ts';
import { update } from './update.ts';
import { CLEAN_UP_TIMEOUT } from './transfer/left-behind.ts';
import { verify } from './transfer/verify.ts';
import { leftOfChanges, watched, type Write } from './writes.ts';
import type { ApplyResult } from '../model/result.ts';

/**
 * Carries out a plan that sends no bytes. Does not throw. If Glance refuses the PATCH as a conflict, because somebody
 * changed the image after the second look, it plans once more and goes on if that plan does no more than was agreed to.
 */
export async function applyInPlace(plan: Plan, run: string, context: ApplyContext, again = true): Promise<ApplyResult> {
  const { live } = plan;
  const writes: Write[] = [];
  let images: ImageService | undefined;
  try {
    if (live === undefined)
      throw new Failure('unexpected', 'A plan without a live image has nothing to change in place.');
    const known = knownBytes(plan);
    if (plan.action === 'none') return resultOf(plan, 'unchanged', { ...known, live });
    const region = await context.region(plan.place);
    images = region.images;
    const state = { run, started: context.now().toISOString(), phase: 'retiring' } as const;
    const work = { plan, region: { ...region, images: watched(images, writes) }, state, context };
    const updated = await update(work, live);
    return await distributeInPlace(work, { ...known, ...updated });
  } catch (reason) {
    const next = again && Failure.is(reason, 'conflict') ? await replanned(plan, context) : undefined;
    if (next !== undefined) return applyInPlace(next, run, context, false);
    const id = live?.id ?? '';
    const left: Left =
      images === undefined
        ? { kind: 'unchanged', id }
        : await leftOfChanges(id, writes, images, AbortSignal.timeout(CLEAN_UP_TIMEOUT));
    return failedResult(plan, reason, left);
  }
}

/** The plan for the image as it is now. `undefined` if planning fails or the plan does more than was agreed to. */
async function replanned(plan: Plan, context: ApplyContext): Promise<Plan | undefined> {
  const next = await lookAgainAtOne(plan, context).catch(() => undefined);
  if (next === undefined || next.action === 'blocked' || exceedsAgreed(plan, next)) return undefined;
  context.emit({ type: 'replanned', plan: plan.id, next });
  return next;
}

/** The live image compared in full with the source, if the digests of the source are known. */
function knownBytes(plan: Plan): Pick<ApplyResult, 'verified' | 'digests'> | undefined {
  if (plan.live === undefined || plan.source?.digests === undefined) return undefined;
  const { verified, pairs } = verify(plan.live, plan.source.size, plan.source.digests);
  return { verified, digests: pairs };
}
