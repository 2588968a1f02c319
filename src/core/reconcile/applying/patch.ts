import type { LiveImage } from '../../glance/image.ts';
import type { PatchOperation } from '../../glance/service.ts';
import type { Marks } from '../ownership/marks.ts';
import { marksNeeded, marksRefusal, refusedMarksWarning, worksWithoutMarks } from '../ownership/refused-marks.ts';
import type { PlanWork, ApplyRegion, ApplyContext } from './context.ts';
import { markOperations, checkApplied } from './operations.ts';
import type { Answered } from '../../http/answers.ts';
import type { ApplyError } from '../model/result.ts';

/** The outcome of a PATCH with marks. */
export interface MarkedPatch {
  readonly answer: Answered<LiveImage>;
  /** Why the marks were left out, if they were. */
  readonly refused?: ApplyError;
}

/**
 * Sends changes and marks in one PATCH. If the cloud refuses the marks and the definition names the image by its id,
 * sends the changes alone. Throws `not-applied`, `marks-refused` and what Glance throws.
 */
export async function patchMarked(
  { plan, region, context }: PlanWork,
  live: LiveImage,
  changes: readonly PatchOperation[],
  marks: Marks,
): Promise<MarkedPatch> {
  const pinned = worksWithoutMarks(plan.definition) && plan.definition.arguments.image_id === live.id;
  if (pinned && (await context.refusedMarks.has(plan.place)))
    return { answer: await patchChecked(live.id, changes, region, context) };
  try {
    const operations = [...changes, ...markOperations(live, marks)];
    return { answer: await patchChecked(live.id, operations, region, context) };
  } catch (error) {
    const refusal = marksRefusal(error);
    if (refusal === undefined) throw error;
    if (refusal === 'region') await context.refusedMarks.remember(plan.place);
    if (!pinned) throw marksNeeded(error);
    return { answer: await patchChecked(live.id, changes, region, context), refused: refusedMarksWarning(error) };
  }
}

/** Sends a PATCH and checks that its answer holds what was asked. Throws `not-applied`. */
export async function patchChecked(
  id: string,
  operations: readonly PatchOperation[],
  region: ApplyRegion,
  { signal }: Pick<ApplyContext, 'signal'>,
): Promise<Answered<LiveImage>> {
  const answer = await region.images.patch(id, operations, signal);
  checkApplied(answer.value, operations, answer.requestId);
  return answer;
}
