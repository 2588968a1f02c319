import { isSameAddress } from '../sources/bytes.ts';
import { readMarks } from '../ownership/marks.ts';
import type { Plan } from '../model/plan.ts';

/**
 * Whether what is at the address of a plan's source is not what its live image was made from any more: its ETag moved, or the
 * checksum that its publisher lists. An address that the definition did not have then says nothing.
 */
export function upstreamMoved({ bytes, live, remote }: Plan): boolean {
  if (live === undefined || remote === undefined || bytes === 'same') return false;
  const sent = readMarks(live)?.sent;
  const { url, etag, checksum } = remote.origin;
  if (sent === undefined || url === undefined || !isSameAddress(remote.origin, sent)) return false;
  const tagged = etag !== undefined && sent.etag !== undefined && etag !== sent.etag;
  const listed = checksum !== undefined && sent.checksum !== undefined && checksum !== sent.checksum;
  return tagged || listed;
}
