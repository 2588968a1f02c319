import { setText } from './dom.ts';
import { isCounting } from './movement.ts';
import type { Transfer } from './protocol.ts';
import { activity, bytes, harmless, place, statusNames } from './words.ts';

/** Milliseconds between two announcements. */
const interval = 3000;

/**
 * Announces phases and results to a screen reader, not every byte. Changes within three seconds are announced together,
 * only the last of each transfer.
 */
export class Announcer {
  readonly #region: Element;
  readonly #said = new Map<string, string>();
  readonly #waiting = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `region` is the page's `aria-live` element. */
  constructor(region: Element) {
    this.#region = region;
  }

  /** Transfers that are there when the page opens are not announced. */
  known(transfer: Transfer): void {
    this.#said.set(transfer.id, announcement(transfer));
  }

  changed(transfer: Transfer): void {
    const text = announcement(transfer);
    if (this.#said.get(transfer.id) === text) return;
    this.#said.set(transfer.id, text);
    this.#waiting.set(transfer.id, text);
    if (this.#timer === undefined) this.#say();
  }

  #say(): void {
    setText(this.#region, [...this.#waiting.values()].join(' '));
    this.#waiting.clear();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.size > 0) this.#say();
    }, interval);
  }
}

/** `Ubuntu in devcloud/RegionOne: Verifying.` Uploads, downloads and decompression are announced at each quarter. */
export function announcement(transfer: Transfer): string {
  const { name, cloud, region, status, sent, total, error } = transfer;
  const where = `${harmless(name)} in ${place(cloud, region)}`;
  if (status !== 'running')
    return `${where}: ${statusNames[status]}.${error === null ? '' : ` ${harmless(error.message)}`}`;
  if (!isCounting(transfer) || total === 0) return `${where}: ${activity(transfer)}.`;
  const quarter = Math.floor((sent / total) * 4) * 25;
  return `${where}: ${activity(transfer)} ${bytes(total)}, ${quarter}%.`;
}
