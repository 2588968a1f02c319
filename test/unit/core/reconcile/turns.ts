import type { ImageService, ImageUpload } from '../../../../src/core/glance/service.ts';

/** Lets two machines send their requests one at a time, in an order that is given. */
export class Turns {
  /** Requests that were sent, by the machine that sent them. */
  readonly sent: number[] = [];
  readonly #until: number[];
  readonly #waiting: [(() => void)[], (() => void)[]] = [[], []];
  readonly #ended = [false, false];
  readonly #onSwitch: (to: number) => void;
  #current = 0;
  #left: number;

  /**
   * @param lengths how many requests the first machine sends, then the second one, then the first again…; whoever is on turn last
   *   goes on to its end
   * @param onSwitch told who is on turn from now on
   */
  constructor(lengths: readonly number[], onSwitch: (to: number) => void = () => undefined) {
    this.#until = [...lengths];
    this.#onSwitch = onSwitch;
    this.#left = this.#until.shift() ?? Infinity;
    if (this.#left === 0) this.#switch();
  }

  /** A machine sends nothing more. */
  end(machine: 0 | 1): void {
    this.#ended[machine] = true;
    if (this.#current === machine) this.#switch();
  }

  /** The same region, as a machine reaches it: each request waits until it is that machine's turn. */
  through(machine: 0 | 1, images: ImageService): ImageService {
    const take = async <T>(send: () => Promise<T>): Promise<T> => {
      while (this.#current !== machine) await new Promise<void>((resolve) => this.#waiting[machine].push(resolve));
      this.sent.push(machine);
      this.#left -= 1;
      try {
        return await send();
      } finally {
        if (this.#left === 0) this.#switch();
      }
    };
    return {
      region: images.region,
      members: images.members,
      stores: images.stores,
      imports: images.imports,
      async *list(query) {
        const pages = images.list(query)[Symbol.asyncIterator]();
        const page = await take(async () => pages.next());
        if (page.done !== true) yield page.value;
      },
      get: (id) => take(() => images.get(id)),
      find: (id) => take(() => images.find(id)),
      create: (image) => take(() => images.create(image)),
      patch: (id, operations) => take(() => images.patch(id, operations)),
      delete: (id) => take(() => images.delete(id)),
      deactivate: (id) => take(() => images.deactivate(id)),
      reactivate: (id) => take(() => images.reactivate(id)),
      upload: async (id, size, options): Promise<ImageUpload> => {
        const upload = await take(() => images.upload(id, size, options));
        return {
          refused: upload.refused,
          write: (piece) => upload.write(piece),
          finish: () => take(() => upload.finish()),
          destroy: (reason) => upload.destroy(reason),
        };
      },
    };
  }

  #switch(): void {
    const other = this.#current === 0 ? 1 : 0;
    this.#left = this.#until.shift() ?? Infinity;
    if (this.#ended[other] === true) return;
    this.#current = other;
    this.#onSwitch(other);
    for (const go of this.#waiting[other].splice(0)) go();
  }
}

/** Lets everything else go on until this is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
