import { isDownload, isMoving } from './movement.ts';
import type { Transfer, TransferDigest } from './protocol.ts';
import { algorithmName, exactBytes } from './words.ts';

/** How something stands, for the mark beside its words: never the only sign of it. */
export type Tone = 'good' | 'bad' | 'warning' | 'neutral';

/** One row of the comparison of what was sent with what the cloud has. */
export interface Comparison {
  /** `Size`, `MD5`, `SHA-512`… */
  readonly name: string;
  readonly here: string;
  readonly cloud: string;
  readonly verdict: string;
  readonly tone: Tone;
  /** What *Copy* puts on the clipboard; absent where there is nothing to copy. */
  readonly copy?: string;
}

/** Size first, then the digests; while bytes are sent, that they are computed. Empty before that, and where nothing was sent or compared. */
export function comparisons(transfer: Transfer): readonly Comparison[] {
  const { digests, verified, status } = transfer;
  const known = digests.some(({ here, cloud }) => here !== null || cloud !== null) || verified.size !== null;
  if (!known && isMoving(transfer)) {
    return [...sizeComparison(transfer), ...underWay.map((algorithm) => computing(algorithm))];
  }
  if (!known && status !== 'unverified') return [];
  return [...sizeComparison(transfer), ...digests.map((digest) => digestComparison(transfer, digest))];
}

/** What is computed of the bytes on their way; a cloud's multihash of another algorithm joins at the end. */
const underWay = ['md5', 'sha512'];

/** A digest grows with the bytes that move, and is known with the last of them; the bar says how far they are. */
function computing(algorithm: string): Comparison {
  return {
    name: algorithmName(algorithm),
    here: 'being computed as the bytes go',
    cloud: 'not yet known',
    verdict: 'not yet verified',
    tone: 'neutral',
  };
}

function sizeComparison({ verified, total, cloudSize, status }: Transfer): readonly Comparison[] {
  if (total === 0) return [];
  const known = cloudSize ?? (verified.size === true ? total : null);
  const cloud = known === null ? (status === 'running' ? 'not yet known' : 'not known') : exactBytes(known);
  return [{ name: 'Size', here: exactBytes(total), cloud, ...agreement(verified.size, status) }];
}

function digestComparison({ status }: Transfer, { algorithm, here, cloud }: TransferDigest): Comparison {
  const agrees = here === null || cloud === null ? null : here.toLowerCase() === cloud.toLowerCase();
  const unknown = status === 'running' ? 'not yet known' : null;
  return {
    name: algorithmName(algorithm),
    here: here ?? unknown ?? 'not computed',
    cloud: cloud ?? unknown ?? 'not reported',
    ...agreement(agrees, status),
    ...copied(algorithm, here, cloud, agrees),
  };
}

function agreement(agrees: boolean | null, status: Transfer['status']): Pick<Comparison, 'verdict' | 'tone'> {
  if (agrees === true) return { verdict: 'agree', tone: 'good' };
  if (agrees === false) return { verdict: 'differ', tone: 'bad' };
  if (status === 'running') return { verdict: 'not yet verified', tone: 'neutral' };
  return { verdict: 'not verified', tone: 'warning' };
}

/** One digest where there is one, both with their names where they differ. */
function copied(
  algorithm: string,
  here: string | null,
  cloud: string | null,
  agrees: boolean | null,
): Pick<Comparison, 'copy'> {
  if (agrees === false) return { copy: `${algorithm} here ${String(here)}\n${algorithm} cloud ${String(cloud)}` };
  const copy = here ?? cloud;
  return copy === null ? {} : { copy };
}

/** What the comparison of the bytes came to, in one sentence. Absent while there is nothing to say. */
export function verdict(transfer: Transfer): { readonly text: string; readonly tone: Tone } | undefined {
  const { status, verified } = transfer;
  const rows = comparisons(transfer);
  const differ = names(rows, 'bad');
  if (differ.length > 0) {
    return {
      tone: 'bad',
      text: `Different: ${listed(differ)} of what was ${isDownload(transfer) ? 'received' : 'sent'} and what the cloud has.`,
    };
  }
  const agree = names(rows, 'good');
  const open = rows.filter(({ tone }) => tone === 'warning').map(({ name }) => name);
  if (status === 'unverified') {
    const which = open.length === 0 ? '' : ` ${listed(open)} could not be compared.`;
    const there = isDownload(transfer) ? 'The file is there' : 'The image is active';
    return { tone: 'warning', text: `Not verified.${which} ${there}, but its bytes are not proven.` };
  }
  if (status !== 'done' && status !== 'partial' && status !== 'unchanged') return undefined;
  if (verified.multihash !== true && verified.md5 !== true) return undefined;
  const rest = open.length === 0 ? '' : ` ${listed(open)} could not be compared.`;
  return { tone: 'good', text: `Verified: ${listed(agree)} agree with what the cloud reports.${rest}` };
}

function names(rows: readonly Comparison[], tone: Tone): readonly string[] {
  return rows.filter((row) => row.tone === tone).map(({ name }) => name);
}

/** `a, b and c`; `size` is no name in the middle of a sentence. */
function listed(items: readonly string[]): string {
  const words = items.map((item) => (item === 'Size' ? 'size' : item));
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
