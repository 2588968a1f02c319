import type { DefinitionFile } from '../../core/definition/definition.ts';
import { findDuplicates } from '../../core/definition/reading/duplicates.ts';
import type { Problem } from '../../core/problem.ts';
import { Subject } from '../observable.ts';

/** Turns text into definitions; `parseDefinitions` of the core. */
export type Parse = (text: string, file: string) => DefinitionFile;

/** The definition files that are open, each parsed once for every text it has. */
export class DefinitionsStore {
  readonly #parse: Parse;
  readonly #files = new Map<string, DefinitionFile>();
  readonly #changed = new Subject<readonly string[]>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** The paths whose definitions or problems may be others now. */
  readonly onDidChange = this.#changed.observe;

  /** The definitions of a text; parsed again only if the text differs from the last one of this file. */
  read(file: string, text: string): DefinitionFile {
    const known = this.#files.get(file);
    if (known?.text === text) return known;
    const parsed = this.#parse(text, file);
    this.#files.set(file, parsed);
    this.#changed.next([...this.#files.keys()]);
    return parsed;
  }

  /** Forgets a file that was closed or deleted. */
  close(file: string): void {
    if (this.#files.delete(file)) this.#changed.next([file, ...this.#files.keys()]);
  }

  get files(): readonly DefinitionFile[] {
    return [...this.#files.values()];
  }

  /** Problems that one file alone does not show: definitions in other open files that mean the same image. */
  duplicates(file: string): readonly Problem[] {
    return findDuplicates(this.files).get(file) ?? [];
  }

  dispose(): void {
    this.#files.clear();
    this.#changed.dispose();
  }
}
