import { definitionKey } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { compareStored } from '../../sources/bytes.ts';
import { readMarks, type Marks } from '../../ownership/marks.ts';
import type { Plan } from '../../model/plan.ts';
import { isWorse } from '../../planning/worse.ts';
import type { StagedWork } from './finish-staged.ts';
import { discard, isStagedBy } from '../discard.ts';
import { applyInPlace } from '../in-place.ts';
import { lookAgainAtOne } from '../look-again.ts';
import { patchMarked } from '../patch-marked.ts';
import { storedMark, takenOver } from '../replace/publish.ts';
import { resultOf } from '../result.ts';
import { sentNow } from '../update.ts';
import type { ApplyResult } from '../../model/result.ts';

/** Whether a plan replaces its image only if the bytes differ, and Glance has just fetched the very bytes that the image has. */
export function hasSameBytes({ action, bytes, changes, live }: Plan, fetched: LiveImage): boolean {
  if (action !== 'replace' || bytes !== 'unknown' || live === undefined) return false;
  const onlyData = changes.every(({ path, forcesReplacement }) => path === 'data' || !forcesReplacement);
  return onlyData && compareStored(storedMark(fetched), live) === 'same';
}

/**
 * Keeps the live image: the one that was fetched to compare is deleted, and the live one remembers that the source has these
 * bytes. What else the plan agreed to is carried out in place.
 */
export async function keepLive(work: StagedWork, live: LiveImage): Promise<ApplyResult> {
  const { plan, staged, state, region, context } = work;
  const { id } = staged.image;
  if (typeof (await discard(id, (image) => isStagedBy(image, state.run), state, region, context.signal)) !== 'string')
    throw takenOver(id, region);
  const marks: Marks = readMarks(live) ?? { key: definitionKey(plan.definition), owns: [] };
  const sent = sentNow(plan, marks.sent);
  const remembered = { ...marks, stored: marks.stored ?? storedMark(live), ...(sent === undefined ? {} : { sent }) };
  const { answer } = await patchMarked(plan, live, [], remembered, region, context);
  const next = await lookAgainAtOne(plan, context);
  const ended = resultOf(plan, 'done', { imageId: live.id, live: answer.value, requestId: answer.requestId });
  const inPlace = next.action === 'update' || next.action === 'adopt';
  return inPlace && !isWorse(plan, next) ? applyInPlace(next, state.run, context) : ended;
}
