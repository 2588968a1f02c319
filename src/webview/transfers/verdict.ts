import { isDownload, isMoving } from './movement.ts';
import type { Transfer, TransferDigest } from './protocol.ts';
import { algorithmName, exactBytes } from './words.ts';

/** The state of a mark. The text beside the mark always says it too. */
export type Tone = 'good' | 'bad' | 'warning' | 'neutral';

/** One row of the comparison of what was sent with what the cloud has. */
export interface Comparison {
  /** `Size`, `MD5`, `SHA-512`… */
  readonly name: string;
  readonly here: string;
  readonly cloud: string;
  readonly verdict: string;
  readonly tone: Tone;
  /** What *Copy* puts on the clipboard; absent if there is nothing to copy. */
  readonly copy?: string;
}

/** Size first, then the digests, or that they are being computed. Empty before bytes are sent, and if nothing was compared. */
export function comparisons(transfer: Transfer): readonly Comparison[] {
  const { digests, verified, status } = transfer;
  const known = digests.some(({ here, cloud }) => here !== null || cloud !== null) || verified.size !== null;
  if (!known && isMoving(transfer)) {
    return [...sizeComparison(transfer), ...underWay.map((algorithm) => computing(algorithm))];
  }
  if (!known && status !== 'unverified') return [];
  return [...sizeComparison(transfer), ...digests.map((digest) => digestComparison(transfer, digest))];
}

/** The digests that are computed during the upload; the cloud's multihash may add another algorithm at the end. */
const underWay = ['md5', 'sha512'];

/** A digest is known after the last byte; the bar shows the progress. */
function computing(algorithm: string): Comparison {
  return {
    name: algorithmName(algorithm),
    here: 'computing…',
    cloud: 'pending',
    verdict: 'Pending',
    tone: 'neutral',
  };
}

function sizeComparison({ verified, total, cloudSize, status }: Transfer): readonly Comparison[] {
  if (total === 0) return [];
  const known = cloudSize ?? (verified.size === true ? total : null);
  const cloud = known === null ? (status === 'running' ? 'pending' : 'unknown') : exactBytes(known);
  return [{ name: 'Size', here: exactBytes(total), cloud, ...agreement(verified.size, status) }];
}

function digestComparison({ status, verified }: Transfer, { algorithm, here, cloud }: TransferDigest): Comparison {
  if (here === null && cloud !== null && verified.multihash === true)
    return {
      name: algorithmName(algorithm),
      here: 'not needed',
      cloud,
      verdict: 'Reported for proven bytes',
      tone: 'neutral',
      copy: cloud,
    };
  const agrees = here === null || cloud === null ? null : here.toLowerCase() === cloud.toLowerCase();
  const unknown = status === 'running' ? 'pending' : null;
  return {
    name: algorithmName(algorithm),
    here: here ?? unknown ?? 'not computed',
    cloud: cloud ?? unknown ?? 'not reported',
    ...agreement(agrees, status),
    ...copied(algorithm, here, cloud, agrees),
  };
}

function agreement(agrees: boolean | null, status: Transfer['status']): Pick<Comparison, 'verdict' | 'tone'> {
  if (agrees === true) return { verdict: 'Match', tone: 'good' };
  if (agrees === false) return { verdict: 'Mismatch', tone: 'bad' };
  if (status === 'running') return { verdict: 'Pending', tone: 'neutral' };
  return { verdict: 'Not verified', tone: 'warning' };
}

/** One digest if both agree, else both with their names. */
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

/** The result of the comparison in one sentence. Absent while there is none. */
export function verdict(transfer: Transfer): { readonly text: string; readonly tone: Tone } | undefined {
  const { status, verified } = transfer;
  const rows = comparisons(transfer);
  const differ = names(rows, 'bad');
  if (differ.length > 0) {
    return {
      tone: 'bad',
      text: `Mismatch: ${listed(differ)}. The ${isDownload(transfer) ? 'received' : 'sent'} data is not what the cloud reports.`,
    };
  }
  const agree = names(rows, 'good');
  const open = rows.filter(({ tone }) => tone === 'warning').map(({ name }) => name);
  if (status === 'unverified') {
    const which = open.length === 0 ? '' : ` ${listed(open)} could not be compared.`;
    const there = isDownload(transfer) ? 'The file is there' : 'The image is active';
    return { tone: 'warning', text: `Not verified.${which} ${there}, but its data could not be verified.` };
  }
  if (status !== 'done' && status !== 'partial' && status !== 'unchanged') return undefined;
  if (verified.multihash !== true && verified.md5 !== true) return undefined;
  const rest = open.length === 0 ? '' : ` ${listed(open)} could not be compared.`;
  return { tone: 'good', text: `Verified: ${listed(agree)} match what the cloud reports.${rest}` };
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
