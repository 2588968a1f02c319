import { definitionKey } from '../../../definition/definition.ts';
import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { PatchOperation } from '../../../glance/service.ts';
import { USUAL_DIGESTS } from '../../../source/source-reader.ts';
import { readMarks, type Marks, type StateMark } from '../../ownership/marks.ts';
import { describeStaged, judgeStaged, type StagedVerdict } from '../../ownership/staged.ts';
import { compare } from '../../planning/compare.ts';
import { argumentsOf } from '../../planning/successor.ts';
import { importGoesOn, isForSource } from '../../planning/web-download.ts';
import { compareBytes } from '../../sources/bytes.ts';
import type { PlanWork } from '../context.ts';
import { discard, isStagedBy } from '../discard.ts';
import { changeOperations, markOperations } from '../operations.ts';
import { predecessorsOf } from '../replace/predecessors.ts';
import { sentMark, takenOver } from '../replace/publish.ts';
import { patchChecked } from '../patch.ts';
import { ownedBy } from '../../../definition/attributes.ts';
import type { ApplyError } from '../../model/result.ts';

/**
 * The marks of a staged image: whose it is, and which source Glance fetches into it, so that the next apply knows
 * whether it is still wanted.
 */
export function stagedMarks({ plan, state }: PlanWork): Marks {
  const sent = plan.remote?.kind === 'cloud' ? sentMark(plan, plan.remote.size, {}) : undefined;
  return {
    ...(sent === undefined ? {} : { sent }),
    key: definitionKey(plan.definition),
    owns: ownedBy(plan.definition.arguments),
    state,
  };
}

/**
 * Goes on with the image that has this id, if an earlier apply of this definition left it. Returns `undefined` if it is
 * another image, or was useless and is deleted. Throws `apply-in-progress`, `apply-stuck`, `changed-meanwhile` and
 * `image-protected`.
 */
export async function resume(work: PlanWork, id: string): Promise<StagedImage | undefined> {
  const { plan, region, context } = work;
  const image = await region.images.find(id, context.signal);
  if (image === undefined || image.id === plan.live?.id || image.owner !== (region.project ?? image.owner))
    return undefined;
  const found = await checkFree(work, image);
  if (found === undefined) return undefined;
  if (found.kind === 'restart') {
    context.log.warn(`Deleting the image ${id} (${image.status}) left by an earlier apply.`);
    await discardStaged(work, image);
    return undefined;
  }
  // Glance would lose a write while it fills the image.
  if (importGoesOn(plan.definition, image, plan.remote)) {
    context.log.info(
      `Continuing with the image ${id} (${image.status}), which Glance is filling for an earlier apply.`,
    );
    return { image, verifyOnly: true, importing: true, disposable: true };
  }
  return takeOver(work, image);
}

/**
 * Checks that an image of this key keeps this apply from nothing. Returns what can be done with it if an earlier apply
 * staged it. Throws `changed-meanwhile` for one that another apply has just published, and as `judge`.
 */
export async function checkFree(work: PlanWork, image: LiveImage): Promise<StagedVerdict | undefined> {
  const marks = readMarks(image);
  if (marks?.key !== definitionKey(work.plan.definition) || marks.replacedBy !== undefined) return undefined;
  if (marks.state !== undefined && marks.state.phase !== 'retiring') return judge(work, image, marks.state);
  if (await waitsToRetire(work, image.id)) return undefined;
  throw new Failure('changed-meanwhile', `Another apply has just published the image ${image.id}.`, {
    next: 'Plan again.',
  });
}

/** Whether the image that this plan replaces has itself replaced this one, which stays visible only for its members. */
async function waitsToRetire({ plan, region, context }: PlanWork, id: string): Promise<boolean> {
  if (plan.live === undefined) return false;
  const waiting = await predecessorsOf(plan.live, plan.definition, region, context);
  return waiting.some(({ image }) => image.id === id);
}

/**
 * Decides about an image that another apply staged. Throws `apply-in-progress` or `apply-stuck` if it has to be left
 * alone.
 */
function judge({ plan, state, context }: PlanWork, image: LiveImage, found: StateMark): StagedVerdict {
  const { definition } = plan;
  const situation = {
    definition,
    image,
    state: found,
    // Two definitions with one key were refused before: an image of this run comes from our own request whose answer was lost.
    run: found.run === state.run ? ('dead' as const) : context.runs.state(found.run),
    now: context.now(),
    recoverStuck: context.recoverStuck,
    importGoesOn: importGoesOn(definition, image, plan.remote),
  };
  const verdict = judgeStaged(situation);
  const obstacle = describeStaged(situation, verdict);
  if (obstacle === undefined) return verdict;
  throw new Failure(verdict.kind === 'stuck' ? 'apply-stuck' : 'apply-in-progress', obstacle);
}

/**
 * Updates the image of an earlier apply to this definition. Deletes it if it is active with other bytes, or with a
 * format that can't be changed any more.
 */
async function takeOver(work: PlanWork, image: LiveImage): Promise<StagedImage | undefined> {
  const changes = compare(argumentsOf(work.plan), image, readMarks(image)).filter(
    ({ path }) => path !== 'protected' && path !== 'hidden',
  );
  const verifyOnly = image.status === 'active';
  const useless =
    changes.some(({ forcesReplacement }) => forcesReplacement) || (verifyOnly && (await hasOtherBytes(work, image)));
  if (useless) {
    await discardStaged(work, image);
    return undefined;
  }
  const taken = await claim(work, image, stagedMarks(work), changeOperations(changes));
  work.context.log.info(`Continuing with the image ${image.id} (${image.status}) left by an earlier apply.`);
  return { image: taken, verifyOnly, disposable: true };
}

/**
 * Takes over a staged image. One PATCH removes the lease of its holder, which only one apply can do; a look afterwards
 * tells who has it. Throws `changed-meanwhile` if that is another run.
 */
export async function claim(
  { region, state, context }: PlanWork,
  image: LiveImage,
  marks: Marks,
  changes: readonly PatchOperation[] = [],
): Promise<LiveImage> {
  try {
    await patchChecked(image.id, [...changes, ...markOperations(image, marks)], region, context);
  } catch (error) {
    if (Failure.is(error, 'conflict')) throw takenOver(image.id, region);
    throw error;
  }
  const now = await region.images.get(image.id, context.signal);
  if (!isStagedBy(now, state.run)) throw takenOver(image.id, region);
  return now;
}

/** Deletes an image that another apply staged, if nobody has touched it since. Throws `changed-meanwhile`. */
export async function discardStaged(work: PlanWork, image: LiveImage): Promise<void> {
  const found = readMarks(image)?.state;
  const same = (now: LiveImage): boolean => {
    const { run, phase } = readMarks(now)?.state ?? {};
    return run === found?.run && phase === 'staging' && now.status === image.status;
  };
  if (typeof (await discard(work, image.id, same, work.context.signal)) !== 'string')
    throw takenOver(image.id, work.region);
}

/**
 * Whether an image of an earlier apply holds other bytes than this source. Reads the source only if the sizes agree.
 */
async function hasOtherBytes({ plan, context }: PlanWork, image: LiveImage): Promise<boolean> {
  const { source, remote, definition } = plan;
  if (remote?.kind === 'cloud') return !isForSource(definition, image, remote);
  if (source?.size !== image.size) return true;
  const { os_hash_algo: algorithm } = image;
  const wanted = algorithm === null ? USUAL_DIGESTS : [...USUAL_DIGESTS, algorithm];
  const digests = await context.reader.digests(source.path, wanted, context.signal);
  return compareBytes({ size: source.size, digests }, image, undefined) === 'different';
}

/**
 * An image that takes the bytes. `verifyOnly`: it has them already, from an apply that was interrupted before it
 * published.
 */
export interface StagedImage {
  readonly image: LiveImage;
  readonly verifyOnly: boolean;
  /** Glance is filling it for an earlier apply. */
  readonly importing?: true;
  /** Whether only applies of this definition made it, so that it may be deleted if they fail. */
  readonly disposable: boolean;
  /** Why it carries no marks, if the cloud refuses them. */
  readonly marksRefused?: ApplyError;
}
