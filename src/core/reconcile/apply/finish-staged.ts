import { Failure, toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { SentMark, StateMark } from '../marks.ts';
import type { ApplyResult, Phase, Plan } from '../types.ts';
import type { ApplyContext, ApplyRegion } from './context.ts';
import { publish } from './publish.ts';
import { failedResult } from './result.ts';
import { retire } from './retire.ts';
import type { StagedImage } from './staging.ts';

/** ms that taking a staged image away may take, once filling it has failed or was cancelled. */
const CLEAN_UP_TIMEOUT = 5000;

/** A plan whose image is staged: what is needed to end it, one way or the other. */
export interface StagedWork {
  readonly plan: Plan;
  readonly staged: StagedImage;
  readonly state: StateMark;
  readonly region: ApplyRegion;
  readonly context: ApplyContext;
}

/** Publishes an image that has its data and is where it shall be, and retires what it replaces. */
export async function serve(
  { plan, staged, state, region, context }: StagedWork,
  live: LiveImage,
  sent: SentMark | undefined,
): Promise<Pick<ApplyResult, 'requestId' | 'live' | 'warnings'>> {
  const enter = (phase: Phase): void => context.emit({ type: 'phase', plan: plan.id, phase, imageId: live.id });
  enter('publishing');
  const { answer, refused } = await publish(plan, live, sent, state, region, context);
  if (plan.action === 'replace') enter('retiring');
  const { successor, warnings } = await retire(plan.definition, answer.value, region, context);
  return {
    requestId: successor.requestId === '' ? answer.requestId : successor.requestId,
    live: successor.value,
    warnings: [...warnings, ...[staged.marksRefused ?? refused].filter((why) => why !== undefined)],
  };
}

/** Takes a staged image away that holds nothing of worth, and says what is left where. */
export async function discard(
  { plan, staged, region }: StagedWork,
  reason: unknown,
  known: Partial<ApplyResult>,
): Promise<ApplyResult> {
  const { id } = staged.image;
  if (!staged.disposable) return failedResult(plan, reason, `The image ${id} is left hidden and without data.`, known);
  // Who did not answer for the apply is not asked again for cleaning up after it.
  if (Failure.is(reason, 'signed-out') || Failure.is(reason, 'auth-incomplete'))
    return failedResult(plan, reason, `The staged image ${id} is left, hidden; the next apply goes on with it.`, known);
  try {
    await region.images.delete(id, AbortSignal.timeout(CLEAN_UP_TIMEOUT));
    return failedResult(plan, reason, `The staged image ${id} was deleted.`, known);
  } catch (error) {
    const why = toFailure(error).explain();
    const left = `The staged image ${id} is left, hidden, because deleting it failed: ${why}`;
    return failedResult(plan, reason, left, known);
  }
}

/** The ids that a result names. */
export function idsOf(plan: Plan, staged: StagedImage | undefined): Pick<ApplyResult, 'imageId' | 'replacedImageId'> {
  return {
    ...(staged === undefined ? {} : { imageId: staged.image.id }),
    ...(plan.action === 'replace' && plan.live !== undefined ? { replacedImageId: plan.live.id } : {}),
  };
}
