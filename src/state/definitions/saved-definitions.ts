import { definitionKey } from '../../core/definition/definition.ts';
import type { Definition } from '../../core/definition/definition.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import { readMarks } from '../../core/reconcile/ownership/marks.ts';
import { Subject } from '../observable.ts';

/** The definitions of the workspace's files as last saved, to find the one of an image. */
export class SavedDefinitions {
  readonly #files = new Map<string, readonly Definition[]>();
  readonly #changed = new Subject<void>();
  #byKey: ReadonlyMap<string, readonly Definition[]> | undefined;
  #complete = false;

  readonly onDidChange = this.#changed.observe;

  /** Whether every file of the workspace was read. Only then is an image without a definition unclaimed. */
  get isComplete(): boolean {
    return this.#complete;
  }

  /** Replaces everything with the definitions of all files. */
  setAll(files: ReadonlyMap<string, readonly Definition[]>): void {
    this.#files.clear();
    for (const [file, definitions] of files) this.#files.set(file, definitions);
    this.#complete = true;
    this.#tell();
  }

  /** Updates a file; an empty list means that it was deleted. */
  set(file: string, definitions: readonly Definition[]): void {
    if (definitions.length === 0) this.#files.delete(file);
    else this.#files.set(file, definitions);
    this.#tell();
  }

  /** The definitions that may describe an image, by its mark or its id, in its place. */
  meaning(place: Place, image: LiveImage): readonly Definition[] {
    this.#byKey ??= byIdentity([...this.#files.values()].flat());
    const found = [readMarks(image)?.key, image.id].flatMap((key) => this.#byKey?.get(key ?? '') ?? []);
    return [...new Set(found)].filter((definition) => mayMean(definition, place.cloud, place.region));
  }

  dispose(): void {
    this.#files.clear();
    this.#changed.dispose();
  }

  #tell(): void {
    this.#byKey = undefined;
    this.#changed.next();
  }
}

/** By key, and by `image_id`. */
function byIdentity(definitions: readonly Definition[]): ReadonlyMap<string, readonly Definition[]> {
  const found = new Map<string, Definition[]>();
  for (const definition of definitions) {
    const { image_id: imageId } = definition.arguments;
    for (const key of new Set([definitionKey(definition), imageId ?? ''])) {
      if (key !== '') found.set(key, [...(found.get(key) ?? []), definition]);
    }
  }
  return found;
}

/** A definition that names no cloud or region may be for any. */
function mayMean({ arguments: { cloud, region, regions } }: Definition, ofCloud: string, ofRegion: string): boolean {
  const named = regions ?? (region === undefined ? undefined : [region]);
  return (cloud ?? ofCloud) === ofCloud && (named?.includes(ofRegion) ?? true);
}
