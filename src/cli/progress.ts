import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import process from 'node:process';
import prettyBytes from 'pretty-bytes';
import stringWidth from 'string-width';
import { padded, shortened } from './columns.ts';
import type { Terminal } from './terminal.ts';

/** What shows work while it goes on, each piece of it by its id. */
export interface Progress {
  /** Something else begins with it; its bytes count anew. */
  enter(id: string, phase: string): void;
  /** Bytes of it that are done. */
  move(id: string, done: number, total: number): void;
  /** Somebody else is at work, whose bytes can't be counted: what is known of it, and for how many ms. */
  wait(id: string, text: string, elapsed: number): void;
  /** A detail, where there is room for it. */
  note(id: string, text: string): void;
  stop(): void;
}

/**
 * Bars where a person watches, else a line for each phase and every tenth of the bytes.
 * @param names what is called how, by id; harmless to a terminal
 */
export function showProgress(names: ReadonlyMap<string, string>, terminal: Terminal): Progress {
  return terminal.animated ? new Bars(names, terminal) : new Lines(names, terminal);
}

class Lines implements Progress {
  readonly #names: ReadonlyMap<string, string>;
  readonly #terminal: Terminal;
  readonly #tenths = new Map<string, number>();
  readonly #waits = new Map<string, string>();

  constructor(names: ReadonlyMap<string, string>, terminal: Terminal) {
    this.#names = names;
    this.#terminal = terminal;
  }

  enter(id: string, phase: string): void {
    this.#tenths.delete(id);
    this.note(id, phase);
  }

  move(id: string, done: number, total: number): void {
    const tenth = Math.floor((10 * done) / total);
    if (tenth <= (this.#tenths.get(id) ?? 0)) return;
    this.#tenths.set(id, tenth);
    this.note(id, `${tenth * 10} % of ${prettyBytes(total, { binary: true })}`);
  }

  /** Looks come every second: only what is new is worth a line. */
  wait(id: string, text: string): void {
    if (text === (this.#waits.get(id) ?? '')) return;
    this.#waits.set(id, text);
    this.note(id, text);
  }

  note(id: string, text: string): void {
    this.#terminal.line(`${this.#names.get(id) ?? ''}: ${text}`);
  }

  stop(): void {
    this.#tenths.clear();
    this.#waits.clear();
  }
}

/** A line of what somebody else is at work on. */
const WITHOUT_BYTES = '{name} {phase} {text} {elapsed}';

/** Width of a name that leaves room for its bar. */
const NAME_AT_MOST = 44;

interface Shown {
  readonly bar: SingleBar;
  /** ms from the process's beginning to that of the phase, and the bytes that were done by then. */
  started: number;
  from: number;
}

class Bars implements Progress {
  readonly #names: ReadonlyMap<string, string>;
  readonly #terminal: Terminal;
  readonly #shown = new Map<string, Shown>();
  readonly #phases = new Map<string, string>();
  readonly #width: number;
  readonly #all = new MultiBar(
    {
      format: '{name} {phase} [{bar}] {percentage} % {sent} of {size}, {speed}/s, {eta_formatted} left',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      barsize: 20,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  readonly #stop = (): void => this.stop();

  constructor(names: ReadonlyMap<string, string>, terminal: Terminal) {
    this.#names = names;
    this.#terminal = terminal;
    this.#width = Math.min(NAME_AT_MOST, Math.max(0, ...[...names.values()].map((name) => stringWidth(name))));
    // Also when a second Ctrl+C ends the process: the cursor must come back.
    process.once('exit', this.#stop);
  }

  enter(id: string, phase: string): void {
    this.#phases.set(id, phase);
    const shown = this.#shown.get(id);
    if (shown === undefined) return;
    shown.started = performance.now();
    shown.from = 0;
    shown.bar.update({ phase });
  }

  move(id: string, done: number, total: number): void {
    const { bar, started, from } = this.#shown.get(id) ?? this.#add(id, done, total);
    if (bar.getTotal() !== total) bar.setTotal(total);
    const seconds = (performance.now() - started) / 1000;
    const sent = prettyBytes(done, { binary: true });
    const size = prettyBytes(total, { binary: true });
    const speed = prettyBytes(seconds > 0 ? Math.max(0, done - from) / seconds : 0, { binary: true });
    bar.update(done, { sent, size, speed });
  }

  /** Words and the time stand where the bar would. */
  wait(id: string, text: string, elapsed: number): void {
    const { bar } = this.#shown.get(id) ?? this.#add(id, 0, 1, WITHOUT_BYTES);
    bar.update(0, { text, elapsed: `${Math.round(elapsed / 1000)} s` });
  }

  /** There is no room beside a bar. */
  note(): void {
    // The phase and the bytes are what a bar shows.
  }

  stop(): void {
    process.off('exit', this.#stop);
    this.#terminal.divert(undefined);
    if (this.#shown.size === 0) return;
    // Flushes the lines that wait.
    this.#all.update();
    this.#all.stop();
    this.#shown.clear();
  }

  /** What was there before the first move, e.g. of a download that goes on, is no speed. */
  #add(id: string, done: number, total: number, format?: string): Shown {
    if (this.#shown.size === 0) this.#terminal.divert((line) => this.#all.log(line));
    const name = padded(shortened(this.#names.get(id) ?? '', NAME_AT_MOST), this.#width);
    const size = prettyBytes(total, { binary: true });
    const first = { name, phase: this.#phases.get(id) ?? '', size, sent: '0 B', speed: '0 B', text: '', elapsed: '' };
    const bar = this.#all.create(total, 0, first, format === undefined ? {} : { format });
    const shown = { bar, started: performance.now(), from: done };
    this.#shown.set(id, shown);
    return shown;
  }
}
