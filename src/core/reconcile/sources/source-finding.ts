import type { LiveImage } from '../../glance/image.ts';
import type { Problem } from '../../problem.ts';
import { describeBytes } from '../../byte-count.ts';
import { isRecognised, isSameOrigin } from './bytes.ts';
import type { Marks } from '../ownership/marks.ts';
import type { BytesComparison, Change } from '../model/plan.ts';
import type { RemoteFacts, SourceFacts } from '../../source/source-facts.ts';

/** What was found out about a definition's source. */
export type SourceFinding =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly facts: SourceFacts; readonly problems?: readonly Problem[] }
  /** Not downloaded or decompressed yet. */
  | { readonly kind: 'remote'; readonly facts: RemoteFacts; readonly problems?: readonly Problem[] }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Bytes that pass through this machine. */
export function bytesToSend(source: SourceFinding): number {
  if (!hasBytes(source) || (source.kind === 'remote' && source.facts.kind === 'cloud')) return 0;
  return source.facts.size ?? 0;
}

/** Whether there are bytes to send, on this machine or still to be downloaded. */
export function hasBytes(source: SourceFinding): source is Extract<SourceFinding, { kind: 'file' | 'remote' }> {
  return source.kind === 'file' || source.kind === 'remote';
}

/** The change of an image's data. */
export function dataChange(
  live: LiveImage,
  source: SourceFacts | RemoteFacts,
  forcesReplacement: boolean,
  bytes: BytesComparison = 'different',
): Change {
  const before = live.size === null ? undefined : `${describeBytes(live.size)}, md5 ${live.checksum ?? 'unknown'}`;
  const md5 = source.digests?.md5;
  return {
    path: 'data',
    before,
    after: `${source.size === undefined ? `the bytes of ${'name' in source ? source.name : source.path}` : describeBytes(source.size)}${md5 === undefined ? '' : `, md5 ${md5}`}`,
    forcesReplacement,
    why: !forcesReplacement
      ? 'the image has no data yet'
      : bytes === 'unknown'
        ? 'if the bytes differ'
        : 'the bytes differ',
  };
}

/** Whether the origin of the source has to be written to the image again, so that the next plan recognises the bytes. */
export function originMoved(sent: Marks['sent'], facts: SourceFacts | RemoteFacts): boolean {
  const { origin, size, digests } = facts;
  if (origin === undefined || (origin.etag === undefined && origin.checksum === undefined)) return false;
  if ('kind' in facts && facts.kind === 'cloud' && sent !== undefined) return !isSameOrigin(origin, sent);
  // The marks need all digests; a digest that only the origin tells is not enough.
  if (size === undefined || digests?.md5 === undefined || digests.sha512 === undefined) return false;
  return sent === undefined || !isRecognised(origin, sent);
}
