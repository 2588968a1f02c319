import { definitionKey } from '../../../definition/definition.ts';
import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { NewImage } from '../../../glance/service.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyError } from '../../model/result.ts';
import { markProperties, readMarks, type Marks } from '../../ownership/marks.ts';
import { newImageId } from '../../ownership/new-image-id.ts';
import { marksNeeded, marksRefusal, refusedMarksWarning, withoutMarks } from '../../ownership/refused-marks.ts';
import { listOfKey } from '../../planning/candidates.ts';
import { argumentsOf, explainTakenOver } from '../../planning/successor.ts';
import type { PlanWork } from '../context.ts';
import { changeOperations, checkCreated } from '../operations.ts';
import { patchMarked } from '../patch.ts';
import { checkFree, resume, stagedMarks, type StagedImage } from './resume.ts';
import { isUncertain } from '../writes.ts';
import { desiredImage } from '../../../definition/attributes.ts';

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
  const { plan } = work;
  if (plan.action === 'upload' && plan.live !== undefined) return stageQueued(work, plan.live);
  if (plan.staged !== undefined) {
    const resumed = await resumeUseful(work, plan.staged, onLeftover);
    if (resumed !== undefined) return resumed;
  }
  for (const id of idsFor(work)) {
    try {
      const staged = await createMarked(work, newImage(plan, id, stagedMarks(work)), id === givenId(plan));
      if (id === ownId(work)) await yieldToOthers(work);
      return staged;
    } catch (error) {
      if (!Failure.is(error, 'id-taken') && !(isUncertain(error) && (await exists(work, id)))) throw error;
      const resumed = await resumeUseful(work, id, onLeftover);
      if (resumed !== undefined) return resumed;
    }
  }
  throw new Failure(
    'ids-exhausted',
    `Every id for an image with the key "${definitionKey(plan.definition)}" is taken.`,
    {
      next: 'Apply again.',
    },
  );
}

/**
 * The ids to try: the definition's or one that every machine would take, then this apply's own, for a key whose first image
 * was deleted or whose replacement was begun before.
 */
function idsFor(work: PlanWork): readonly string[] {
  const { plan, region } = work;
  const key = definitionKey(plan.definition);
  const common = newImageId(region.project, plan.place, key, plan.live?.id ?? 0);
  const given = givenId(plan);
  return [...(given === undefined ? [] : [given]), common, ownId(work)];
}

/** The id that the definition gives a new image. */
function givenId({ action, definition }: Plan): string | undefined {
  return action === 'create' ? definition.arguments.image_id : undefined;
}

function ownId({ plan, region, state }: PlanWork): string {
  return newImageId(region.project, plan.place, definitionKey(plan.definition), state.run);
}

/** Goes on with the image of this id if it is useful. Somebody may have protected one that is not: it stays. */
async function resumeUseful(
  work: PlanWork,
  id: string,
  onLeftover: (leftover: ApplyError) => void,
): Promise<StagedImage | undefined> {
  try {
    return await resume(work, id);
  } catch (reason) {
    if (!Failure.is(reason, 'image-protected')) throw reason;
    onLeftover(protectedLeftover(id));
    return undefined;
  }
}

/**
 * An id of its own does not keep two applies apart, so each looks for the other once its image is there: one of them sees
 * it, or both do. Throws as `resume` for an image of another apply of this definition; the own one is taken away then.
 */
async function yieldToOthers(work: PlanWork): Promise<void> {
  const { plan, region, context } = work;
  if (region.project === undefined) return;
  const known = new Set([ownId(work), plan.live?.id]);
  const { signal } = context;
  const query = { owner: region.project, ...(signal === undefined ? {} : { signal }) };
  const ofKey = await listOfKey(region.images, definitionKey(plan.definition), query);
  for (const image of ofKey) {
    if (known.has(image.id) || (await checkFree(work, image)) === undefined) continue;
    const other = readMarks(image)?.state;
    // Consent to take over what an earlier apply left is none for one that has begun since.
    if (other?.phase === 'staging' && context.runs.state(other.run) !== 'dead')
      throw new Failure('apply-in-progress', `Another apply has just started the image ${image.id}.`, {
        next: 'Wait for it to finish.',
      });
  }
}

function protectedLeftover(id: string): ApplyError {
  return {
    code: 'staged-leftover',
    message: `An earlier apply left the image ${id} (hidden). It is no longer needed, but it is protected and can't be deleted.`,
    next: `Unprotect it and delete it: openstack image set --unprotected ${id}`,
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
