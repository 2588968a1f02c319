import type { LiveImage } from '../../../glance/image.ts';
import type { Digests } from '../../../source/ports.ts';
import type { DigestPair, Verified } from '../../model/result.ts';

/** The outcome of comparing sent bytes with what the cloud has. */
export interface Verification {
  readonly verified: Verified;
  readonly pairs: readonly DigestPair[];
  /** `mismatch` if anything differs, `verified` if the multihash or the MD5 agrees, otherwise `unverified`. */
  readonly verdict: 'verified' | 'unverified' | 'mismatch';
}

export const NOTHING_VERIFIED: Verified = { size: null, md5: null, multihash: null };

/**
 * Compares size, MD5 and the cloud's multihash with what was sent. A value that the cloud does not report, or that is
 * unknown here, gives null.
 */
export function verify(live: LiveImage, size: number | undefined, digests: Digests): Verification {
  const multihash = live.os_hash_algo === null ? undefined : digests[live.os_hash_algo];
  const verified: Verified = {
    size: live.size === null || size === undefined ? null : live.size === size,
    md5: agree(digests.md5, live.checksum),
    multihash: agree(multihash, live.os_hash_value),
  };
  const all = [verified.size, verified.md5, verified.multihash];
  const proven = verified.multihash === true || verified.md5 === true;
  return {
    verified,
    pairs: digestPairs(digests, live),
    verdict: all.includes(false) ? 'mismatch' : proven ? 'verified' : 'unverified',
  };
}

/** The digest that proves the data of an image: its multihash, or MD5 where it has none. */
export function provingAlgorithm({ os_hash_algo: algorithm, os_hash_value: value }: LiveImage): string {
  return algorithm === null || value === null ? 'md5' : algorithm;
}

/** What differs, for a message. */
export function differences(
  { verified, pairs }: Verification,
  live: LiveImage,
  size: number | undefined,
): readonly { readonly what: string; readonly here: string; readonly cloud: string }[] {
  const digests = pairs.flatMap(({ algorithm: what, here, cloud }) =>
    here === null || cloud === null || here === cloud ? [] : [{ what, here, cloud }],
  );
  return verified.size === false
    ? [{ what: 'size', here: String(size), cloud: String(live.size) }, ...digests]
    : digests;
}

/** The digests side by side. */
export function digestPairs(digests: Digests, live: LiveImage | undefined): readonly DigestPair[] {
  const algorithm = live?.os_hash_algo ?? 'sha512';
  return [
    { algorithm: 'md5', here: digests.md5 ?? null, cloud: live?.checksum ?? null },
    { algorithm, here: digests[algorithm] ?? null, cloud: live?.os_hash_value ?? null },
  ];
}

function agree(here: string | undefined, cloud: string | null): boolean | null {
  return here === undefined || cloud === null ? null : here.toLowerCase() === cloud.toLowerCase();
}
