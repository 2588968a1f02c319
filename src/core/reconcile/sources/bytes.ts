import type { LiveImage } from '../../glance/image.ts';
import { readMarks, type Marks, type SentMark, type StoredMark } from '../ownership/marks.ts';
import type { BytesComparison, Plan } from '../model/plan.ts';
import type { RemoteFacts, SourceFacts, SourceOrigin } from '../../source/source-facts.ts';

/** What is known of the bytes to send, of a file or of a source that is not downloaded yet. */
export type ComparedSource = Pick<SourceFacts, 'digests' | 'origin'> &
  Pick<RemoteFacts, 'size'> &
  Partial<Pick<RemoteFacts, 'kind'>>;

/**
 * Compares the bytes of the source with those of the live image. If the image has marks, the source is compared with `sent`
 * and the live image with `stored`, so that a cloud that converts does not look like drift. Else both are compared directly.
 */
export function compareBytes(source: ComparedSource, live: LiveImage, marks: Marks | undefined): BytesComparison {
  if (marks?.sent !== undefined && marks.stored !== undefined) {
    return both(sameAsSent(source, marks.sent, marks.stored), compareStored(marks.stored, live));
  }
  return sameBytes(source, {
    size: live.size,
    md5: live.checksum,
    algorithm: live.os_hash_algo,
    value: live.os_hash_value,
  });
}

function sameAsSent(source: ComparedSource, sent: SentMark, stored: StoredMark): BytesComparison {
  if (source.origin !== undefined && isRecognised(source.origin, sent)) return 'same';
  if (sent.sha512 === undefined) return sameAsFetched(source, sent, stored);
  return sameBytes(source, { size: sent.size ?? null, md5: sent.md5 ?? null, algorithm: 'sha512', value: sent.sha512 });
}

/**
 * The same for bytes that Glance downloaded itself: they are what it stored, unless it converted them. If Glance is to
 * download them again and nothing says that the address has other bytes now, they count as the same.
 */
function sameAsFetched(source: ComparedSource, sent: SentMark, stored: StoredMark): BytesComparison {
  const { origin } = source;
  const found = isConverted(stored, sent)
    ? sameBytes(source, { size: sent.size ?? null, md5: null, algorithm: null, value: null })
    : sameBytes(source, {
        size: stored.size,
        md5: stored.checksum,
        algorithm: stored.os_hash_algo,
        value: stored.os_hash_value,
      });
  if (found !== 'unknown' || source.kind !== 'cloud' || origin === undefined) return found;
  return isSameOrigin(origin, sent) ? 'same' : 'unknown';
}

/** Whether the checksum or ETag of a source is the one of the bytes that were sent. A different one proves nothing. */
export function isRecognised(origin: SourceOrigin, sent: SentMark): boolean {
  if (origin.decompressed !== (sent.decompressed ?? false)) return false;
  if (origin.checksum !== undefined && origin.checksum === sent.checksum) return true;
  return origin.etag !== undefined && origin.etag === sent.etag && isSameAddress(origin, sent);
}

/** Whether nothing says that the address of a source has other bytes now than those that were sent. */
export function isSameOrigin(origin: SourceOrigin, sent: SentMark): boolean {
  const { etag, checksum, queried, wholeUrl } = origin;
  // The marks don't hold the query of a URL: only an ETag or checksum tells whether it names the same bytes.
  const told = queried !== true || etag !== undefined || checksum !== undefined || sent.url === wholeUrl;
  return (
    told &&
    isSameAddress(origin, sent) &&
    (etag === undefined || etag === sent.etag) &&
    (checksum === undefined || checksum === sent.checksum)
  );
}

/** Whether a source is at the address in the marks, as this version or an earlier one wrote it. */
export function isSameAddress({ url, wholeUrl }: SourceOrigin, { url: remembered }: Pick<SentMark, 'url'>): boolean {
  return url === remembered || (wholeUrl !== undefined && wholeUrl === remembered);
}

/** Whether the cloud converted the bytes that it got. */
export function isConverted(
  stored: Pick<StoredMark, 'disk_format' | 'container_format'>,
  asked: Pick<SentMark, 'disk_format' | 'container_format'>,
): boolean {
  return stored.disk_format !== asked.disk_format || stored.container_format !== asked.container_format;
}

interface KnownBytes {
  readonly size: number | null;
  readonly md5: string | null;
  readonly algorithm: string | null;
  readonly value: string | null;
}

/** A different size needs no digest; an equal multihash is enough, MD5 stands in where there is none. */
function sameBytes(source: ComparedSource, known: KnownBytes): BytesComparison {
  if (known.size !== null && source.size !== undefined && known.size !== source.size) return 'different';
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

/**
 * Whether the address of a plan's source may have other bytes now than those that its live image was made from, by ETag or by the
 * publisher's checksum. False if the definition had another address then.
 */
export function upstreamMoved(plan: Plan): boolean {
  return movedBy(plan) !== undefined;
}

/** What says so: another checksum is a fact, but each mirror may have ETags of its own. */
export function movedBy({ bytes, live, remote }: Plan): 'checksum' | 'etag' | undefined {
  if (live === undefined || remote === undefined || bytes === 'same') return undefined;
  const sent = readMarks(live)?.sent;
  const { url, etag, checksum } = remote.origin;
  if (sent === undefined || url === undefined || !isSameAddress(remote.origin, sent)) return undefined;
  if (checksum !== undefined && sent.checksum !== undefined && checksum !== sent.checksum) return 'checksum';
  return etag !== undefined && sent.etag !== undefined && etag !== sent.etag ? 'etag' : undefined;
}
