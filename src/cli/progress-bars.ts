import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import process from 'node:process';
import prettyBytes from 'pretty-bytes';
import stringWidth from 'string-width';
import { padded, shortened } from './columns.ts';
import type { Terminal } from './terminal.ts';

/** The line while a server works. */
const WITHOUT_BYTES = '{name} {phase} {text} {elapsed}';

/** Width of a name that leaves room for its bar. */
const NAME_AT_MOST = 44;

interface Shown {
  readonly bar: SingleBar;
  /** Start of the phase in ms since the process started, and the bytes at that time. */
  started: number;
  from: number;
}

/** A `Progress` with a bar for each item that has bytes. */
export class Bars {
  readonly #names: ReadonlyMap<string, string>;
  readonly #terminal: Terminal;
  readonly #shown = new Map<string, Shown>();
  readonly #phases = new Map<string, string>();
  readonly #width: number;
  readonly #all = new MultiBar(
    {
      format: '{name} {phase} [{bar}] {percentage}% {sent} of {size}, {speed}/s, {eta_formatted} left',
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
    // Shows the cursor again even if a second Ctrl+C ends the process.
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

  /** Shows text and time in place of the bar. */
  wait(id: string, text: string, elapsed: number): void {
    const { bar } = this.#shown.get(id) ?? this.#add(id, 0, 1, WITHOUT_BYTES);
    bar.update(0, { text, elapsed: `${Math.round(elapsed / 1000)} s` });
  }

  /** A bar has no room for details. */
  note(): void {
    // The phase and the bytes are what a bar shows.
  }

  stop(): void {
    process.off('exit', this.#stop);
    this.#terminal.divert(undefined);
    if (this.#shown.size === 0) return;
    // Flushes waiting lines.
    this.#all.update();
    this.#all.stop();
    this.#shown.clear();
  }

  /** Bytes before the first update, e.g. of a resumed download, do not count as speed. */
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
