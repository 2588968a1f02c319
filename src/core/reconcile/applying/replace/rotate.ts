import { definitionKey } from '../../../definition/definition.ts';
import { toFailure, type Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ApplyError } from '../../model/result.ts';
import { readMarks } from '../../ownership/marks.ts';
import { listOfKey } from '../../planning/candidates.ts';
import { isProven, rotatedIds, surplusOf } from '../../planning/rotation.ts';
import { mayUnprotect } from '../../planning/successor.ts';
import type { PlanWork } from '../context.ts';
import { discard } from '../discard.ts';
import { markOperations } from '../operations.ts';
import { patchChecked } from '../patch.ts';
import { errorOf } from '../result.ts';
import { isFinal } from './retire.ts';

/**
 * Deletes or deactivates replaced images that the plan showed and that the definition does not keep. The region is looked at again,
 * and what has changed since stays. Nothing is retired unless the published image serves verified data. What a cloud refuses for
 * good becomes a warning.
 */
export async function rotate(work: PlanWork, published: LiveImage, verified: boolean): Promise<readonly ApplyError[]> {
  const { plan, region, context } = work;
  const { definition } = plan;
  const { project } = region;
  const shown = rotatedIds(plan.changes);
  if (shown.size === 0 || project === undefined) return [];
  if (!verified || !isProven(published)) {
    const message = `The data of the image ${published.id} is not verified, so no older replaced image was retired.`;
    return [{ code: 'predecessor-kept', message, argument: 'keep' }];
  }
  const query = { owner: project, ...(context.signal === undefined ? {} : { signal: context.signal }) };
  const images = await listOfKey(region.images, definitionKey(definition), query);
  const due = surplusOf(definition, images, project).filter(({ id }) => shown.has(id));
  const warnings: ApplyError[] = [];
  // One after the other, the oldest first, so that a cut leaves the newest.
  for (const image of due.toReversed()) {
    try {
      await retireOne(work, image);
    } catch (reason) {
      if (!isFinal(reason)) throw reason;
      warnings.push(kept(image.id, toFailure(reason), definition.arguments.on_replace === 'delete'));
    }
  }
  return warnings;
}

async function retireOne(work: PlanWork, image: LiveImage): Promise<void> {
  const { plan, region, context } = work;
  const { definition } = plan;
  if (definition.arguments.on_replace === 'deactivate') {
    await region.images.deactivate(image.id, context.signal);
    return;
  }
  if (image.protected && mayUnprotect(definition))
    await patchChecked(image.id, [{ op: 'replace', path: 'protected', value: false }], region, context);
  const isStillReplaced = (now: LiveImage): boolean =>
    now.os_hidden && readMarks(now)?.replacedBy === readMarks(image)?.replacedBy && readMarks(now)?.state === undefined;
  try {
    await discard(work, image.id, isStillReplaced, context.signal);
  } catch (reason) {
    if (!isFinal(reason)) throw reason;
    // It stays, and a rollback may still need it.
    const now = await region.images.find(image.id, context.signal);
    const marks = readMarks(image);
    if (now !== undefined && marks !== undefined)
      await patchChecked(image.id, markOperations(now, marks), region, context);
    throw reason;
  }
}

function kept(id: string, failure: Failure, deletes: boolean): ApplyError {
  const message = `The older replaced image ${id} could not be ${deletes ? 'deleted' : 'deactivated'}: ${failure.message}`;
  return { ...errorOf(failure, ''), code: 'predecessor-kept', message, argument: 'keep' };
}
