import type { Definition } from '../../core/definition/definition.ts';
import { problemAt } from '../../core/definition/problem-at.ts';
import type { Problem } from '../../core/problem.ts';
import { readChecksum } from '../../core/source/checksum.ts';
import { Subject } from '../observable.ts';

/** Looks for the file of a path as a definition writes it. `undefined`: it is there, or nobody may look. */
export type FindMissing = (path: string, definitionFile: string) => Promise<MissingFile | undefined>;

/** A file that does not exist. */
export interface MissingFile {
  /** The path of the file beside it whose name is nearest, written alike. */
  readonly closest?: string;
}

/** The files that definitions name and that do not exist, as of the last look. Looks only when it is told to. */
export class MissingFiles {
  readonly #find: FindMissing;
  readonly #missing = new Map<string, MissingFile>();
  readonly #changed = new Subject<void>();

  /** Fires where a look found something else than the one before it. */
  readonly onDidChange = this.#changed.observe;

  constructor(find: FindMissing) {
    this.#find = find;
  }

  /** Looks for the files of these definitions. */
  async look(definitions: readonly Definition[]): Promise<void> {
    const found = await Promise.all(
      definitions.flatMap((definition) =>
        pathsOf(definition).map(async ({ path }) => {
          const missing = await this.#find(path, definition.file);
          return this.#note(keyOf(definition, path), missing);
        }),
      ),
    );
    if (found.includes(true)) this.#changed.next();
  }

  /** A warning for each missing file, with the nearest one as a fix. */
  problemsOf(definition: Definition): readonly Problem[] {
    return pathsOf(definition).flatMap(({ argument, path }) => {
      const missing = this.#missing.get(keyOf(definition, path));
      if (missing === undefined) return [];
      const { closest } = missing;
      const meant = closest === undefined ? '' : ` Did you mean "${closest}"?`;
      const problem = problemAt(
        definition,
        'warning',
        'source-missing',
        `The file "${path}" does not exist.${meant}`,
        argument,
      );
      return [closest === undefined ? problem : { ...problem, fixes: [{ kind: 'set-value', value: closest }] }];
    });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Returns whether it is news. */
  #note(key: string, missing: MissingFile | undefined): boolean {
    const before = this.#missing.get(key);
    if (missing === undefined) return this.#missing.delete(key);
    this.#missing.set(key, missing);
    return before === undefined || before.closest !== missing.closest;
  }
}

/** The files that a definition names. */
function pathsOf({ arguments: given }: Definition): readonly { readonly argument: string; readonly path: string }[] {
  const { local_file_path: source, image_source_checksum: checksum } = given;
  const beside = checksum === undefined ? undefined : readChecksum(checksum);
  return [
    ...(source === undefined ? [] : [{ argument: 'local_file_path', path: source }]),
    ...(beside?.kind === 'path' ? [{ argument: 'image_source_checksum', path: beside.path }] : []),
  ];
}

function keyOf({ file }: Definition, path: string): string {
  return JSON.stringify([file, path]);
}
