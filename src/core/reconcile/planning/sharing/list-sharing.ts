import { membersOf, type Definition } from '../../../definition/definition.ts';
import { isAbort, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ImageMember } from '../../../glance/members.ts';
import type { ImageService } from '../../../glance/service.ts';
import { storesOf } from '../../../glance/stores.ts';
import type { Marks } from '../../ownership/marks.ts';
import type { Problem } from '../../../problem.ts';
import { problemAt } from '../../../definition/problem-at.ts';
import type { MembersFinding } from './members.ts';
import type { StoresFinding } from './stores.ts';

/** Says whether `clouds.yaml` has an entry: throws `Failure` where it has not. */
export type CheckCloud = (name: string, definition: Definition) => Promise<void>;

/** The stores of a region. */
export async function listStores(images: ImageService, signal: AbortSignal | undefined): Promise<StoresFinding> {
  const stores = await images.stores.list(signal);
  return stores === undefined ? { kind: 'single' } : { kind: 'several', stores };
}

/**
 * The members of images, and problems with the clouds that `accept_with` names. A failure becomes a problem; nothing is
 * thrown.
 */
export async function listMembers(
  images: ImageService,
  ids: readonly string[],
  definition: Definition,
  checkCloud: CheckCloud,
  signal: AbortSignal | undefined,
): Promise<MembersFinding> {
  const problems = await unknownClouds(definition, checkCloud);
  try {
    const found = await Promise.all(
      ids.map(async (id): Promise<[string, readonly ImageMember[]]> => [id, await images.members.list(id, signal)]),
    );
    return { byImage: new Map(found), problems };
  } catch (error) {
    if (isAbort(error)) throw error;
    const failure = toFailure(error);
    const problem = problemAt(definition, 'error', failure.code, failure.explain(), 'members');
    return { byImage: new Map(), problems: [...problems, problem] };
  }
}

async function unknownClouds(definition: Definition, checkCloud: CheckCloud): Promise<readonly Problem[]> {
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

/**
 * The stores and members that an import writes, so that the definition plans to nothing: of an image that remembers what
 * was set, exactly that; of another one its members, while its data is left where it is.
 *
 * @param project id of the scoped project: members are the owner's business
 */
export async function importedSharing(
  images: ImageService,
  image: LiveImage,
  marks: Marks | undefined,
  project: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly stores?: readonly string[]; readonly members?: readonly string[] }> {
  const stores = marks?.owns.includes('stores') === true ? { stores: storesOf(image) } : {};
  const mayHave = marks === undefined || marks.owns.some((owned) => owned.startsWith('members/'));
  if (image.visibility !== 'shared' || image.owner !== project || !mayHave) return stores;
  const members = (await images.members.list(image.id, signal)).map((member) => member.project);
  const ours = marks === undefined ? members : members.filter((member) => marks.owns.includes(`members/${member}`));
  return { ...stores, members: ours };
}
