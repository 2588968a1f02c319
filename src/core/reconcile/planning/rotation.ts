import { definitionKey, type Definition } from '../../definition/definition.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Problem } from '../../problem.ts';
import type { Change } from '../model/plan.ts';
import { readMarks } from '../ownership/marks.ts';
import { compareStored } from '../sources/bytes.ts';
import type { PlanInput } from './plan-input.ts';
import { mayUnprotect } from './successor.ts';

/** Before the id of a replaced image, in the path of a change. */
const PREFIX = 'replaced/';

/**
 * The replaced images that a definition with `keep` does not keep, the oldest last. Only images count that the marks of this tool
 * name as replaced ones of this key, that belong to the project, that are hidden and that no apply works on. Pure.
 *
 * @param images those of the project that the definition could mean
 * @param newer how many images are about to become the newest of them
 */
export function surplusOf(
  definition: Definition,
  images: readonly LiveImage[],
  project: string | undefined,
  newer = 0,
): readonly LiveImage[] {
  const { keep } = definition.arguments;
  if (keep === undefined || project === undefined) return [];
  const replaced = images.filter(
    (image) => image.owner === project && image.os_hidden && isReplaced(image, definitionKey(definition)),
  );
  return newestFirst(replaced)
    .slice(Math.max(0, keep - newer))
    .filter(({ status }) => definition.arguments.on_replace !== 'deactivate' || status === 'active');
}

function isReplaced(image: LiveImage, key: string): boolean {
  const marks = readMarks(image);
  return marks?.key === key && marks.replacedBy !== undefined && marks.state === undefined;
}

/** By time; Glance counts seconds, so of two in one second by which replaced which. */
function newestFirst(images: readonly LiveImage[]): readonly LiveImage[] {
  const byId = new Map(images.map((image) => [image.id, image]));
  const age = (image: LiveImage): number => {
    let steps = 0;
    // At most as many steps as there are images: after rollbacks, two may name each other.
    for (let next: LiveImage | undefined = image; next !== undefined && steps <= images.length; steps += 1)
      next = byId.get(readMarks(next)?.replacedBy ?? '');
    return steps;
  };
  return images.toSorted((a, b) => b.created_at.localeCompare(a.created_at) || age(a) - age(b));
}

/** What a plan retires, as its changes and problems. Nothing while it is not proven that the live image serves what was verified. */
export function rotation(
  { definition, candidates, project }: PlanInput,
  live: LiveImage,
  replaces: boolean,
): { readonly changes: readonly Change[]; readonly problems: readonly Problem[] } {
  if (!replaces && !isProven(live)) return { changes: [], problems: [] };
  const surplus = surplusOf(definition, candidates, project, replaces ? 1 : 0);
  const { keep = 0, on_replace: how } = definition.arguments;
  const isKept = (image: LiveImage): boolean => how === 'delete' && image.protected && !mayUnprotect(definition);
  const why = `more than ${keep} replaced ${keep === 1 ? 'image' : 'images'}`;
  return {
    changes: surplus
      .filter((image) => !isKept(image))
      .map((image) => ({
        path: `${PREFIX}${image.id}`,
        before: `${image.name ?? ''}, ${image.status}, created ${image.created_at}`,
        after: how === 'delete' ? undefined : 'deactivated',
        forcesReplacement: false,
        why,
      })),
    problems: surplus.filter(isKept).map(({ id }) => {
      const text = `The replaced image ${id} is protected, so it is kept though there are ${why}. Set "protected": false to delete it.`;
      return problemAt(definition, 'warning', 'predecessor-protected', text, 'keep');
    }),
  };
}

/** Whether an image serves with the data that was verified. */
export function isProven(live: LiveImage): boolean {
  const marks = readMarks(live);
  if (live.status !== 'active' || marks?.stored === undefined || marks.replacedBy !== undefined) return false;
  return compareStored(marks.stored, live) === 'same';
}

/** Whether a change retires a replaced image. */
export function isRotation({ path }: Pick<Change, 'path'>): boolean {
  return path.startsWith(PREFIX);
}

/** The ids of the replaced images that a plan retires. */
export function rotatedIds(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.filter(isRotation).map(({ path }) => path.slice(PREFIX.length)));
}

/** What a plan deletes or deactivates of earlier replacements; `undefined` where it does not. */
export function describeRotation(definition: Definition, changes: readonly Change[]): string | undefined {
  const ids = [...rotatedIds(changes)];
  if (ids.length === 0) return undefined;
  const { keep = 0, on_replace: how } = definition.arguments;
  const what = ids.length === 1 ? 'the older replaced image' : `${ids.length} older replaced images:`;
  const done = how === 'delete' ? 'deleted, which can’t be undone' : 'deactivated';
  return `${keep} replaced ${keep === 1 ? 'image is' : 'images are'} kept; ${what} ${ids.join(', ')} ${ids.length === 1 ? 'is' : 'are'} ${done}`;
}
