import { membersOf, type Definition } from '../../../definition/definition.ts';
import { isAbort, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ImageMember } from '../../../glance/members.ts';
import type { ImageService } from '../../../glance/service.ts';
import type { Problem } from '../../../problem.ts';
import { predecessorsAtHand } from './awaited-members.ts';
import { MARK_PREFIX, readMarks } from '../../ownership/marks.ts';
import { needsMembers } from './members.ts';
import { problemAt } from '../../../definition/problem-at.ts';
import type { SharingFacts } from './sharing.ts';
import type { StoresFinding } from './stores.ts';

/** The stores of a region, asked for only where a definition speaks of them. */
export async function gatherStores(
  images: ImageService,
  definitions: readonly Definition[],
  signal: AbortSignal | undefined,
): Promise<StoresFinding> {
  if (definitions.every(({ arguments: { stores } }) => stores === undefined)) return { kind: 'unasked' };
  const stores = await images.stores.list(signal);
  return stores === undefined ? { kind: 'single' } : { kind: 'several', stores };
}

/** What the members of an image are gathered for. */
export interface MemberQuestion {
  readonly definition: Definition;
  /** Whether the image may be replaced, so that all its members matter. */
  readonly mayReplace: boolean;
  /** The image that the definition means, if there is one. */
  readonly live: LiveImage | undefined;
  readonly candidates: readonly LiveImage[];
  /** Throws `Failure` for an entry of `clouds.yaml` that there is none of. */
  readonly checkCloud: (name: string, definition: Definition) => Promise<void>;
}

/** Whether members can matter to a plan at all: its definition has some, or an image at hand remembers some or waits for them. */
export function mayNeedMembers({ arguments: { members } }: Definition, candidates: readonly LiveImage[]): boolean {
  if (members !== undefined) return true;
  return candidates.some(({ visibility, properties }) => {
    if (visibility !== 'shared') return false;
    const owns = properties[`${MARK_PREFIX}owns`];
    return owns?.includes('"members/') === true || properties[`${MARK_PREFIX}state`] !== undefined;
  });
}

/**
 * The members of the image that a definition means, asked for only where the definition speaks of members, or did, or its
 * image may be replaced; and those of the images that it replaces while that waits for members. What can't be found out is a problem, not a throw.
 */
export async function gatherMembers(
  images: ImageService,
  { definition, mayReplace, live, candidates, checkCloud }: MemberQuestion,
  signal: AbortSignal | undefined,
): Promise<Pick<SharingFacts, 'members' | 'problems'>> {
  const problems = await unknownClouds(definition, checkCloud);
  const marks = live === undefined ? undefined : readMarks(live);
  if (live?.visibility !== 'shared') return { members: new Map(), problems };
  const replaced = predecessorsAtHand(live, candidates).filter(({ visibility }) => visibility === 'shared');
  if (!mayReplace && replaced.length === 0 && !needsMembers(definition.arguments, live, marks))
    return { members: new Map(), problems };
  try {
    const found = await Promise.all(
      [live, ...replaced].map(async ({ id }): Promise<[string, readonly ImageMember[]]> => [
        id,
        await images.members.list(id, signal),
      ]),
    );
    return { members: new Map(found), problems };
  } catch (error) {
    if (isAbort(error)) throw error;
    const failure = toFailure(error);
    const problem = problemAt(definition, 'error', failure.code, failure.explain(), 'members');
    return { members: new Map(), problems: [...problems, problem] };
  }
}

async function unknownClouds(
  definition: Definition,
  checkCloud: MemberQuestion['checkCloud'],
): Promise<readonly Problem[]> {
  const checked = await Promise.all(
    membersOf(definition.arguments).map(async ({ accept_with: cloud }, index): Promise<readonly Problem[]> => {
      if (cloud === undefined) return [];
      try {
        await checkCloud(cloud, definition);
        return [];
      } catch (error) {
        if (isAbort(error)) throw error;
        const { code, message, next } = toFailure(error);
        const text = `"accept_with": ${message}${next === undefined ? '' : ` ${next}`}`;
        return [problemAt(definition, 'error', code, text, `members/${index}/accept_with`)];
      }
    }),
  );
  return checked.flat();
}
