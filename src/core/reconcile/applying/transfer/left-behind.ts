import { Failure, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { Left } from '../../model/left.ts';
import { readMarks, type StateMark } from '../../ownership/marks.ts';
import type { PlanWork } from '../context.ts';
import { discard, isDiscarded, isStagedBy } from '../discard.ts';
import { pause } from '../wait-until-idle.ts';
import type { Write } from '../writes.ts';

/** ms for looking at what is left and deleting a staged image after a failure. */
export const CLEAN_UP_TIMEOUT = 5000;
/** ms before a second look for an image that Glance was asked for without an answer. */
const LATE = 300;

/** What is known about a plan whose apply failed. */
export interface Unfinished extends Pick<PlanWork, 'region' | 'state'> {
  readonly reason: unknown;
  readonly writes: readonly Write[];
}

/**
 * What is left if no image was staged. Deletes an image that Glance made anyway. If no answer came and the image is not
 * there, nobody can say.
 */
export async function leftOfStaging(unfinished: Unfinished): Promise<Left> {
  const { region, writes, reason } = unfinished;
  const asked = writes.findLast(({ kind, outcome }) => kind === 'create' && outcome !== 'refused');
  if (asked === undefined) return leftOfTakingOver(writes);
  const { id } = asked;
  if (isSignedOut(reason))
    return asked.outcome === 'done' ? { kind: 'staged', id } : { kind: 'unknown', id, seen: 'not looked at' };
  const looking = AbortSignal.timeout(CLEAN_UP_TIMEOUT);
  try {
    if (asked.outcome === 'open' && (await region.images.find(id, looking)) === undefined) {
      await pause(LATE, looking);
      if ((await region.images.find(id, looking)) === undefined) return { kind: 'unknown', id, seen: 'not there' };
    }
  } catch {
    return { kind: 'unknown', id, seen: 'not looked at' };
  }
  return takeAway(id, () => true, unfinished, looking);
}

/** The image of an earlier apply, if this one took it over before it failed. */
function leftOfTakingOver(writes: readonly Write[]): Left {
  const changed = writes.findLast(({ kind, outcome }) => kind === 'patch' && outcome !== 'refused');
  if (changed === undefined) return { kind: 'nothing' };
  const { id } = changed;
  const isDeleted = writes.some((write) => write.kind === 'delete' && write.outcome === 'done' && write.id === id);
  return { kind: isDeleted ? 'deleted' : 'staged', id };
}

/**
 * Deletes a staged image that holds nothing of value, if it still is this run's, and returns what is left. A login that
 * nobody completed for the apply is not asked for again.
 *
 * @param isOurs whether the image holds only what this apply sent, or nothing
 */
export async function takeAway(
  id: string,
  isOurs: (image: LiveImage) => boolean,
  unfinished: Unfinished,
  signal = AbortSignal.timeout(CLEAN_UP_TIMEOUT),
): Promise<Left> {
  const { reason, state } = unfinished;
  if (isSignedOut(reason)) return { kind: 'staged', id };
  try {
    const mayGo = (image: LiveImage): boolean => isStagedBy(image, state.run) && isOurs(image);
    const ended = await discard(unfinished, id, mayGo, signal);
    return typeof ended === 'string' ? { kind: ended, id } : leftWith(ended, state, reason);
  } catch (error) {
    return { kind: 'staged', id, why: toFailure(error).explain() };
  }
}

/** What is left of a staged image whose publishing failed. */
export async function leftOfPublishing(id: string, { reason, state, region }: Unfinished): Promise<Left> {
  const unseen = { kind: 'filled', id, by: 'this apply' } as const;
  if (isSignedOut(reason)) return unseen;
  try {
    const image = await region.images.find(id, AbortSignal.timeout(CLEAN_UP_TIMEOUT));
    if (image === undefined) return { kind: 'gone', id };
    if (isStagedBy(image, state.run)) return unseen;
    const now = readMarks(image)?.state;
    if (now === undefined || now.run === state.run)
      return { kind: 'serving', id, ...(now?.replaces === undefined ? {} : { replaces: now.replaces }) };
    return leftWith(image, state, reason);
  } catch {
    return unseen;
  }
}

/** An image that is not this run's any more. */
function leftWith(image: LiveImage, { run }: StateMark, reason: unknown): Left {
  const { id, status, size, checksum } = image;
  const state = readMarks(image)?.state;
  const data = Failure.is(reason, 'conflict') ? 'sent data to it' : 'may have sent data to it';
  const by = isStagedBy(image, run)
    ? data
    : state?.phase === 'staging' || isDiscarded(image)
      ? 'took it over'
      : readMarks(image) === undefined
        ? 'changed it'
        : 'published it';
  return { kind: 'theirs', id, status, by, size, checksum };
}

function isSignedOut(reason: unknown): boolean {
  return Failure.is(reason, 'signed-out') || Failure.is(reason, 'auth-incomplete');
}
