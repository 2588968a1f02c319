import type { Definition } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ImageMember } from '../../../glance/members.ts';
import type { Problem } from '../../../problem.ts';
import { readMarks } from '../../ownership/marks.ts';
import { problemAt } from '../../../definition/problem-at.ts';

/**
 * The projects that a replacement waits for: they accepted the replaced image, and neither accepted nor rejected the new one
 * yet. The replaced image stays visible until they do.
 */
export function awaitedMembers(
  successor: readonly ImageMember[],
  predecessors: readonly (readonly ImageMember[])[],
): readonly string[] {
  const users = new Set(predecessors.flat().flatMap(({ project, status }) => (status === 'accepted' ? [project] : [])));
  return successor.flatMap(({ project, status }) => (status === 'pending' && users.has(project) ? [project] : []));
}

/** The images among these that an image replaced and that still wait for members, the latest first. */
export function waitingPredecessors(image: LiveImage, candidates: readonly LiveImage[]): readonly LiveImage[] {
  const chain: LiveImage[] = [];
  let next = readMarks(image)?.state?.replaces;
  while (next !== undefined) {
    const id = next;
    const found = candidates.find((candidate) => candidate.id === id && candidate.owner === image.owner);
    if (found === undefined || found === image || chain.includes(found)) break;
    chain.push(found);
    next = readMarks(found)?.state?.replaces;
  }
  return chain;
}

/** What tells whether a replacement still waits for members. */
interface AwaitingInput {
  readonly definition: Definition;
  readonly candidates: readonly LiveImage[];
  readonly members: { readonly byImage: ReadonlyMap<string, readonly ImageMember[]> };
}

/** The projects that the replacement by a live image waits for; none if the replaced image stays visible anyway. */
export function awaitedOf({ candidates, members }: AwaitingInput, live: LiveImage): readonly string[] {
  if (readMarks(live)?.state?.on_replace === 'keep') return [];
  const replaced = waitingPredecessors(live, candidates).map(({ id }) => members.byImage.get(id) ?? []);
  return awaitedMembers(members.byImage.get(live.id) ?? [], replaced);
}

/** Says why a replaced image is still visible. */
export function awaitingProblems(input: AwaitingInput, live: LiveImage): readonly Problem[] {
  const awaited = awaitedOf(input, live);
  const [replaced] = waitingPredecessors(live, input.candidates);
  if (awaited.length === 0 || replaced === undefined) return [];
  const text = awaitingText(replaced.id, live.id, awaited);
  return [problemAt(input.definition, 'information', 'predecessor-awaits-members', text, 'members')];
}

/** Why a replaced image is still visible, and what to do. */
export function awaitingText(replacedId: string, id: string, awaited: readonly string[]): string {
  const accept =
    awaited.length === 1 ? `the project ${awaited.join()} accepts` : `the projects ${awaited.join(', ')} accept`;
  return `The image ${replacedId}, which is replaced, stays visible until ${accept} the image ${id} (openstack image set --accept ${id}). Then apply again.`;
}
