import { Failure } from '../../failure.ts';
import type { FileIdentity, OpenSource } from '../ports.ts';
import type { PartialFile } from './ports.ts';

/**
 * The file of a download, for those who read it while it grows. They wait for what is not here yet. Nobody gets its last byte before
 * all of them are known to be right, so no upload of wrong bytes completes.
 */
export class GrowingFile {
  readonly identity: FileIdentity;
  readonly #file: PartialFile;
  #available = 0;
  #isProven = false;
  #failure: { readonly reason: unknown } | undefined;
  /** The download and everybody who reads. */
  #holders = 1;
  #moved = Promise.withResolvers<undefined>();

  /** @param path of the file, once it is whole @param size of the whole, in bytes */
  constructor(file: PartialFile, path: string, size: number) {
    this.#file = file;
    this.identity = { path, inode: file.birth, size, modified: '' };
  }

  /** Why what was read is of no use: the download failed, or began anew. */
  get failure(): { readonly reason: unknown } | undefined {
    return this.#failure;
  }

  /** All bytes before this position are in the file. */
  grow(available: number): void {
    this.#available = available;
    this.#move();
  }

  /** The file is whole, and its bytes are right. */
  prove(): void {
    this.#isProven = true;
    this.#move();
  }

  /** Lets every reader fail, unless the file is proven. */
  fail(reason: unknown): void {
    if (this.#isProven) return;
    this.#failure ??= { reason };
    this.#move();
  }

  /** Reads the file from now on; `undefined` if it is closed by now. */
  open(): OpenSource | undefined {
    if (this.#holders === 0) return undefined;
    this.#holders += 1;
    return {
      identity: this.identity,
      read: (buffer, position) => this.#read(buffer, position),
      identify: () => Promise.resolve(this.identity),
      close: () => this.release(),
    };
  }

  /** Closes the file after the last one has released it. */
  async release(): Promise<void> {
    this.#holders -= 1;
    if (this.#holders === 0) await this.#file.close();
  }

  async #read(buffer: Uint8Array, position: number): Promise<number> {
    const { size } = this.identity;
    if (position >= size) return 0;
    this.#check();
    while (position >= this.#end) {
      await this.#moved.promise;
      this.#check();
    }
    const count = await this.#file.read(buffer.subarray(0, this.#end - position), position);
    // Bytes that a new beginning has overwritten meanwhile don't count.
    this.#check();
    return count;
  }

  /** Position after the last byte that may be read. */
  get #end(): number {
    const { size } = this.identity;
    return this.#isProven ? size : Math.min(this.#available, size - 1);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  #move(): void {
    this.#moved.resolve(undefined);
    this.#moved = Promise.withResolvers();
  }
}

/** The failure of a download, for an upload that reads it: not to be taken for one of the upload. */
export function ofSource(error: unknown): unknown {
  if (!(error instanceof Failure) || !OF_CONNECTIONS.has(error.code)) return error;
  const next = error.next === undefined ? {} : { next: error.next };
  return new Failure('source-failed', error.message, { ...next, cause: error });
}

const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  'connection-lost',
  'connection-refused',
  'timeout',
  'source-failed',
]);
