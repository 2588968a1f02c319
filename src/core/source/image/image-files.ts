import { Failure, isAbort, toFailure } from '../../failure.ts';
import type { ImageDownloads } from '../../glance/client/image-download.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { ImageService } from '../../glance/service.ts';
import type { Place } from '../../place.ts';
import type { FileIdentity, OpenSource, SourceFiles } from '../ports.ts';
import { ImageBody } from './image-body.ts';
import { readImagePath, sourceInWords, type ImageAt } from './image-path.ts';

/** What reading images needs. */
export interface ImageFilesDeps {
  images(place: Place): Promise<Pick<ImageService, 'get'> & ImageDownloads>;
  /** Resolves after this many ms. */
  pause(milliseconds: number): Promise<void>;
}

/** Attempts in a row without a byte before the read fails. */
const VAIN_ATTEMPTS_AT_MOST = 3;

/** Failures after which the rest is asked for. */
const PASSING: ReadonlySet<string> = new Set([
  'connection-lost',
  'connection-refused',
  'timeout',
  'service-unavailable',
  'server-error',
]);

/** Source files, and images of clouds that are read as if they were files: in one pass, by `GET file`. */
export class FilesAndImages implements SourceFiles {
  readonly #files: SourceFiles;
  readonly #deps: ImageFilesDeps;

  constructor(files: SourceFiles, deps: ImageFilesDeps) {
    this.#files = files;
    this.#deps = deps;
  }

  async identify(path: string): Promise<FileIdentity> {
    const at = readImagePath(path);
    if (at === undefined) return this.#files.identify(path);
    const images = await this.#deps.images(at.place);
    return identityOf(path, await images.get(at.id));
  }

  async open(path: string): Promise<OpenSource> {
    const at = readImagePath(path);
    if (at === undefined) return this.#files.open(path);
    const images = await this.#deps.images(at.place);
    const identity = identityOf(path, await images.get(at.id));
    return new ImageSource(identity, at, images, this.#deps);
  }
}

/** An image whose data is read by as many requests as there are readers, each from where it is. */
class ImageSource implements OpenSource {
  readonly identity: FileIdentity;
  readonly #at: ImageAt;
  readonly #images: Awaited<ReturnType<ImageFilesDeps['images']>>;
  readonly #deps: ImageFilesDeps;
  readonly #closing = new AbortController();
  /** By the position of their next byte. */
  readonly #idle = new Map<number, ImageBody>();

  constructor(
    identity: FileIdentity,
    at: ImageAt,
    images: Awaited<ReturnType<ImageFilesDeps['images']>>,
    deps: ImageFilesDeps,
  ) {
    this.identity = identity;
    this.#at = at;
    this.#images = images;
    this.#deps = deps;
  }

  /** A connection that is cut goes on from the same byte by another request. */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    for (let vain = 1; ; vain += 1) {
      try {
        return await this.#readOnce(buffer, position);
      } catch (error) {
        if (isAbort(error) || !PASSING.has(toFailure(error).code) || vain >= VAIN_ATTEMPTS_AT_MOST) throw error;
        await this.#deps.pause(250 * 2 ** vain);
      }
    }
  }

  async identify(): Promise<FileIdentity> {
    const { path } = this.identity;
    try {
      return identityOf(path, await this.#images.get(this.#at.id, this.#closing.signal));
    } catch (error) {
      // One that was deleted while it was read is another one.
      if (Failure.is(error, 'image-not-found')) return { ...this.identity, modified: 'deleted' };
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing.abort();
    for (const body of this.#idle.values()) body.destroy();
    this.#idle.clear();
    return Promise.resolve();
  }

  async #readOnce(buffer: Uint8Array, position: number): Promise<number> {
    const body = await this.#bodyAt(position);
    try {
      const count = await body.read(buffer);
      if (count === 0) throw this.#tooShort(position);
      this.#closing.signal.throwIfAborted();
      this.#idle.get(body.position)?.destroy();
      this.#idle.set(body.position, body);
      return count;
    } catch (error) {
      body.destroy();
      throw error;
    }
  }

  async #bodyAt(position: number): Promise<ImageBody> {
    const idle = this.#idle.get(position);
    if (idle === undefined)
      return ImageBody.open(this.#images, this.#at.id, position, this.identity.size, this.#closing.signal);
    this.#idle.delete(position);
    return idle;
  }

  #tooShort(position: number): Failure {
    const text = `The data of the ${sourceInWords(this.identity.path)} ended at byte ${position} of ${this.identity.size}.`;
    return new Failure('connection-lost', text, { next: 'Apply again.' });
  }
}

/** An image is another source once its status or its digests are others. Glance never changes the data of an active one. */
function identityOf(path: string, image: LiveImage): FileIdentity {
  const { id, size, status, checksum, os_hash_algo: algorithm, os_hash_value: value } = image;
  return { path, inode: id, size: size ?? 0, modified: JSON.stringify([status, checksum, algorithm, value]) };
}
