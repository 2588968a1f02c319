// Runs in a worker thread: computes one digest of the pieces that the main thread sends, in order.
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromDigestWorker, ToDigestWorker } from './digest-workers.ts';
import { opensslHasher, type Hasher } from './openssl-hasher.ts';

/** Electron's crypto lacks these. */
const PURE = { blake2b, blake2s, sha3_224, sha3_256, sha3_384, sha3_512 } as const;

function isPure(algorithm: string): algorithm is keyof typeof PURE {
  return Object.hasOwn(PURE, algorithm);
}

function fromPure(algorithm: string): Hasher | undefined {
  if (!isPure(algorithm)) return undefined;
  const hash = PURE[algorithm].create();
  return { update: (piece) => hash.update(piece), hex: () => Buffer.from(hash.digest()).toString('hex') };
}

const algorithm = String(workerData);
const hasher = opensslHasher(algorithm) ?? fromPure(algorithm);

function answer(message: FromDigestWorker): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (message: ToDigestWorker) => {
  if (message.type === 'piece') {
    hasher?.update(message.piece);
    answer({ type: 'taken' });
  } else {
    answer({ type: 'digest', hex: hasher?.hex() ?? null });
  }
});
