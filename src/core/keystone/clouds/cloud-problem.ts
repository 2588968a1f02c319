import type { FilePlace } from '../../failure.ts';
import type { Problem } from '../../problem.ts';

/** The path from an entry to one of its values: keys, and indices of lists. */
export type KeyPath = readonly string[];

/** A problem of the files that describe clouds. */
export interface CloudProblem extends Problem {
  /** Absolute path of the file of `line` and `column`. */
  readonly file?: string;
  /** While an entry is read: the possible paths of the value, likeliest first. */
  readonly keys?: readonly KeyPath[];
}

/** Finds the position of a value's key in a file; `undefined` if it has none. */
export type PositionOf = (keys: KeyPath) => { readonly line: number; readonly column: number } | undefined;

/** A file that can locate its values. */
interface Located {
  readonly path: string;
  readonly positionOf: PositionOf;
}

/**
 * Locates the problem of an entry: at its key in the first file that has it, else at the name of the entry.
 * @param files in order of precedence; the entry's own file comes last
 */
export function located(problem: CloudProblem, name: string, files: readonly Located[]): CloudProblem {
  const { keys = [], ...bare } = problem;
  for (const path of [...keys.map((each) => ['clouds', name, ...each]), ['clouds', name]])
    for (const file of path.length === 2 ? files.slice(-1) : files) {
      const position = file.positionOf(path);
      if (position !== undefined) return { ...bare, file: file.path, ...position };
    }
  return bare;
}

/** The place of a problem, if it has one. */
export function placeOf({ file, line, column = 1 }: CloudProblem): FilePlace | undefined {
  return file === undefined || line === undefined ? undefined : { file, line, column };
}

/** A place in the format of compilers, which terminals turn into a link. */
export function placeInWords({ file, line, column }: FilePlace): string {
  return `${file}:${line}:${column}`;
}
