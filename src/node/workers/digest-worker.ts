// Runs in a worker thread: computes one digest of the pieces that the main thread sends, in order.
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromDigestWorker, ToDigestWorker } from './digest-workers.ts';

interface Hasher {
  update(piece: Uint8Array): unknown;
  hex(): string;
}

/** Glance's names (those of Python's hashlib) where OpenSSL's differ. */
const OPENSSL_NAMES: Readonly<Record<string, string>> = {
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  sha3_224: 'sha3-224',
  sha3_256: 'sha3-256',
  sha3_384: 'sha3-384',
  sha3_512: 'sha3-512',
};

const PLAIN_OPENSSL_NAMES = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);

/** Electron's crypto lacks these. */
const PURE = { blake2b, blake2s, sha3_224, sha3_256, sha3_384, sha3_512 } as const;

function isPure(algorithm: string): algorithm is keyof typeof PURE {
  return Object.hasOwn(PURE, algorithm);
}

function fromOpenssl(algorithm: string): Hasher | undefined {
  const name = PLAIN_OPENSSL_NAMES.has(algorithm) ? algorithm : OPENSSL_NAMES[algorithm];
  if (name === undefined) return undefined;
  try {
    const hash = createHash(name);
    return { update: (piece) => hash.update(piece), hex: () => hash.digest('hex') };
  } catch {
    // Missing in this platform's crypto (Electron) or forbidden (FIPS): the caller tries the next implementation.
    return undefined;
  }
}

function fromPure(algorithm: string): Hasher | undefined {
  if (!isPure(algorithm)) return undefined;
  const hash = PURE[algorithm].create();
  return { update: (piece) => hash.update(piece), hex: () => Buffer.from(hash.digest()).toString('hex') };
}

const algorithm = String(workerData);
const hasher = fromOpenssl(algorithm) ?? fromPure(algorithm);

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
