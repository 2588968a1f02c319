import type { DefinitionFile } from '../../core/definition/definition.ts';
import { findDuplicates } from '../../core/definition/reading/duplicates.ts';
import type { Problem } from '../../core/problem.ts';
import { Subject } from '../observable.ts';

/** Parses definitions; `parseDefinitions` of core. */
export type Parse = (text: string, file: string) => DefinitionFile;

/** The open definition files, each parsed once per version of its text. */
export class DefinitionsStore {
  readonly #parse: Parse;
  readonly #files = new Map<string, DefinitionFile>();
  readonly #changed = new Subject<readonly string[]>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** The paths whose definitions or problems may have changed. */
  readonly onDidChange = this.#changed.observe;

  /** The definitions of a file's text, parsed only if the text changed. */
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

  /** Problems between files: definitions in several open files that describe the same image. */
  duplicates(file: string): readonly Problem[] {
    return findDuplicates(this.files).get(file) ?? [];
  }

  dispose(): void {
    this.#files.clear();
    this.#changed.dispose();
  }
}
