import type { DigestRun } from '../../core/source/ports.ts';
import { opensslHasher } from './openssl-hasher.ts';

/** Bytes of a source that hashing at once keeps the event loop busy with for a few ms: a worker thread takes longer to start. */
const SMALL_AT_MOST = 1024 * 1024;

/** Computes the digests of a small source without worker threads. `undefined` for a larger one, and where only a worker has the algorithm. */
export function smallRun(algorithms: readonly string[], size: number): DigestRun | undefined {
  if (size > SMALL_AT_MOST) return undefined;
  const hashers = [...new Set(algorithms)].map((algorithm) => [algorithm, opensslHasher(algorithm)] as const);
  const known = hashers.flatMap(([algorithm, hasher]) => (hasher === undefined ? [] : [[algorithm, hasher] as const]));
  if (known.length < hashers.length) return undefined;
  return {
    update: (piece) => {
      for (const [, hasher] of known) hasher.update(piece);
      return Promise.resolve();
    },
    finish: () => Promise.resolve(Object.fromEntries(known.map(([algorithm, hasher]) => [algorithm, hasher.hex()]))),
    abort: () => undefined,
  };
}
