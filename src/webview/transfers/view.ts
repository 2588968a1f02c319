import { PHASE_WORDS } from '../../core/reconcile/model/phases.ts';
import { isCounting, isDownload, movesData } from './movement.ts';
import type { Transfer } from './protocol.ts';
import { comparisons, verdict } from './verdict.ts';
import type { Comparison, Tone } from './verdict.ts';
import { actionName, activity, bytes, duration, harmless, place, sentence, speed, statusNames } from './words.ts';
import type { Phase } from '../../core/reconcile/model/phases.ts';

/** A step of the pipeline. */
interface Step {
  readonly phase: Phase;
  readonly name: string;
  readonly state: 'done' | 'current' | 'next' | 'stopped';
  /** The state in words, for screen readers. */
  readonly words: string;
}

/** The bar of a transfer that moves data. */
interface Progress {
  /** 0 to 100, whole. */
  readonly percent: number;
  /** `412 MiB of 1 GiB, 40%`. */
  readonly text: string;
}

/** The actions of a card; an unavailable one is absent. */
interface Offers {
  readonly cancel: 'offered' | 'cancelling' | 'absent';
  /** The label of the retry button. */
  readonly again: 'Apply Again' | 'Download Again' | undefined;
  readonly openDefinition: boolean;
  readonly openImage: boolean;
  readonly showFile: boolean;
  readonly copyId: boolean;
  readonly saveReport: boolean;
}

/** Everything that a card shows of a transfer, as text. */
export interface TransferView {
  readonly id: string;
  readonly running: boolean;
  readonly name: string;
  /** `Replace in devcloud/RegionOne`. */
  readonly what: string;
  readonly status: string;
  readonly tone: Tone;
  readonly steps: readonly Step[];
  readonly progress?: Progress;
  /** Bytes and percentage, or the total that was sent. */
  readonly amount: string;
  /** Speed and remaining time, or how long it took. */
  readonly pace: string;
  /** Points of the throughput line in a box of 100 × 100; absent if there are too few. */
  readonly line?: string;
  /** The line in words. */
  readonly lineWords: string;
  readonly verdict?: { readonly text: string; readonly tone: Tone };
  readonly error?: { readonly message: string; readonly next?: string; readonly facts: string };
  readonly comparisons: readonly Comparison[];
  readonly imageId: string | null;
  readonly endedAt: number | null;
  readonly offers: Offers;
}

/** A transfer as its card shows it; `begunAgain` if a later one repeats it. */
export function viewOf(transfer: Transfer, begunAgain = false): TransferView {
  const running = transfer.status === 'running';
  const judged = verdict(transfer);
  const error = errorOf(transfer);
  const progress = progressOf(transfer);
  const line = lineOf(transfer.throughput);
  const there = transfer.imageId !== null && ['done', 'unchanged', 'unverified', 'partial'].includes(transfer.status);
  return {
    id: transfer.id,
    running,
    name: harmless(transfer.name),
    what: `${actionName(transfer.action)} in ${place(transfer.cloud, transfer.region)}${transfer.elsewhere === true ? ', by another window' : ''}`,
    status: statusOf(transfer),
    tone: toneOf(transfer),
    steps: steps(transfer),
    ...(progress === undefined ? {} : { progress }),
    amount: amount(transfer, progress),
    pace: running ? paceNow(transfer) : paceInAll(transfer),
    ...(line === undefined ? {} : { line }),
    lineWords: line === undefined ? '' : `Peak ${speed(Math.max(...transfer.throughput))}`,
    ...(judged === undefined ? {} : { verdict: judged }),
    ...(error === undefined ? {} : { error }),
    comparisons: comparisons(transfer),
    imageId: transfer.imageId,
    endedAt: transfer.endedAt,
    offers: {
      cancel: !running || transfer.elsewhere === true ? 'absent' : transfer.cancelling ? 'cancelling' : 'offered',
      again: begunAgain ? undefined : again(transfer),
      openDefinition: !isDownload(transfer),
      showFile: isDownload(transfer) && serves(transfer.status),
      openImage: there,
      copyId: there || (running && transfer.imageId !== null),
      saveReport: !running,
    },
  };
}

function again(transfer: Transfer): Offers['again'] {
  const { status } = transfer;
  if (isDownload(transfer)) {
    return ['failed', 'cancelled', 'interrupted'].includes(status) ? 'Download Again' : undefined;
  }
  const unwell = ['failed', 'cancelled', 'interrupted', 'declined', 'blocked', 'unverified', 'partial'];
  return unwell.includes(status) ? 'Apply Again' : undefined;
}

/** Running transfers in the order in which they started, then the others, newest first. */
export function inOrder(transfers: readonly Transfer[]): {
  readonly running: readonly Transfer[];
  readonly history: readonly Transfer[];
} {
  const running = transfers.filter(({ status }) => status === 'running');
  const history = transfers.filter(({ status }) => status !== 'running');
  const end = ({ endedAt, startedAt }: Transfer): number => endedAt ?? startedAt;
  return { running, history: history.toSorted((one, other) => end(other) - end(one)) };
}

/** The ids of transfers that a later one repeats: the same definition in the same region, or the same image's download. */
export function begunAgain(transfers: readonly Transfer[]): ReadonlySet<string> {
  const groups = Map.groupBy(transfers, (transfer) => {
    const { cloud, region, file, key, imageId } = transfer;
    return JSON.stringify([cloud, region, ...(isDownload(transfer) ? [imageId] : [file, key])]);
  });
  const earlier = [...groups.values()].flatMap((group) =>
    group.toSorted((one, other) => one.startedAt - other.startedAt).slice(0, -1),
  );
  return new Set(earlier.map(({ id }) => id));
}

/** Remaining seconds at the speed of the last five; absent if nothing moves or the total is unknown. */
function secondsLeft({ throughput, sent, total }: Transfer): number | undefined {
  const last = throughput.slice(-5);
  const pace = last.reduce((sum, each) => sum + each, 0) / Math.max(1, last.length);
  return pace <= 0 || total === 0 ? undefined : Math.max(0, total - sent) / pace;
}

function statusOf(transfer: Transfer): string {
  const { status, cancelling, sent } = transfer;
  if (status === 'interrupted' && sent > 0) return `Interrupted at ${bytes(sent)}`;
  if (status !== 'running') return statusNames[status];
  return cancelling ? 'Cancelling' : activity(transfer);
}

function toneOf({ status }: Transfer): Tone {
  switch (status) {
    case 'running':
    case 'unchanged':
    case 'declined':
    case 'cancelled':
      return 'neutral';
    case 'done':
      return 'good';
    case 'unverified':
    case 'partial':
    case 'interrupted':
      return 'warning';
    case 'failed':
    case 'blocked':
      return 'bad';
  }
}

function steps({ phases, phase, status }: Transfer): readonly Step[] {
  const at = phases.indexOf(phase);
  const whole = serves(status) || status === 'unchanged';
  return phases.map((each, index) => {
    const state =
      whole || index < at ? 'done' : index > at ? 'next' : status === 'running' ? 'current' : ('stopped' as const);
    const words = { done: 'done', current: 'in progress', next: status === 'running' ? 'pending' : 'not reached' };
    return {
      phase: each,
      name: PHASE_WORDS[each].step,
      state,
      words: state === 'stopped' ? 'stopped' : words[state],
    };
  });
}

/** Whether the image itself is as defined, even if members or stores are missing. */
function serves(status: Transfer['status']): boolean {
  return status === 'done' || status === 'unverified' || status === 'partial';
}

/** A successful transfer needs no bar. */
function progressOf(transfer: Transfer): Progress | undefined {
  const { status, sent, total } = transfer;
  if (!movesData(transfer)) return undefined;
  if (serves(status) || status === 'unchanged') return undefined;
  if (status !== 'running' && sent === 0) return undefined;
  const percent = Math.min(100, Math.floor((sent / total) * 100));
  return { percent, text: `${bytes(sent)} of ${bytes(total)}, ${percent}%` };
}

function amount(transfer: Transfer, progress: Progress | undefined): string {
  const { status, sent, total } = transfer;
  if (progress !== undefined) return progress.text;
  if (isCounting(transfer) && sent > 0) return `${bytes(sent)} so far`;
  if (!movesData(transfer)) return '';
  if (isDownload(transfer)) return serves(status) ? `${bytes(sent)} received` : '';
  if (serves(status)) {
    return sent === 0 ? 'Nothing sent: the cloud already has this data' : `${bytes(sent)} sent`;
  }
  // What a closed window sent after its last save is unknown.
  return status === 'interrupted' ? '' : `0 of ${bytes(total)} sent`;
}

function paceNow(transfer: Transfer): string {
  if (transfer.retrying !== undefined) return sentence(transfer.retrying);
  if (transfer.phase === 'importing') return importPace(transfer);
  const now = transfer.throughput.at(-1);
  if (!isCounting(transfer) || now === undefined) return '';
  if (now === 0) return stalledPace(transfer);
  const left = secondsLeft(transfer);
  return left === undefined ? speed(now) : `${speed(now)}, about ${duration(Math.max(1, left) * 1000)} left`;
}

/** Glance answers an upload only after it has stored the last byte, so sending none then is no stall. */
function stalledPace(transfer: Transfer): string {
  const { phase, sent, total, throughput } = transfer;
  if (phase === 'uploading' && total > 0 && sent >= total) return 'All data sent, waiting for Glance';
  // One sample a second.
  const seconds = throughput.length - 1 - throughput.findLastIndex((each) => each > 0);
  const what = phase === 'decompressing' ? 'decompressed' : phase === 'uploading' ? 'sent' : 'received';
  return `Stalled: no data ${what} for ${duration(seconds * 1000)}`;
}

/** Bytes can't be counted: shows the state of Glance's task and the elapsed time. */
function importPace({ task }: Transfer): string {
  if (task === undefined) return '';
  const state = [task.status, task.message].filter((text) => text !== '').join(', ');
  return `${state === '' ? 'In progress' : `Glance task: ${state}`}, for ${duration(task.elapsed)}`;
}

function paceInAll({ status, startedAt, endedAt }: Transfer): string {
  if (
    status === 'interrupted' ||
    status === 'unchanged' ||
    status === 'declined' ||
    status === 'blocked' ||
    endedAt === null
  )
    return '';
  return `${serves(status) ? 'took' : 'after'} ${duration(endedAt - startedAt)}`;
}

function lineOf(throughput: readonly number[]): string | undefined {
  if (throughput.length < 2) return undefined;
  const peak = Math.max(...throughput, 1);
  const step = 100 / (throughput.length - 1);
  const round = (value: number): number => Math.round(value * 10) / 10;
  return throughput.map((each, index) => `${round(index * step)},${round(100 - (each / peak) * 100)}`).join(' ');
}

function errorOf(transfer: Transfer): TransferView['error'] {
  const { status, error } = transfer;
  if (status === 'interrupted') {
    return {
      message: 'The window was closed or reloaded, or the extension host ended, before it finished.',
      next: isDownload(transfer)
        ? 'The received data is kept: the next download to the same file continues from there.'
        : 'The next apply checks what is left in the cloud and continues from there.',
      facts: '',
    };
  }
  if (error === null) return undefined;
  const facts = [
    error.status === null ? undefined : `HTTP ${error.status}`,
    error.requestId === null ? undefined : `Request ID ${error.requestId}`,
    error.code === 'cancelled' ? undefined : `Code ${error.code}`,
  ].filter((fact) => fact !== undefined);
  return {
    message: harmless(error.message),
    ...(error.next === null ? {} : { next: harmless(error.next) }),
    facts: facts.join(' · '),
  };
}
