import type { Engine } from '../../core/engine.ts';

/** An engine and how many calls are under way on it. */
interface Lease {
  readonly engine: Promise<Engine>;
  users: number;
  superseded: boolean;
}

/**
 * Where features get the engine from. It is made on first use and again after `replace`; one that was replaced lives until its
 * last call has ended, so that a change of a setting does not cut an upload.
 */
export class EngineAccess {
  readonly #create: () => Promise<Engine>;
  readonly #listeners = new Set<() => void>();
  #current: Lease | undefined;

  constructor(create: () => Promise<Engine>) {
    this.#create = create;
  }

  /** Runs `work` on the engine of now. */
  async use<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const lease = (this.#current ??= { engine: this.#create(), users: 0, superseded: false });
    lease.users += 1;
    try {
      return await work(await lease.engine);
    } catch (error) {
      // An engine that could not be made is tried again with the next call.
      if (this.#current === lease && (await isBroken(lease.engine))) this.#current = undefined;
      throw error;
    } finally {
      lease.users -= 1;
      await disposeUnused(lease);
    }
  }

  /** What the engine is made from changed: the next call gets a new one. */
  replace(): void {
    this.#drop();
    for (const listener of this.#listeners) listener();
  }

  /** Has `clouds.yaml` read again and everybody look again. */
  async reload(): Promise<void> {
    const engine = await this.#current?.engine.catch(() => undefined);
    engine?.reload();
    for (const listener of this.#listeners) listener();
  }

  /** Fires after `replace` and `reload`. */
  readonly onDidChange = (listener: () => void): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  dispose(): void {
    this.#listeners.clear();
    this.#drop();
  }

  #drop(): void {
    const lease = this.#current;
    this.#current = undefined;
    if (lease === undefined) return;
    lease.superseded = true;
    void disposeUnused(lease);
  }
}

async function isBroken(engine: Promise<Engine>): Promise<boolean> {
  return engine.then(
    () => false,
    () => true,
  );
}

async function disposeUnused(lease: Lease): Promise<void> {
  if (!lease.superseded || lease.users > 0) return;
  const engine = await lease.engine.catch(() => undefined);
  await engine?.dispose();
}
