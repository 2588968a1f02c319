import { definitionKey } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyResult } from '../../model/result.ts';
import { readMarks, type Marks } from '../../ownership/marks.ts';
import { exceedsAgreed } from '../../planning/exceeds-agreed.ts';
import { compareStored } from '../../sources/bytes.ts';
import type { PlanWork } from '../context.ts';
import { discard, isStagedBy } from '../discard.ts';
import { applyInPlace } from '../in-place.ts';
import { lookAgainAtOne } from '../look-again.ts';
import { patchMarked } from '../patch.ts';
import { storedMark, takenOver } from '../replace/publish.ts';
import { resultOf } from '../result.ts';
import { sentNow } from '../update.ts';

/**
 * Whether the plan replaces its image only if the bytes differ, and Glance has fetched the bytes that the image has
 * already.
 */
export function isUnneeded({ action, bytes, changes, live }: Plan, fetched: LiveImage): boolean {
  if (action !== 'replace' || bytes !== 'unknown' || live === undefined) return false;
  const onlyData = changes.every(({ path, forcesReplacement }) => path === 'data' || !forcesReplacement);
  return onlyData && compareStored(storedMark(fetched), live) === 'same';
}

/**
 * Keeps the live image, deletes the fetched one, and remembers on the live one that the source has these bytes. Then
 * carries out the rest of the plan in place.
 *
 * @param fetchedId id of the image that Glance fetched
 */
export async function keepLiveImage(work: PlanWork, fetchedId: string, live: LiveImage): Promise<ApplyResult> {
  const { plan, state, region, context } = work;
  const mayGo = (image: LiveImage): boolean => isStagedBy(image, state.run);
  if (typeof (await discard(work, fetchedId, mayGo, context.signal)) !== 'string') throw takenOver(fetchedId, region);
  const marks: Marks = readMarks(live) ?? { key: definitionKey(plan.definition), owns: [] };
  const sent = sentNow(plan, marks.sent);
  const remembered = { ...marks, stored: marks.stored ?? storedMark(live), ...(sent === undefined ? {} : { sent }) };
  const { answer } = await patchMarked(work, live, [], remembered);
  const next = await lookAgainAtOne(plan, context);
  const ended = resultOf(plan, 'done', { imageId: live.id, live: answer.value, requestId: answer.requestId });
  const inPlace = next.action === 'update' || next.action === 'adopt';
  return inPlace && !exceedsAgreed(plan, next) ? applyInPlace(next, state.run, context) : ended;
}
