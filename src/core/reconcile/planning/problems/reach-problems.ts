import type { Definition } from '../../../definition/definition.ts';
import { addressOf, sourceOf } from '../../../definition/source.ts';
import type { Problem } from '../../../problem.ts';
import { readChecksum } from '../../../source/checksum.ts';
import type { LocatedPath } from '../../../source/ports.ts';
import { problemAt } from '../../../definition/problem-at.ts';
import { type Plan, SENDS } from '../../model/plan.ts';
/** Says where a path of a definition leads. Throws `Failure` for an invalid path. */
export type Locate = (path: string, definition: Definition) => Promise<LocatedPath>;

/** Problems that say what a definition uses outside its own folder. The user agrees to each before bytes are sent. */
const REACHES: ReadonlySet<string> = new Set(['path-outside', 'path-is-link', 'source-not-public']);

/** Says which paths of a definition leave its folder or go through a link: a stranger may have written the definition. */
export async function pathProblems(definition: Definition, locate: Locate): Promise<readonly Problem[]> {
  const problems = await Promise.all(
    pathsOf(definition).map(async ([argument, written]) =>
      problemOf(definition, argument, await locate(written, definition)),
    ),
  );
  return problems.filter((problem) => problem !== undefined);
}

/** What a plan that sends bytes uses outside the folder of its definition, in words. */
export function reachesOf({ action, problems }: Pick<Plan, 'action' | 'problems'>): readonly string[] {
  if (!SENDS.has(action)) return [];
  return problems.filter(({ code }) => REACHES.has(code)).map(({ message }) => message);
}

/**
 * Whether a plan made again uses something outside its folder that the agreed one did not show. Bytes that match a checksum in
 * the definition are known to its author, so their network does not matter.
 */
export function reachesFurther(agreed: Plan, now: Plan): boolean {
  const known = new Set(reachesOf({ ...agreed, action: 'create' }));
  const proven = now.source?.origin?.checksum !== undefined;
  const problems = proven ? now.problems.filter(({ code }) => code !== 'source-not-public') : now.problems;
  return reachesOf({ action: now.action, problems }).some((reach) => !known.has(reach));
}

function pathsOf(definition: Definition): readonly (readonly [string, string])[] {
  const source = sourceOf(definition);
  const checksum = addressOf(definition)?.checksum;
  const written = checksum === undefined ? undefined : readChecksum(checksum);
  const sums = written?.kind === 'path' ? written.path : undefined;
  const all = [
    ['local_file_path', source.kind === 'file' ? source.path : undefined],
    ['image_source_checksum', sums],
    ['image_cache_path', definition.arguments.image_cache_path],
  ] as const;
  return all.flatMap(([argument, path]) => (path === undefined ? [] : [[argument, path] as const]));
}

function problemOf(definition: Definition, argument: string, { path, reach }: LocatedPath): Problem | undefined {
  if (reach === undefined) return undefined;
  const text =
    reach === 'outside'
      ? `"${argument}" is outside the folder of the definition: "${path}".`
      : `"${argument}" goes through a link: "${path}".`;
  const code = reach === 'outside' ? 'path-outside' : 'path-is-link';
  return problemAt(definition, 'information', code, text, argument);
}
