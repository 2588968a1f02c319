/** A part of the extension whose code is loaded when it is first needed, once. */
export class Later<T> {
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;
  #loaded: T | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** What was loaded; `undefined` before. */
  get loaded(): T | undefined {
    return this.#loaded;
  }

  /** Loads it, or waits for who does so. One that could not be loaded is tried again with the next call. */
  readonly get = (): Promise<T> => (this.#loading ??= this.#begin());

  async #begin(): Promise<T> {
    try {
      this.#loaded = await this.#load();
      return this.#loaded;
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }
}
