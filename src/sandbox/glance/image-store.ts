import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../node/files/strict-files.ts';
import { emptyProperties, type ImageRecord } from './images/image-record.ts';

/** The stores of a region, the default first. */
export const storeNames = ['fast', 'slow'] as const;

/**
 * A region's images in a folder: `images/ID.json` for each, and the bytes as `fast/ID`, `slow/ID` and `staging/ID`.
 * One file per image, so that a change costs the same with ten images and with ten thousand.
 */
export class ImageStore {
  readonly #folder: string;
  readonly #images = new Map<string, ImageRecord>();
  #clock = 0;

  /** Reads the folder, or creates it. */
  constructor(folder: string) {
    this.#folder = folder;
    for (const name of ['', 'images', 'staging', ...storeNames]) makeFolder(join(folder, name));
    for (const file of readdirSync(join(folder, 'images'))) {
      if (!file.endsWith('.json')) continue;
      // Our own file, written by `save` only.
      const image = JSON.parse(readFileSync(join(folder, 'images', file), 'utf8')) as ImageRecord;
      image.properties = Object.assign(emptyProperties(), image.properties);
      this.#images.set(image.id, image);
    }
  }

  /** Microseconds since the epoch; never the same twice, so that a list has one order. */
  now(): number {
    this.#clock = Math.max(this.#clock + 1, Date.now() * 1000);
    return this.#clock;
  }

  /** An image by its exact id, including deleted ones. */
  find(id: string): ImageRecord | undefined {
    return this.#images.get(id);
  }

  /** All images but deleted ones. */
  all(): ImageRecord[] {
    return [...this.#images.values()].filter((image) => !image.deleted);
  }

  /** Saves an image. It is on disk when this returns. */
  save(image: ImageRecord): void {
    this.#images.set(image.id, image);
    writeAtomically(join(this.#folder, 'images', `${fileName(image.id)}.json`), JSON.stringify(image));
  }

  /** The file of an image's bytes in a store. */
  bytesPath(store: string, id: string): string {
    return join(this.#folder, store, fileName(id));
  }

  /** The file of an image's staged bytes. */
  stagingPath(id: string): string {
    return this.bytesPath('staging', id);
  }

  /** Removes the bytes of an image, if any. */
  removeBytes(path: string): void {
    rmSync(path, { force: true });
  }
}

/** Ids that differ in case are different images, even if file names ignore case. Only ids that passed the schema come here. */
function fileName(id: string): string {
  return id.replace(/[A-F]/g, (letter) => `+${letter.toLowerCase()}`);
}

/** Creates a folder if there is none. Throws for a link, which could redirect images to another folder. */
function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  if (lstatSync(path).isSymbolicLink()) throw new Error(`"${path}" is a link. Remove it, or name another folder.`);
}
