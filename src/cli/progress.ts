import prettyBytes from 'pretty-bytes';
import type { Terminal } from './terminal.ts';

/** Shows running work, each item by its id. */
export interface Progress {
  /** The item enters a phase; its bytes count from 0. */
  enter(id: string, phase: string): void;
  /** The item's bytes so far. */
  move(id: string, done: number, total: number): void;
  /** Waits for a server, whose bytes can't be counted: its message, and the elapsed ms. */
  wait(id: string, text: string, elapsed: number): void;
  /** A detail, if there is room for it. */
  note(id: string, text: string): void;
  stop(): void;
}

/**
 * Progress bars in a terminal, else a line for each phase and every 10 % of the bytes.
 * @param names names by id, already harmless for a terminal
 */
export async function showProgress(names: ReadonlyMap<string, string>, terminal: Terminal): Promise<Progress> {
  if (!terminal.animated) return new Lines(names, terminal);
  const { Bars } = await import('./progress-bars.ts');
  return new Bars(names, terminal);
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
    this.note(id, `${tenth * 10}% of ${prettyBytes(total, { binary: true })}`);
  }

  /** Updates come every second: only new text gets a line. */
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
