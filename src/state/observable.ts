/** Stops listening; the shape of VS Code's `Disposable`. */
export interface Subscription {
  dispose(): void;
}

/** Something to listen to; the shape of VS Code's `Event`, so that a tree or a provider can hand it on. */
export type Observable<T> = (listener: (value: T) => void) => Subscription;

/** Calls its listeners in the order in which they subscribed. */
export class Subject<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly observe: Observable<T> = (listener) => {
    // A new listener for each call: the same function may subscribe twice.
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return { dispose: () => this.#listeners.delete(entry) };
  };

  next(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
