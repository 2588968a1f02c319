import { Failure } from '../../failure.ts';
import type { ImageDownload, ImageDownloads } from '../../glance/client/image-download.ts';

/** The data of an image from a position on, as one request gets it. */
export class ImageBody {
  /** Position in the image of the next byte. */
  position: number;
  readonly #download: ImageDownload;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes to drop before the position: Glance sent more than was asked for. */
  #skip: number;

  private constructor(download: ImageDownload, position: number, skip: number) {
    this.#download = download;
    this.#pieces = download.content[Symbol.asyncIterator]();
    this.position = position;
    this.#skip = skip;
  }

  /**
   * Asks for the bytes from `position` on. A store that can't give a part sends all of them, and some call the whole a part; then
   * those before are dropped. Throws as `ImageDownloads`.
   *
   * @param size of the image
   */
  static async open(
    images: ImageDownloads,
    id: string,
    position: number,
    size: number,
    signal: AbortSignal,
  ): Promise<ImageBody> {
    const part = await this.#part(images, id, position, signal);
    if (part !== undefined) {
      const { start, length } = part;
      if (start === position && (length === undefined || length === size - position))
        return new ImageBody(part, position, 0);
      if (start === 0) return new ImageBody(part, position, position);
      part.destroy();
    }
    const whole = await images.download(id, 0, signal);
    return new ImageBody(whole, position, position);
  }

  static async #part(
    images: ImageDownloads,
    id: string,
    position: number,
    signal: AbortSignal,
  ): Promise<ImageDownload | undefined> {
    try {
      return await images.download(id, position, signal);
    } catch (error) {
      if (position > 0 && Failure.is(error, 'range-refused')) return undefined;
      throw error;
    }
  }

  /** Fills some of the buffer, and returns how many bytes; 0 at the end. */
  async read(buffer: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return 0;
      const dropped = Math.min(this.#skip, next.value.length);
      this.#skip -= dropped;
      this.#rest = next.value.subarray(dropped);
    }
    const taken = this.#rest.subarray(0, buffer.length);
    buffer.set(taken);
    this.#rest = this.#rest.subarray(taken.length);
    this.position += taken.length;
    return taken.length;
  }

  destroy(): void {
    this.#download.destroy();
  }
}
