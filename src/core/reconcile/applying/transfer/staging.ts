import { definitionKey } from '../../../definition/definition.ts';
import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { NewImage } from '../../../glance/service.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyError } from '../../model/result.ts';
import { markProperties, readMarks, type Marks } from '../../ownership/marks.ts';
import { newImageId } from '../../ownership/new-image-id.ts';
import { marksNeeded, marksRefusal, refusedMarksWarning, withoutMarks } from '../../ownership/refused-marks.ts';
import { argumentsOf, explainTakenOver } from '../../planning/successor.ts';
import type { PlanWork } from '../context.ts';
import { changeOperations, checkCreated } from '../operations.ts';
import { patchMarked } from '../patch.ts';
import { resume, stagedMarks, type StagedImage } from './resume.ts';
import { isUncertain } from '../writes.ts';
import { desiredImage } from '../../../definition/attributes.ts';

/** Ids to try. Each replacement of an image uses up one for good. */
const IDS_AT_MOST = 1000;

/**
 * Makes the image that takes the bytes. All its values are final, so that a visibility that is refused costs no upload,
 * but it is hidden, unprotected and marked as staged. Goes on with the image that an earlier apply of the same
 * definition left.
 *
 * Throws `apply-in-progress`, `apply-stuck`, `changed-meanwhile`, `ids-exhausted` and what Glance throws.
 *
 * @param onLeftover told of each useless image of an earlier apply that cannot be deleted
 */
export async function stage(work: PlanWork, onLeftover: (leftover: ApplyError) => void): Promise<StagedImage> {
  const { plan, region } = work;
  if (plan.action === 'upload' && plan.live !== undefined) return stageQueued(work, plan.live);
  const key = definitionKey(plan.definition);
  const given = plan.action === 'create' ? plan.definition.arguments.image_id : undefined;
  for (let counter = given === undefined ? 0 : -1; counter < IDS_AT_MOST; counter += 1) {
    const id = counter < 0 && given !== undefined ? given : newImageId(region.project, plan.place, key, counter);
    // The image that is replaced has this id.
    if (id === plan.live?.id) continue;
    try {
      return await createMarked(work, newImage(plan, id, stagedMarks(work)), id === given);
    } catch (error) {
      if (!Failure.is(error, 'id-taken') && !(isUncertain(error) && (await exists(work, id)))) throw error;
      try {
        const resumed = await resume(work, id);
        if (resumed !== undefined) return resumed;
      } catch (reason) {
        // Somebody protected a useless image: it stays, and the next id is tried.
        if (!Failure.is(reason, 'image-protected')) throw reason;
        onLeftover(protectedLeftover(id));
      }
    }
  }
  throw new Failure('ids-exhausted', `Every id that an image "${key}" could get is taken.`, {
    next: 'Give the definition another "key".',
  });
}

function protectedLeftover(id: string): ApplyError {
  return {
    code: 'staged-leftover',
    message: `An earlier apply left the image ${id} (hidden). It is not needed any more, but it is protected and cannot be deleted.`,
    next: `Remove its protection and delete it: openstack image set --unprotected ${id}`,
  };
}

/**
 * Makes an image with its marks. If the cloud refuses the marks and the definition names the image by this id, makes it
 * without them.
 */
async function createMarked(work: PlanWork, wanted: NewImage, pinned: boolean): Promise<StagedImage> {
  const { plan, context } = work;
  const staged = { verifyOnly: false, disposable: true };
  try {
    if (pinned && (await context.refusedMarks.has(plan.place)))
      return { ...staged, image: await create(work, withoutMarks(wanted)) };
    return { ...staged, image: await create(work, wanted) };
  } catch (error) {
    const refusal = marksRefusal(error);
    if (refusal === undefined) throw explainTakenOver(error, plan);
    if (refusal === 'region') await context.refusedMarks.remember(plan.place);
    if (!pinned) throw marksNeeded(error);
    const image = await create(work, withoutMarks(wanted));
    return { ...staged, image, marksRefused: refusedMarksWarning(error) };
  }
}

/** Makes an image and checks it before any byte is sent. */
async function create({ region, context }: PlanWork, wanted: NewImage): Promise<LiveImage> {
  const { value: image, requestId } = await region.images.create(wanted, context.signal);
  checkCreated(image, wanted, requestId);
  return image;
}

/** Whether the image exists although the answer was lost. */
async function exists({ region, context }: PlanWork, id: string): Promise<boolean> {
  return (await region.images.find(id, context.signal)) !== undefined;
}

function newImage(plan: Plan, id: string, marks: Marks): NewImage {
  const desired = desiredImage(argumentsOf(plan));
  return {
    ...desired,
    id,
    os_hidden: true,
    protected: false,
    properties: { ...desired.properties, ...markProperties(id, marks) },
  };
}

/** Stages an existing image that is queued. Hides it meanwhile, so that nobody finds unverified data under its name. */
async function stageQueued(work: PlanWork, live: LiveImage): Promise<StagedImage> {
  const changes = work.plan.changes.filter(({ path }) => path !== 'protected' && path !== 'hidden');
  const operations = [
    ...changeOperations(changes),
    ...(live.os_hidden ? [] : [{ op: 'replace', path: 'os_hidden', value: true } as const]),
  ];
  const { answer, refused } = await patchMarked(work, live, operations, stagedMarks(work));
  const known = { image: answer.value, verifyOnly: false, disposable: readMarks(live) !== undefined };
  return refused === undefined ? known : { ...known, marksRefused: refused };
}
