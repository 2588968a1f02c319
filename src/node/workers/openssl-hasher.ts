import { createHash } from 'node:crypto';

/** Computes one digest. */
export interface Hasher {
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

/** A hasher of this platform's crypto; `undefined` where it lacks the algorithm (Electron) or forbids it (FIPS). */
export function opensslHasher(algorithm: string): Hasher | undefined {
  const name = PLAIN_OPENSSL_NAMES.has(algorithm) ? algorithm : OPENSSL_NAMES[algorithm];
  if (name === undefined) return undefined;
  try {
    const hash = createHash(name);
    return { update: (piece) => hash.update(piece), hex: () => hash.digest('hex') };
  } catch {
    return undefined;
  }
}
