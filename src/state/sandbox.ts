import { Subject } from './observable.ts';

/** The sandbox cloud of this window. */
export type SandboxState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  /** `cloudsFile` is the absolute path of its `clouds.yaml`. */
  | { readonly kind: 'running'; readonly cloudsFile: string };

/** The state of the sandbox cloud. */
export class SandboxStore {
  #state: SandboxState = { kind: 'stopped' };
  readonly #changed = new Subject<SandboxState>();
  readonly onDidChange = this.#changed.observe;

  get state(): SandboxState {
    return this.#state;
  }

  set(state: SandboxState): void {
    this.#state = state;
    this.#changed.next(state);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
