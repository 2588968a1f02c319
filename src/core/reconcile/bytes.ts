import type { LiveImage } from '../glance/image.ts';
import type { Marks } from './marks.ts';
import type { BytesComparison, SourceFacts } from './types.ts';

/**
 * Whether the source's bytes are those of the live image. Where the image remembers what was sent and what Glance then
 * had, source is compared with `sent` and live with `stored`, so that a cloud that converts does not look like drift;
 * else source with live.
 */
export function compareBytes(source: SourceFacts, live: LiveImage, marks: Marks | undefined): BytesComparison {
  if (marks?.sent !== undefined && marks.stored !== undefined) {
    return both(
      sameBytes(source, { size: marks.sent.size, md5: marks.sent.md5, algorithm: 'sha512', value: marks.sent.sha512 }),
      compareStored(marks.stored, live),
    );
  }
  return sameBytes(source, {
    size: live.size,
    md5: live.checksum,
    algorithm: live.os_hash_algo,
    value: live.os_hash_value,
  });
}

interface KnownBytes {
  readonly size: number | null;
  readonly md5: string | null;
  readonly algorithm: string | null;
  readonly value: string | null;
}

/** A different size needs no digest; an equal multihash is enough, MD5 stands in where there is none. */
function sameBytes(source: SourceFacts, known: KnownBytes): BytesComparison {
  if (known.size !== null && known.size !== source.size) return 'different';
  const multihash = known.algorithm === null ? undefined : source.digests?.[known.algorithm];
  if (multihash !== undefined && known.value !== null) return multihash === known.value ? 'same' : 'different';
  const md5 = source.digests?.md5;
  if (md5 !== undefined && known.md5 !== null) return md5 === known.md5 ? 'same' : 'different';
  return 'unknown';
}

/** Whether an image still has what Glance once stored of it. */
export function compareStored(stored: NonNullable<Marks['stored']>, live: LiveImage): BytesComparison {
  if (stored.size !== live.size) return 'different';
  if (stored.os_hash_algo === live.os_hash_algo && stored.os_hash_value !== null && live.os_hash_value !== null) {
    return stored.os_hash_value === live.os_hash_value ? 'same' : 'different';
  }
  if (stored.checksum !== null && live.checksum !== null)
    return stored.checksum === live.checksum ? 'same' : 'different';
  return 'unknown';
}

function both(first: BytesComparison, second: BytesComparison): BytesComparison {
  if (first === 'different' || second === 'different') return 'different';
  return first === 'same' && second === 'same' ? 'same' : 'unknown';
}
