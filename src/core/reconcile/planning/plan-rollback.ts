import type { ErrorCode } from '../../error-codes.ts';
import { definitionKey, type Definition } from '../../definition/definition.ts';
import type { Failure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Place } from '../../place.ts';
import type { Problem } from '../../problem.ts';
import { compareStored } from '../sources/bytes.ts';
import { identify } from '../ownership/identity.ts';
import type { Left } from '../model/left.ts';
import { readMarks } from '../ownership/marks.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { ApplyError } from '../model/result.ts';
import { fingerprint } from './plan.ts';

/** A rollback of one definition in one region: the image that was replaced last serves again. */
export interface Rollback {
  readonly id: string;
  readonly definition: Definition;
  readonly place: Place;
  readonly cloudChosenBy: string;
  /** The image that serves now. The rollback hides it. */
  readonly current?: LiveImage;
  /** The image that it replaced. */
  readonly previous?: LiveImage;
  /** An error says why nothing can be rolled back. */
  readonly problems: readonly Problem[];
  /** Fingerprint of the images; compared before anything is written. */
  readonly fingerprint: string;
}

/** How the rollback of one definition in one region ended. */
export interface RollbackResult {
  readonly rollback: Rollback;
  readonly status: 'done' | 'failed' | 'blocked' | 'declined' | 'cancelled';
  readonly requestId?: string;
  readonly error?: ApplyError;
  /** What is left in the region if the rollback failed. */
  readonly left?: Left;
  /** The image that serves again, as it was read last. */
  readonly live?: LiveImage;
}

/** Everything that a rollback is made from. */
export interface RollbackInput extends Pick<Rollback, 'id' | 'definition' | 'place' | 'cloudChosenBy'> {
  /** Id of the scoped project. */
  readonly project: string | undefined;
  /** Live images that the definition could mean, replaced ones included. */
  readonly candidates: readonly LiveImage[];
}

/** Decides what a rollback would do. Pure. */
export function planRollback(input: RollbackInput): Rollback {
  const { id, definition, place, cloudChosenBy, project, candidates } = input;
  const common = { id, definition, place, cloudChosenBy };
  const identity = identify(definition, candidates, project, false);
  const problem = (severity: Problem['severity'], code: ErrorCode, text: string): Problem =>
    problemAt(definition, severity, code, text);
  if (identity.kind !== 'image') {
    const text = `No image of "${definitionKey(definition)}" can be rolled back. Plan it to see why.`;
    return { ...common, problems: [problem('error', 'nothing-to-roll-back', text)], fingerprint: 'absent' };
  }
  const current = identity.image;
  const previous = replacedBy(current, candidates);
  if (previous === undefined) {
    const text = `The image ${current.id} replaced no image that still exists.`;
    const none = problem('error', 'nothing-to-roll-back', text);
    return { ...common, current, problems: [none], fingerprint: fingerprint(current) };
  }
  const problems = previousProblems(previous, problem);
  return { ...common, current, previous, problems, fingerprint: fingerprint(current) + fingerprint(previous) };
}

/** The blocked rollback of a definition whose cloud is unknown or whose region does not answer. */
export function blockedRollback(
  common: Pick<Rollback, 'id' | 'definition' | 'place' | 'cloudChosenBy'>,
  failure: Failure,
): Rollback {
  const problems = [problemAt(common.definition, 'error', failure.code, failure.explain())];
  return { ...common, problems, fingerprint: 'absent' };
}

/** The image whose retirement still waits for members, else the youngest of those that the current one replaced and that are older than it. */
function replacedBy(current: LiveImage, candidates: readonly LiveImage[]): LiveImage | undefined {
  const waiting = readMarks(current)?.state?.replaces;
  const ours = candidates.filter(({ owner }) => owner === current.owner);
  const visible = ours.find((image) => image.id === waiting && readMarks(image)?.state?.phase !== 'discarding');
  if (visible !== undefined) return visible;
  return ours
    .filter((image) => {
      const marks = readMarks(image);
      return marks?.replacedBy === current.id && marks.state?.phase !== 'discarding';
    })
    .filter((image) => image.created_at <= current.created_at)
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1))[0];
}

function previousProblems(
  previous: LiveImage,
  problem: (severity: Problem['severity'], code: ErrorCode, text: string) => Problem,
): readonly Problem[] {
  if (previous.status !== 'active' && previous.status !== 'deactivated') {
    const text = `The image ${previous.id}, which was replaced, is "${previous.status}" and can't be brought back.`;
    return [problem('error', 'nothing-to-roll-back', text)];
  }
  const stored = readMarks(previous)?.stored;
  if (stored === undefined || compareStored(stored, previous) !== 'different') return [];
  const text = `The data of the image ${previous.id}, which was replaced, is not the data that was verified.`;
  return [problem('error', 'rollback-unverified', text)];
}
