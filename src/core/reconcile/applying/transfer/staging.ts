import { definitionKey } from '../../../definition/definition.ts';
import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { NewImage, PatchOperation } from '../../../glance/service.ts';
import { USUAL_DIGESTS } from '../../../source/source-reader.ts';
import { compareBytes } from '../../sources/bytes.ts';
import { compare } from '../../planning/compare.ts';
import { desiredImage, ownedBy } from '../../planning/desired.ts';
import { markProperties, readMarks, type Marks, type StateMark } from '../../ownership/marks.ts';
import { newImageId } from '../../ownership/new-image-id.ts';
import { importGoesOn, isForSource } from '../../planning/web-download.ts';
import { describeStaged, judgeStaged, type StagedVerdict } from '../../ownership/staged.ts';
import { argumentsOf, explainTakenOver } from '../../planning/successor.ts';
import { marksNeeded, marksRefusal, refusedMarksWarning, withoutMarks } from '../../ownership/refused-marks.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, ApplyRegion } from '../context.ts';
import { changeOperations, checkCreated, markOperations } from '../operations.ts';
import { discard, isStagedBy } from '../discard.ts';
import { predecessorsOf } from '../replace/predecessors.ts';
import { patchChecked } from '../patch-checked.ts';
import { patchMarked } from '../patch-marked.ts';
import { sentMark, takenOver } from '../replace/publish.ts';
import { isUncertain } from '../uncertain.ts';
import type { ApplyError } from '../../model/result.ts';

/** An image that takes the bytes. `verifyOnly`: it has them already, from an apply that was cut before it published. */
export interface StagedImage {
  readonly image: LiveImage;
  readonly verifyOnly: boolean;
  /** Glance is filling it, as an earlier apply asked it to. */
  readonly importing?: true;
  /** Whether it exists only because of this definition's applies, so that it may be deleted if they fail. */
  readonly disposable: boolean;
  /** Why it remembers nothing, where the cloud refuses that. */
  readonly marksRefused?: ApplyError;
  /** Useless images of earlier applies that could not be deleted, and stay. */
  readonly leftovers?: readonly ApplyError[];
}

/** Ids to try before giving up; each replacement of an image uses one up for good. */
const IDS_AT_MOST = 1000;

/**
 * Makes the image that a transfer fills: everything final, so that a visibility that is refused costs no bytes, but hidden,
 * unprotected and marked as staged. Goes on with the one that an earlier apply of the same definition left.
 *
 * Throws `apply-in-progress`, `apply-stuck`, `changed-meanwhile`, `ids-exhausted` and what Glance throws.
 */
export async function stage(
  plan: Plan,
  region: ApplyRegion,
  state: StateMark,
  context: ApplyContext,
): Promise<StagedImage> {
  if (plan.action === 'upload' && plan.live !== undefined) return stageQueued(plan, plan.live, region, state, context);
  const key = definitionKey(plan.definition);
  const given = plan.action === 'create' ? plan.definition.arguments.image_id : undefined;
  const leftovers: ApplyError[] = [];
  for (let counter = given === undefined ? 0 : -1; counter < IDS_AT_MOST; counter += 1) {
    const id = counter < 0 && given !== undefined ? given : newImageId(region.project, plan.place, key, counter);
    // That of the image that is replaced is known to be taken.
    if (id === plan.live?.id) continue;
    try {
      const wanted = newImage(plan, id, { ...sourceMark(plan), key, owns: ownedBy(plan.definition.arguments), state });
      return { ...(await createMarked(plan, wanted, id === given, region, context)), leftovers };
    } catch (error) {
      if (!Failure.is(error, 'id-taken') && !(isUncertain(error) && (await exists(id, region, context)))) throw error;
      try {
        const resumed = await resume(plan, id, key, region, state, context);
        if (resumed !== undefined) return { ...resumed, leftovers };
      } catch (reason) {
        // Somebody protected what nobody needs any more: it stays, and the next id is free.
        if (!Failure.is(reason, 'image-protected')) throw reason;
        leftovers.push(protectedLeftover(id));
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

/** Makes an image with its marks; where the cloud refuses those, without them if the definition names it by this very id. */
async function createMarked(
  plan: Plan,
  wanted: NewImage,
  pinned: boolean,
  region: ApplyRegion,
  context: ApplyContext,
): Promise<StagedImage> {
  const staged = { verifyOnly: false, disposable: true };
  try {
    if (pinned && (await context.refusedMarks.has(plan.place)))
      return { ...staged, image: await create(withoutMarks(wanted), region, context) };
    return { ...staged, image: await create(wanted, region, context) };
  } catch (error) {
    const refusal = marksRefusal(error);
    if (refusal === undefined) throw explainTakenOver(error, plan);
    if (refusal === 'region') await context.refusedMarks.remember(plan.place);
    if (!pinned) throw marksNeeded(error);
    const image = await create(withoutMarks(wanted), region, context);
    return { ...staged, image, marksRefused: refusedMarksWarning(error) };
  }
}

/** Makes an image and compares it with what was asked, before any byte is sent. */
async function create(wanted: NewImage, region: ApplyRegion, context: ApplyContext): Promise<LiveImage> {
  const { value: image, requestId } = await region.images.create(wanted, context.signal);
  checkCreated(image, wanted, requestId);
  return image;
}

/** Whether the image is there although the answer that said so was lost. */
async function exists(id: string, region: ApplyRegion, context: ApplyContext): Promise<boolean> {
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

/** Fills an image that is queued: hidden meanwhile, so that nothing unverified is ever found under its name. */
async function stageQueued(
  plan: Plan,
  live: LiveImage,
  region: ApplyRegion,
  state: StateMark,
  context: ApplyContext,
): Promise<StagedImage> {
  const marks = readMarks(live);
  const owns = ownedBy(plan.definition.arguments);
  const staged: Marks = { ...sourceMark(plan), key: definitionKey(plan.definition), owns, state };
  const changes = plan.changes.filter((change) => change.path !== 'protected' && change.path !== 'hidden');
  const operations = [
    ...changeOperations(changes),
    ...(live.os_hidden ? [] : [{ op: 'replace', path: 'os_hidden', value: true } as const]),
  ];
  const { answer, refused } = await patchMarked(plan, live, operations, staged, region, context);
  const known = { image: answer.value, verifyOnly: false, disposable: marks !== undefined };
  return refused === undefined ? known : { ...known, marksRefused: refused };
}

/** An id that is taken: by an earlier apply of this definition (go on with it), by another one that runs, or by something else (`undefined`: next id). */
async function resume(
  plan: Plan,
  id: string,
  key: string,
  region: ApplyRegion,
  state: StateMark,
  context: ApplyContext,
): Promise<StagedImage | undefined> {
  const image = await region.images.find(id, context.signal);
  if (image === undefined || image.id === plan.live?.id || image.owner !== (region.project ?? image.owner))
    return undefined;
  const marks = readMarks(image);
  if (marks?.key !== key || marks.replacedBy !== undefined) return undefined;
  if (marks.state === undefined || marks.state.phase === 'retiring') {
    if (await waitsToRetire(plan, id, region, context)) return undefined;
    throw new Failure('changed-meanwhile', `Another apply has just published the image ${id}.`, {
      next: 'Plan again.',
    });
  }
  const verdict = judge(plan, image, marks.state, state, context);
  if (verdict.kind === 'restart') {
    context.log.warn(`Deleting the image ${id} (${image.status}) that an earlier apply left.`);
    await discardOther(image, marks.state, state, region, context);
    return undefined;
  }
  // Nothing is written while Glance fills it: it would be lost.
  if (importGoesOn(plan.definition, image, plan.remote)) return goOn(image, context);
  const own = { ...sourceMark(plan), key, owns: ownedBy(plan.definition.arguments), state };
  return takeOver(plan, image, own, region, context);
}

/** Whether an image was replaced by the one that this plan replaces, and is visible only because members still use it. */
async function waitsToRetire(plan: Plan, id: string, region: ApplyRegion, context: ApplyContext): Promise<boolean> {
  if (plan.live === undefined) return false;
  const waiting = await predecessorsOf(plan.live, plan.definition, region, context);
  return waiting.some(({ image }) => image.id === id);
}

/** Whether what another apply staged may be gone on with. Throws `apply-in-progress` or `apply-stuck` where it may not. */
function judge(plan: Plan, image: LiveImage, found: StateMark, own: StateMark, context: ApplyContext): StagedVerdict {
  // Another definition of this apply with the same key was refused before; so this is what our own lost answer made.
  const run = found.run === own.run ? 'dead' : context.runs.state(found.run);
  const { definition } = plan;
  const { recoverStuck } = context;
  const goesOn = importGoesOn(definition, image, plan.remote);
  const situation = { definition, image, state: found, run, now: context.now(), recoverStuck, importGoesOn: goesOn };
  const verdict = judgeStaged(situation);
  const obstacle = describeStaged(situation, verdict);
  if (obstacle === undefined) return verdict;
  throw new Failure(verdict.kind === 'stuck' ? 'apply-stuck' : 'apply-in-progress', obstacle);
}

/** An image that Glance is still filling for an earlier apply. */
function goOn(image: LiveImage, { log }: ApplyContext): StagedImage {
  log.info(
    `Going on with the image ${image.id} (${image.status}), which Glance has been filling since an earlier apply.`,
  );
  return { image, verifyOnly: true, importing: true, disposable: true };
}

/** What a staged image remembers of a source that Glance fetches, so that the next apply knows whether that is still wanted. */
function sourceMark(plan: Plan): Pick<Marks, 'sent'> {
  const sent = plan.remote?.kind === 'cloud' ? sentMark(plan, plan.remote.size, {}) : undefined;
  return sent === undefined ? {} : { sent };
}

/** Brings what an earlier apply left to this definition's values; a format that an active one can't change any more makes it useless. */
async function takeOver(
  plan: Plan,
  image: LiveImage,
  marks: Marks & { readonly state: StateMark },
  region: ApplyRegion,
  context: ApplyContext,
): Promise<StagedImage | undefined> {
  const { state } = marks;
  const changes = compare(argumentsOf(plan), image, readMarks(image)).filter(
    (change) => change.path !== 'protected' && change.path !== 'hidden',
  );
  const verifyOnly = image.status === 'active';
  const useless =
    changes.some((change) => change.forcesReplacement) || (verifyOnly && (await isOther(plan, image, context)));
  if (useless) {
    await discardOther(image, readMarks(image)?.state, state, region, context);
    return undefined;
  }
  const taken = await claim(image, marks, changeOperations(changes), region, context);
  context.log.info(`Going on with the image ${image.id} (${image.status}) that an earlier apply left.`);
  return { image: taken, verifyOnly, disposable: true };
}

/**
 * Gets hold of a staged image: one PATCH takes the lease of whoever had it, which only one apply can, and a look afterwards says who
 * has it. Throws `changed-meanwhile` where that is not this run.
 */
export async function claim(
  image: LiveImage,
  marks: Marks & { readonly state: StateMark },
  changes: readonly PatchOperation[],
  region: ApplyRegion,
  context: Pick<ApplyContext, 'signal'>,
): Promise<LiveImage> {
  try {
    await patchChecked(image.id, [...changes, ...markOperations(image, marks)], region, context);
  } catch (error) {
    if (Failure.is(error, 'conflict')) throw takenOver(image.id, region);
    throw error;
  }
  const now = await region.images.get(image.id, context.signal);
  if (!isStagedBy(now, marks.state.run)) throw takenOver(image.id, region);
  return now;
}

/** Gives up an import that makes no progress: deletes its image, and stages another one. Throws as `stage`, and `changed-meanwhile`. */
export async function stageAnew(
  plan: Plan,
  { image }: StagedImage,
  region: ApplyRegion,
  state: StateMark,
  context: ApplyContext,
): Promise<StagedImage> {
  await discardOther(image, readMarks(image)?.state, state, region, context);
  return stage(plan, region, state, context);
}

/** Deletes what another apply staged, if nobody has gone on with it since it was looked at. Throws `changed-meanwhile`. */
async function discardOther(
  image: LiveImage,
  found: StateMark | undefined,
  state: StateMark,
  region: ApplyRegion,
  context: ApplyContext,
): Promise<void> {
  const same = (now: LiveImage): boolean => {
    const { run, phase } = readMarks(now)?.state ?? {};
    return run === found?.run && phase === 'staging' && now.status === image.status;
  };
  if (typeof (await discard(image.id, same, state, region, context.signal)) !== 'string')
    throw takenOver(image.id, region);
}

/** Whether an image that an earlier apply filled holds other bytes than this one's source. Reads the source only where the sizes agree. */
async function isOther(plan: Plan, image: LiveImage, { reader, signal }: ApplyContext): Promise<boolean> {
  const { source, remote, definition } = plan;
  if (remote?.kind === 'cloud') return !isForSource(definition, image, remote);
  if (source?.size !== image.size) return true;
  const { os_hash_algo: algorithm } = image;
  const wanted = algorithm === null ? USUAL_DIGESTS : [...USUAL_DIGESTS, algorithm];
  const digests = await reader.digests(source.path, wanted, signal);
  return compareBytes({ size: source.size, digests }, image, undefined) === 'different';
}
