import type { Definition, OnReplace } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { awaitedMembers } from '../../planning/sharing/awaited-members.ts';
import { readMarks } from '../../ownership/marks.ts';
import type { ApplyContext, ApplyRegion } from '../context.ts';
import { onReplaceOf } from '../../planning/successor.ts';

/** An image that is to be retired. */
export interface Predecessor {
  readonly image: LiveImage;
  /** The image that replaced it. */
  readonly successorId: string;
  readonly how: OnReplace;
}

/**
 * The images that a published one still has to retire, nearest first. There are several if a replacement still waited
 * for members when the next one came. Images of other projects never count, whatever a mark says.
 */
export async function predecessorsOf(
  published: LiveImage,
  definition: Definition,
  region: ApplyRegion,
  { signal }: Pick<ApplyContext, 'signal'>,
): Promise<readonly Predecessor[]> {
  const chain: Predecessor[] = [];
  const seen = new Set([published.id]);
  let successor = published;
  for (;;) {
    const state = readMarks(successor)?.state;
    const id = state?.replaces;
    if (id === undefined || seen.has(id)) return chain;
    seen.add(id);
    const image = await region.images.find(id, signal);
    // The chain ends here: a deleted image can't name its own predecessor.
    if (image?.owner !== published.owner) return chain;
    chain.push({ image, successorId: successor.id, how: state?.on_replace ?? onReplaceOf(definition) });
    successor = image;
  }
}

/**
 * The projects that use a predecessor and have not accepted the published image yet. Images that stay visible wait for
 * nobody.
 */
export async function awaitedNow(
  published: LiveImage,
  predecessors: readonly Predecessor[],
  region: ApplyRegion,
  { signal }: Pick<ApplyContext, 'signal'>,
): Promise<readonly string[]> {
  const leaving = predecessors.filter(({ image, how }) => how !== 'keep' && image.visibility === 'shared');
  if (leaving.length === 0 || published.visibility !== 'shared') return [];
  const [now, ...before] = await Promise.all(
    [published, ...leaving.map(({ image }) => image)].map(({ id }) => region.images.members.list(id, signal)),
  );
  return awaitedMembers(now ?? [], before);
}
