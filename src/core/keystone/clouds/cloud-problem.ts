import type { FilePlace } from '../../failure.ts';
import type { Problem } from '../../problem.ts';

/** Keys from an entry down to one of its values; of a list its index. */
export type KeyPath = readonly string[];

/** Something wrong with the files that describe clouds. */
export interface CloudProblem extends Problem {
  /** Absolute path of the file that `line` and `column` are of. */
  readonly file?: string;
  /** While an entry is read: what of it this is about, the likeliest first. */
  readonly keys?: readonly KeyPath[];
}

/** Finds the key of a value that a file holds; `undefined` where it has none there. */
export type PositionOf = (keys: KeyPath) => { readonly line: number; readonly column: number } | undefined;

/** A file as far as places in it are asked for. */
interface Located {
  readonly path: string;
  readonly positionOf: PositionOf;
}

/**
 * The problem of an entry at its place: at its key in the first of the files that has it, else at the name of the entry.
 * @param files whose values count first; the one of the entry itself comes last
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

/** The place of a problem, where it has one. */
export function placeOf({ file, line, column = 1 }: CloudProblem): FilePlace | undefined {
  return file === undefined || line === undefined ? undefined : { file, line, column };
}

/** A place as compilers write it, which terminals make a link of. */
export function placeInWords({ file, line, column }: FilePlace): string {
  return `${file}:${line}:${column}`;
}
