import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DigestRun, Digests, DigestWorkers } from '../../core/source/ports.ts';
import { smallRun } from './small-run.ts';

/** To a digest worker: a piece of shared memory to hash, or the end. */
export type ToDigestWorker = { readonly type: 'piece'; readonly piece: Uint8Array } | { readonly type: 'end' };

/** From a digest worker: one `taken` for each piece, in order, then the digest, null if the algorithm is not available. */
export type FromDigestWorker = { readonly type: 'taken' } | { readonly type: 'digest'; readonly hex: string | null };

/** The worker's file is beside this one, bundled or not. */
const WORKER_FILE = join(import.meta.dirname, `digest-worker${extname(import.meta.filename)}`);

/**
 * Computes digests in worker threads, one per digest, so that the event loop stays free and two digests use two cores; those
 * of a small source at once.
 */
export class WorkerDigests implements DigestWorkers {
  readonly #running = new Set<WorkerRun>();

  start(algorithms: readonly string[], size = Infinity): DigestRun {
    const small = smallRun(algorithms, size);
    if (small !== undefined) return small;
    const run = new WorkerRun(algorithms, () => this.#running.delete(run));
    this.#running.add(run);
    return run;
  }

  /** Stops every running worker. */
  dispose(): void {
    for (const run of this.#running) run.abort();
  }
}

class WorkerRun implements DigestRun {
  readonly #threads: readonly DigestThread[];
  readonly #onEnd: () => void;

  constructor(algorithms: readonly string[], onEnd: () => void) {
    this.#threads = [...new Set(algorithms)].map((algorithm) => new DigestThread(algorithm));
    this.#onEnd = onEnd;
  }

  async update(piece: Uint8Array): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.take(piece)));
  }

  async finish(): Promise<Digests> {
    try {
      const pairs = await Promise.all(
        this.#threads.map(async (thread) => [thread.algorithm, await thread.end()] as const),
      );
      return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null));
    } finally {
      this.abort();
    }
  }

  abort(): void {
    for (const thread of this.#threads) thread.stop();
    this.#onEnd();
  }
}

interface Waiting {
  readonly resolve: (hex: string | null) => void;
  readonly reject: (reason: unknown) => void;
}

class DigestThread {
  readonly algorithm: string;
  readonly #worker: Worker;
  /** The worker answers in order, so this is for the oldest waiter. */
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  constructor(algorithm: string) {
    this.algorithm = algorithm;
    this.#worker = new Worker(WORKER_FILE, { workerData: algorithm });
    this.#worker.on('message', (message: FromDigestWorker) =>
      this.#waiting.shift()?.resolve(message.type === 'digest' ? message.hex : null),
    );
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#fail(new Error(`The ${algorithm} worker stopped unexpectedly.`)));
  }

  async take(piece: Uint8Array): Promise<void> {
    await this.#ask({ type: 'piece', piece });
  }

  async end(): Promise<string | null> {
    return this.#ask({ type: 'end' });
  }

  stop(): void {
    void this.#worker.terminate();
  }

  async #ask(message: ToDigestWorker): Promise<string | null> {
    if (this.#failure !== undefined) throw this.#failure;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
