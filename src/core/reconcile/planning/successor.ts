import { liveArguments, UPDATABLE, desiredImage, ownedBy } from '../../definition/attributes.ts';
import { membersOf, type DefinitionArguments, type Definition, type OnReplace } from '../../definition/definition.ts';
import { isOfTheBytes } from '../../definition/properties-of-bytes.ts';
import { Failure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { ImageMember } from '../../glance/members.ts';
import { isMark, type Marks } from '../ownership/marks.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { Problem } from '../../problem.ts';
import { problemAt } from '../../definition/problem-at.ts';

/** Properties of a live image that neither its definition nor this tool set: those that a new image can keep, and those that describe the old bytes. */
function foreignProperties(
  { properties = {} }: DefinitionArguments,
  live: LiveImage,
  marks: Marks | undefined,
): { readonly kept: readonly string[]; readonly ofTheBytes: readonly string[] } {
  const ours = new Set(marks?.owns ?? []);
  const foreign = Object.keys(live.properties)
    .filter((name) => !isMark(name) && !ours.has(`properties/${name}`) && !Object.hasOwn(properties, name))
    .sort();
  const ofTheBytes = foreign.filter(isOfTheBytes);
  return { kept: foreign.filter((name) => !ofTheBytes.includes(name)), ofTheBytes };
}

/**
 * The arguments of the image that replaces a live one: the definition's, and what others set on the live image and would
 * lose – an operator's `visibility: public`, a property of Horizon, a member.
 *
 * @param members of the live image
 */
export function successorArguments(
  definition: DefinitionArguments,
  live: LiveImage,
  marks: Marks | undefined,
  members: readonly ImageMember[],
): DefinitionArguments {
  const ours = new Set([...ownedBy(definition), ...(marks?.owns ?? [])]);
  const theirs = UPDATABLE.map(({ argument }) => argument).filter(
    (argument) => definition[argument] === undefined && !ours.has(argument),
  );
  const { kept } = foreignProperties(definition, live, marks);
  const strangers = members.filter(({ project }) => !ours.has(`members/${project}`)).map(({ project }) => project);
  return {
    ...definition,
    ...liveArguments(live, theirs),
    properties: {
      ...Object.fromEntries(kept.map((name) => [name, live.properties[name] ?? ''])),
      ...definition.properties,
    },
    ...(strangers.length === 0 ? {} : { members: [...(definition.members ?? []), ...strangers] }),
  };
}

/** The properties that a replacement drops because they describe the old bytes, as changes of its plan. */
export function lostWithBytes(
  definition: DefinitionArguments,
  live: LiveImage,
  marks: Marks | undefined,
): readonly Change[] {
  return foreignProperties(definition, live, marks).ofTheBytes.map((name) => ({
    path: `properties/${name}`,
    before: live.properties[name],
    after: undefined,
    forcesReplacement: false,
    why: 'describes the replaced bytes',
  }));
}

/** The arguments of the image that an apply of this plan fills. */
export function argumentsOf({ definition, successor }: Plan): DefinitionArguments {
  return successor ?? definition.arguments;
}

/** What a replacement takes over from the replaced image: arguments that differ from their default, properties and members. */
export function takenOver({ definition: { arguments: written }, successor }: Plan): readonly string[] {
  if (successor === undefined) return [];
  const wanted = desiredImage(successor);
  const news = UPDATABLE.filter(
    ({ argument, attribute, fallback }) =>
      written[argument] === undefined && JSON.stringify(wanted[attribute]) !== JSON.stringify(fallback),
  );
  const members = new Set(membersOf(written).map(({ project }) => project));
  return [
    ...news.map(({ argument, attribute }) => `${argument} ${JSON.stringify(wanted[attribute])}`),
    ...Object.keys(wanted.properties).filter((name) => !Object.hasOwn(written.properties ?? {}, name)),
    ...membersOf(successor).flatMap(({ project }) => (members.has(project) ? [] : [`members/${project}`])),
  ];
}

/** Failures that a taken-over value can cause. */
const REFUSED: ReadonlySet<string> = new Set(['forbidden', 'not-applied']);

/**
 * Adds the taken-over values to the failure of a replacement: a login may not be allowed to set what an operator set on the
 * old image. Any other error is returned as it is.
 */
export function explainTakenOver(error: unknown, plan: Plan): unknown {
  const kept = takenOver(plan);
  if (!(error instanceof Failure) || kept.length === 0 || !REFUSED.has(error.code)) return error;
  const { code, message, status, requestId, region } = error;
  return new Failure(code, message, {
    cause: error,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(region === undefined ? {} : { region }),
    next: `The new image also takes over what others set on the old one: ${kept.join(', ')}. Apply with a login that may set this, or set it in the definition; null omits a property.`,
  });
}

/** What becomes of the image that an apply of this definition replaces. */
export function onReplaceOf(definition: Definition): OnReplace {
  return definition.arguments.on_replace ?? 'hide';
}

/** Whether an apply may unprotect an image to delete it: only if the definition says `"protected": false`. */
export function mayUnprotect(definition: Definition): boolean {
  return definition.arguments.protected === false;
}

/** Warns of each property that the definition has of the old bytes: the new image would carry it, and who reads it would be misled. */
export function staleProperties(definition: Definition, live: LiveImage): readonly Problem[] {
  return Object.entries(definition.arguments.properties ?? {})
    .filter(([name, value]) => isOfTheBytes(name) && value !== null && value === live.properties[name])
    .map(([name]) => {
      const text = `"${name}" describes the bytes of the image ${live.id}, but its replacement has other bytes. Remove it, or set the value for the new bytes.`;
      return problemAt(definition, 'warning', 'property-of-old-bytes', text, `properties/${name}`);
    });
}

/** Warns if the replaced image can't be deleted as the definition asks. */
export function predecessorProblems(definition: Definition, live: LiveImage): readonly Problem[] {
  if (onReplaceOf(definition) !== 'delete' || !live.protected || mayUnprotect(definition)) return [];
  const text = `The image ${live.id} is protected, so it will be hidden but kept after it is replaced. Set "protected": false to delete it.`;
  return [problemAt(definition, 'warning', 'predecessor-protected', text, 'on_replace')];
}
