import { isCounting, movesData } from './movement.ts';
import type { Transfer } from './protocol.ts';
import { currentTransfers, overallPercent } from './total.ts';
import { bytes, duration, speed } from './words.ts';

/** What the running transfers come to together. */
export interface Total {
  /** `3 running · 1.2 GiB of 3 GiB, 40% · 96 MiB/s, about 20 s left`. */
  readonly text: string;
  /** 0 to 100, whole; absent where no bytes have to move. */
  readonly percent?: number;
}

/** The total of several running transfers, with those that ended well meanwhile; absent with fewer than two, whose card says it all. */
export function totalOf(transfers: readonly Transfer[]): Total | undefined {
  const current = currentTransfers(transfers);
  const running = current.filter(({ status }) => status === 'running');
  if (running.length < 2) return undefined;
  const moving = current.filter(movesData);
  const [sent, total] = [sum(moving.map((each) => each.sent)), sum(moving.map((each) => each.total))];
  const percent = overallPercent(moving);
  const pace = sum(running.filter(isCounting).map(lately));
  const left = pace === 0 ? [] : [`about ${duration(Math.max(1, (total - sent) / pace) * 1000)} left`];
  const parts = [
    `${running.length} running`,
    ...(percent === undefined ? [] : [`${bytes(sent)} of ${bytes(total)}, ${percent}%`]),
    ...(pace === 0 || sent >= total ? [] : [[speed(pace), ...left].join(', ')]),
  ];
  return { text: parts.join(' · '), ...(percent === undefined ? {} : { percent }) };
}

/** Bytes per second over the last five. */
function lately({ throughput }: Transfer): number {
  const last = throughput.slice(-5);
  return Math.round(sum(last) / Math.max(1, last.length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((before, each) => before + each, 0);
}
