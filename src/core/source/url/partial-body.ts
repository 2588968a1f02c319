import { withAbort } from '../../abort.ts';
import { BufferPool, PIECE_BYTES } from '../buffer-pool.ts';
import type { DigestRun, Digests, DigestWorkers } from '../ports.ts';
import type { PartialFile } from './ports.ts';

/**
 * Writes the bytes of a download into a file and digests, in order. Whenever it is interrupted, the file
 * is a prefix of the body without holes.
 */
export class PartialBody {
  readonly #file: PartialFile;
  readonly #workers: DigestWorkers;
  readonly #algorithms: readonly string[];
  readonly #pool = new BufferPool();
  #digesting: DigestRun | undefined;
  #piece: { readonly buffer: Uint8Array; filled: number } | undefined;
  #position = 0;
  #written: Promise<void> = Promise.resolve();
  #failure: { readonly reason: unknown } | undefined;

  constructor(file: PartialFile, workers: DigestWorkers, algorithms: readonly string[]) {
    this.#file = file;
    this.#workers = workers;
    this.#algorithms = algorithms;
  }

  /** Bytes passed on. */
  get position(): number {
    return this.#position;
  }

  /** Received bytes, including those of an unfinished piece. */
  get received(): number {
    return this.#position + (this.#piece?.filled ?? 0);
  }

  /** Forgets everything. */
  async restart(): Promise<void> {
    await this.#written;
    this.#digesting?.abort();
    this.#digesting = undefined;
    this.#piece = undefined;
    this.#position = 0;
    await this.#file.truncate(0);
  }

  /** Accepts the first bytes of the file as received and truncates the rest. */
  async recall(length: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#file.truncate(length);
    while (this.#position < length) {
      signal?.throwIfAborted();
      const buffer = await this.#pool.take();
      const wanted = Math.min(PIECE_BYTES, length - this.#position);
      const count = await this.#file.read(buffer.subarray(0, wanted), this.#position);
      if (count === 0) throw new Error('The file became shorter.');
      this.#position += count;
      void this.#digest(buffer.subarray(0, count)).finally(() => this.#pool.give(buffer));
      this.#check();
    }
  }

  async add(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      this.#check();
      const piece = (this.#piece ??= { buffer: await this.#pool.take(), filled: 0 });
      const part = chunk.subarray(taken, taken + PIECE_BYTES - piece.filled);
      piece.buffer.set(part, piece.filled);
      piece.filled += part.length;
      taken += part.length;
      if (piece.filled === PIECE_BYTES) this.#hand();
    }
  }

  /** Resolves when everything is in the file. */
  async flush(): Promise<void> {
    this.#hand();
    await this.#written;
    this.#check();
  }

  async finish(signal?: AbortSignal): Promise<Digests> {
    await this.flush();
    const digesting = this.#run();
    this.#digesting = undefined;
    return withAbort(digesting.finish(), signal);
  }

  /** Stops the digests; received bytes are still written. */
  abort(): void {
    this.#digesting?.abort();
    this.#digesting = undefined;
  }

  #hand(): void {
    const piece = this.#piece;
    this.#piece = undefined;
    if (piece === undefined) return;
    const { buffer, filled } = piece;
    const position = this.#position;
    this.#position += filled;
    const bytes = buffer.subarray(0, filled);
    // Writes one after the other, so that a killed process leaves no hole.
    this.#written = this.#written.then(() => this.#guarded(this.#file.write(bytes, position)));
    void Promise.all([this.#written, this.#digest(bytes)]).then(() => this.#pool.give(buffer));
  }

  async #digest(bytes: Uint8Array): Promise<void> {
    const run = this.#run();
    // The result of aborted digests does not matter.
    await this.#guarded(run.update(bytes), () => run === this.#digesting);
  }

  async #guarded(work: Promise<void>, counts: () => boolean = () => true): Promise<void> {
    await work.catch((reason: unknown) => {
      if (counts()) this.#failure ??= { reason };
    });
  }

  #run(): DigestRun {
    return (this.#digesting ??= this.#workers.start(this.#algorithms));
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }
}
