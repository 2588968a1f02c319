import { Failure } from '../failure.ts';
import { PIECE_BYTES } from './buffer-pool.ts';
import { sameIdentity, type OpenSource } from './ports.ts';

/** A piece of a source that several have to take. */
export class SharedPiece {
  readonly bytes: Uint8Array;
  /** Position in the source after it. */
  readonly end: number;
  readonly #takers: Set<unknown>;
  readonly #free: (inUse: boolean) => void;
  #inUse = false;

  /** @param free is called once nobody has to take it any more; with true where its buffer is in use all the same */
  constructor(bytes: Uint8Array, end: number, takers: readonly unknown[], free: (inUse: boolean) => void) {
    this.bytes = bytes;
    this.end = end;
    this.#takers = new Set(takers);
    this.#free = free;
  }

  isAwaitedBy(taker: unknown): boolean {
    return this.#takers.has(taker);
  }

  /** The taker needs it no more. `inUse`: but goes on reading its buffer. */
  release(taker: unknown, inUse = false): void {
    if (!this.#takers.delete(taker)) return;
    this.#inUse ||= inUse;
    if (this.#takers.size === 0) this.#free(this.#inUse);
  }
}

/**
 * Fills the buffer from a position on, with less only at the end of the source. Throws `source-changed` where that became
 * shorter, or at its last piece where it is not what it was.
 */
export async function readPiece(source: OpenSource, buffer: Uint8Array, position: number): Promise<Uint8Array> {
  const { path, size } = source.identity;
  const wanted = Math.min(PIECE_BYTES, size - position);
  for (let filled = 0; filled < wanted;) {
    const count = await source.read(buffer.subarray(filled, wanted), position + filled);
    if (count === 0) throw changed(path, 'became shorter');
    filled += count;
  }
  const isLast = position + wanted === size;
  if (isLast && !sameIdentity(source.identity, await source.identify())) throw changed(path, 'changed');
  return buffer.subarray(0, wanted);
}

function changed(path: string, how: string): Failure {
  return new Failure('source-changed', `The file "${path}" ${how} while it was being read. Nothing was kept.`, {
    next: 'Wait until nothing writes to it any more, then apply again.',
  });
}
