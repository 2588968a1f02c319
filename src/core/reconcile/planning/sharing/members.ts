import { membersOf, type Definition, type DefinitionArguments } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ImageMember } from '../../../glance/members.ts';
import type { Problem } from '../../../problem.ts';
import type { Marks } from '../../ownership/marks.ts';
import { problemAt } from '../../../definition/problem-at.ts';
import type { Change } from '../../model/plan.ts';

const PREFIX = 'members/';

/** What a region says of the members of images. */
export interface MembersFinding {
  /** By image id; absent for an image that was not asked about. */
  readonly byImage: ReadonlyMap<string, readonly ImageMember[]>;
  /** Why something could not be found out. */
  readonly problems: readonly Problem[];
}

/** Where no image was asked about. */
export const NO_MEMBERS: MembersFinding = { byImage: new Map(), problems: [] };

/** Whether a plan for this image has to know its members: the definition speaks of them, or the image remembers that it did. Only shared images have any. */
export function needsMembers(definition: DefinitionArguments, live: LiveImage, marks: Marks | undefined): boolean {
  if (live.visibility !== 'shared') return false;
  return (definition.members ?? []).length > 0 || marks?.owns.some((owned) => owned.startsWith(PREFIX)) === true;
}

/**
 * Three-way comparison of members: those of the definition are added, and accepted where it says with what; ours that left
 * it are removed; those of others are left alone.
 *
 * @param live who the image is shared with; empty for one that is not there yet or not shared
 */
export function compareMembers(
  definition: DefinitionArguments,
  live: readonly ImageMember[],
  marks: Marks | undefined,
): readonly Change[] {
  const status = new Map(live.map((member) => [member.project, member.status]));
  const wanted = membersOf(definition);
  const added = wanted.flatMap(({ project, accept_with: acceptWith }): readonly Change[] => {
    const before = status.get(project);
    if (before === 'accepted' || (before !== undefined && acceptWith === undefined)) return [];
    const accepted = acceptWith !== undefined;
    return [
      {
        path: `${PREFIX}${project}`,
        before,
        after: accepted ? 'accepted' : 'pending',
        forcesReplacement: false,
        why: accepted ? `accepted with ${acceptWith}` : 'has to accept it',
      },
    ];
  });
  const kept = new Set(wanted.map(({ project }) => project));
  const removed = ownedMembers(marks)
    .filter((project) => !kept.has(project) && status.has(project))
    .map((project): Change => {
      const before = status.get(project);
      return {
        path: `${PREFIX}${project}`,
        before,
        after: undefined,
        forcesReplacement: false,
        why: 'left the definition',
      };
    });
  return [...added, ...removed];
}

/** Members that neither the definition nor we added, as `members/ID`. */
export function unmanagedMembers(
  definition: DefinitionArguments,
  live: readonly ImageMember[],
  marks: Marks | undefined,
): readonly string[] {
  const ours = new Set([...membersOf(definition).map(({ project }) => project), ...ownedMembers(marks)]);
  return live.flatMap(({ project }) => (ours.has(project) ? [] : [`${PREFIX}${project}`])).sort();
}

/** What a definition can't share, which only the region tells. */
export function memberProblems(
  { arguments: written, ...rest }: Definition,
  project: string | undefined,
): readonly Problem[] {
  return membersOf(written).flatMap((member, index) => {
    if (project === undefined || member.project !== project) return [];
    const text = `The project ${member.project} owns the image and can't be a member. Remove it from "members".`;
    return [problemAt({ arguments: written, ...rest }, 'error', 'member-is-owner', text, `members/${index}`)];
  });
}

/** The projects whose membership a plan ends. */
export function endedMembers(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ path, after }) =>
    path.startsWith(PREFIX) && after === undefined ? [path.slice(PREFIX.length)] : [],
  );
}

/** Members as a fingerprint has them. */
export function memberFacts(live: readonly ImageMember[]): readonly string[] {
  return live.map(({ project, status }) => `${project} ${status}`).sort();
}

function ownedMembers(marks: Marks | undefined): readonly string[] {
  return (marks?.owns ?? []).flatMap((owned) => (owned.startsWith(PREFIX) ? [owned.slice(PREFIX.length)] : []));
}
