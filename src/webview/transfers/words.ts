import prettyBytes from 'pretty-bytes';
import { PHASE_WORDS } from '../../core/reconcile/model/phases.ts';
import { isDownload } from './movement.ts';
import type { Transfer, TransferStatus } from './protocol.ts';

/** Control characters, line separators, and marks that change the writing direction. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text on one line, without characters that could disguise it: names come from strangers. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, ' ');
}

/** `1.21 GiB`: three digits at most, in powers of 1024. */
export function bytes(count: number): string {
  return prettyBytes(count, { binary: true });
}

/** `96.3 MiB/s`. */
export function speed(bytesPerSecond: number): string {
  return `${bytes(bytesPerSecond)}/s`;
}

/** `21,430,272 bytes`, for exact comparison. */
export function exactBytes(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'byte' : 'bytes'}`;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** `devcloud/RegionOne`. */
export function place(cloud: string, region: string): string {
  return region === '' ? cloud : `${cloud}/${region}`;
}

/** Digest algorithms as people write them. */
export function algorithmName(algorithm: string): string {
  const [, bits] = /^sha-?(\d+)$/i.exec(algorithm) ?? [];
  return bits === undefined ? algorithm.toUpperCase() : `SHA-${bits}`;
}

/** What an action does, as a title. An unknown action of another version is shown unchanged. */
export function actionName(action: string): string {
  return new Map(Object.entries(actionNames)).get(action) ?? action;
}

const actionNames = {
  none: 'No change',
  adopt: 'Adopt',
  create: 'Create',
  upload: 'Upload',
  update: 'Update',
  replace: 'Replace',
  blocked: 'Blocked',
  download: 'Download',
};

/** What a running transfer does. */
export function activity(transfer: Pick<Transfer, 'action' | 'phase'>): string {
  if (isDownload(transfer) && transfer.phase === 'downloading') return 'Downloading';
  return sentence(PHASE_WORDS[transfer.phase].activity);
}

/** The words with a capital at their beginning. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How a transfer ended. */
export const statusNames: Readonly<Record<TransferStatus, string>> = {
  running: 'Running',
  done: 'Done',
  unchanged: 'Nothing to do',
  unverified: 'Done, not verified',
  partial: 'Done in part',
  failed: 'Failed',
  blocked: 'Blocked',
  declined: 'Declined',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};
