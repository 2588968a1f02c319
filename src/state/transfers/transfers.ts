import type { DownloadResult } from '../../core/download/download-image.ts';
import type { Failure } from '../../core/failure.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { ToPage, Transfer } from '../../webview/transfers/protocol.ts';
import { ChangeThrottle } from './change-throttle.ts';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { Subject } from '../observable.ts';
import type { Subscription } from '../observable.ts';
import { begunDownload, endedDownload, received } from './download-transfer.ts';
import type { BeginningDownload } from './download-transfer.ts';
import { begun, elsewhere, folded, interrupted, leftBehind, sampled } from './transfer.ts';
import type { LeftBehind, MeasuredTransfer } from './transfer.ts';
import { readTransfers } from './transfers-kept.ts';
import type { ApplyEvent } from '../../core/reconcile/model/result.ts';

/** The transfers that another window last saved. */
export interface KeptTransfers {
  /** Perhaps by another version of the extension. */
  readonly transfers: unknown;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
  /** Whether that window is still open. */
  readonly open: boolean;
}

/** Where transfers are kept for other windows. They hold no secret. */
export interface TransferPersistence {
  /** The transfers of earlier and other windows, oldest first, without this window's own. */
  load(): readonly KeptTransfers[];
  save(transfers: readonly Transfer[]): void;
}

/** Options of a store of transfers. */
export interface TransferStoreOptions {
  readonly clock?: Clock;
  readonly persistence?: TransferPersistence;
}

/** A transfer was added, changed or removed. */
export type TransferChange = Extract<ToPage, { type: 'changed' | 'removed' }>;

/** How many finished transfers are kept. */
const historyAtMost = 100;
/** Milliseconds between two changes of one transfer: at most five per second. */
const changeInterval = 200;
const sampleInterval = 1000;
/** ms between saves of a running transfer: a window that reloads has no time for a last save. */
const saveInterval = 2000;

/**
 * The transfers of this window and the history of earlier ones. One that was running when its window closed is `interrupted`; one
 * of another open window is followed until it ends.
 */
export class TransferStore implements Subscription {
  readonly #clock: Clock;
  readonly #persistence: TransferPersistence | undefined;
  /** By id, in the order in which they started. */
  readonly #transfers = new Map<string, MeasuredTransfer>();
  readonly #changed = new Subject<TransferChange>();
  readonly #throttle: ChangeThrottle;
  #ticking: Subscription | undefined;
  #savedAt = 0;

  /** Fires at most five times per second for each transfer; the last change is never lost. */
  readonly onDidChange = this.#changed.observe;

  constructor({ clock = systemClock, persistence }: TransferStoreOptions = {}) {
    this.#clock = clock;
    this.#persistence = persistence;
    this.#throttle = new ChangeThrottle(clock, changeInterval, (id) => this.#tell(id));
    for (const transfer of this.#kept()) {
      const known = this.find(transfer.id);
      if (known === undefined || known.status === 'interrupted') this.#transfers.set(transfer.id, { transfer });
    }
    this.#boundHistory();
    this.#tick();
  }

  /** Every transfer, in the order in which they started. */
  all(): readonly Transfer[] {
    return [...this.#transfers.values()].map(({ transfer }) => transfer);
  }

  running(): readonly Transfer[] {
    return this.all().filter(({ status }) => status === 'running');
  }

  find(id: string): Transfer | undefined {
    return this.#transfers.get(id)?.transfer;
  }

  /** Starts one transfer for each plan, by the plan's id. */
  begin(plans: readonly Plan[]): void {
    for (const plan of plans) this.#put(begun(plan, this.#clock.now()));
    this.#save();
    this.#tick();
  }

  /** Adds transfers that a process has left behind. The result of one that ended replaces what was kept of it. */
  left(transfers: readonly LeftBehind[]): void {
    for (const each of transfers) {
      const known = this.find(each.id);
      if (known === undefined || (known.status === 'interrupted' && each.ended !== undefined))
        this.#put({ transfer: leftBehind(each) });
    }
    this.#boundHistory();
    this.#save();
  }

  /** Whether every transfer of these plans is known to have ended. */
  haveEnded(plans: readonly Plan[]): boolean {
    return plans.every(({ id }) => !['running', 'interrupted', undefined].includes(this.find(id)?.status));
  }

  /** Handles an event of an apply. Events of unknown or ended transfers change nothing. */
  record(event: ApplyEvent): void {
    const before = this.#transfers.get(event.plan);
    if (before === undefined) return;
    const after = folded(before, event, this.#clock.now());
    if (after === before) return;
    this.#put(after);
    if (event.type === 'result') this.#boundHistory();
    // Hundreds of these arrive per second; the others are rare and have to survive the window.
    if (event.type !== 'progress') this.#save();
  }

  beginDownload(download: BeginningDownload): void {
    this.#put(begunDownload(download, this.#clock.now()));
    this.#save();
    this.#tick();
  }

  /** Updates the bytes of a download. */
  received(id: string, bytes: number): void {
    const before = this.#transfers.get(id);
    if (before?.transfer.status === 'running') this.#put(received(before, bytes));
  }

  endDownload(id: string, outcome: DownloadResult | Failure): void {
    const before = this.#transfers.get(id);
    if (before?.transfer.status !== 'running') return;
    this.#put({ transfer: endedDownload(before.transfer, outcome, this.#clock.now()) });
    this.#boundHistory();
    this.#save();
  }

  /** Marks these transfers as being cancelled. */
  cancelling(ids: readonly string[]): void {
    for (const id of ids) {
      const before = this.#transfers.get(id);
      if (before?.transfer.status !== 'running') continue;
      this.#put({ ...before, transfer: { ...before.transfer, cancelling: true } });
    }
  }

  /** Removes every transfer that is not running. */
  clearFinished(): void {
    this.#remove(this.#finished());
    this.#save();
  }

  /** Saves the last bytes of running transfers for the next window, if there is time. */
  dispose(): void {
    this.#save();
    this.#ticking?.dispose();
    this.#throttle.dispose();
    this.#changed.dispose();
  }

  /** Loads the transfers of other windows. */
  #kept(): readonly Transfer[] {
    return (this.#persistence?.load() ?? []).flatMap(({ transfers, savedAt, open }) =>
      readTransfers(transfers).map((transfer) => (open ? elsewhere(transfer) : interrupted(transfer, savedAt))),
    );
  }

  /** Updates the transfers of other windows. */
  #follow(): void {
    const followed = this.running().filter((transfer) => transfer.elsewhere === true);
    if (followed.length === 0) return;
    const kept = new Map(this.#kept().map((transfer) => [transfer.id, transfer]));
    for (const before of followed) {
      const transfer = kept.get(before.id);
      if (transfer === undefined) this.#remove([before]);
      else this.#put({ transfer });
    }
  }

  #put(measured: MeasuredTransfer): void {
    const { id } = measured.transfer;
    this.#transfers.set(id, measured);
    this.#throttle.changed(id);
  }

  #tell(id: string): void {
    const transfer = this.find(id);
    if (transfer !== undefined) this.#changed.next({ type: 'changed', transfer });
  }

  #finished(): readonly Transfer[] {
    return this.all().filter(({ status }) => status !== 'running');
  }

  #boundHistory(): void {
    const oldestFirst = this.#finished().toSorted((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0));
    this.#remove(oldestFirst.slice(0, Math.max(0, oldestFirst.length - historyAtMost)));
  }

  #remove(transfers: readonly Transfer[]): void {
    for (const { id } of transfers) {
      this.#transfers.delete(id);
      this.#throttle.forget(id);
      this.#changed.next({ type: 'removed', id });
    }
  }

  /** Measures once per second while anything runs. */
  #tick(): void {
    if (this.#ticking !== undefined || this.running().length === 0) return;
    this.#ticking = this.#clock.after(sampleInterval, () => {
      this.#ticking = undefined;
      const now = this.#clock.now();
      for (const before of [...this.#transfers.values()]) {
        const after = sampled(before, now);
        if (after !== before) this.#put(after);
      }
      this.#follow();
      if (now - this.#savedAt >= saveInterval) this.#save();
      this.#tick();
    });
  }

  #save(): void {
    this.#savedAt = this.#clock.now();
    this.#persistence?.save(this.all().filter((transfer) => transfer.elsewhere !== true));
  }
}
