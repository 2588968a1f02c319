import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import process from 'node:process';
import prettyBytes from 'pretty-bytes';
import { subject } from '../core/reconcile/describe.ts';
import type { ApplyEvent, Phase, Plan } from '../core/reconcile/types.ts';
import { harmless, type Terminal } from './terminal.ts';

/** What shows an apply while it runs. */
export interface Progress {
  tell(event: ApplyEvent): void;
  stop(): void;
}

const PHASES: Readonly<Record<Phase, string>> = {
  waiting: 'waiting',
  downloading: 'downloading the source',
  decompressing: 'decompressing the source',
  staging: 'making the image',
  uploading: 'uploading',
  verifying: 'verifying',
  updating: 'updating',
  copying: 'copying to stores',
  sharing: 'sharing',
  publishing: 'publishing',
  retiring: 'retiring the old image',
};

/** Bars where a person watches, else a line for each phase and every tenth of the bytes. */
export function showProgress(plans: readonly Plan[], terminal: Terminal): Progress {
  const names = new Map(plans.map((plan) => [plan.id, harmless(subject(plan))]));
  return terminal.animated ? new Bars(names, terminal) : new Lines(names, terminal);
}

class Lines implements Progress {
  readonly #names: ReadonlyMap<string, string>;
  readonly #terminal: Terminal;
  readonly #tenths = new Map<string, number>();

  constructor(names: ReadonlyMap<string, string>, terminal: Terminal) {
    this.#names = names;
    this.#terminal = terminal;
  }

  tell(event: ApplyEvent): void {
    const name = this.#names.get(event.plan) ?? '';
    if (event.type === 'replanned') sayReplanned(name, event.next, this.#terminal);
    if (event.type === 'phase') {
      this.#tenths.delete(event.plan);
      this.#terminal.line(`${name}: ${PHASES[event.phase]}`);
    }
    if (event.type === 'copies') {
      for (const { store, state } of event.copies) this.#terminal.line(`${name}: store ${harmless(store)}: ${state}`);
    }
    const moved = movedBytes(event);
    if (moved === undefined) return;
    const tenth = Math.floor((10 * moved.done) / moved.total);
    if (tenth <= (this.#tenths.get(event.plan) ?? 0)) return;
    this.#tenths.set(event.plan, tenth);
    this.#terminal.line(`${name}: ${tenth * 10} % of ${prettyBytes(moved.total, { binary: true })}`);
  }

  stop(): void {
    this.#tenths.clear();
  }
}

/** Characters of a name that leave room for its bar. */
const NAME_AT_MOST = 44;

interface Shown {
  readonly bar: SingleBar;
  /** ms from the process's beginning to that of the phase. */
  started: number;
}

class Bars implements Progress {
  readonly #names: ReadonlyMap<string, string>;
  readonly #terminal: Terminal;
  readonly #shown = new Map<string, Shown>();
  readonly #phases = new Map<string, Phase>();
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
    this.#width = Math.min(NAME_AT_MOST, Math.max(0, ...[...names.values()].map((name) => name.length)));
    // Also when a second Ctrl+C ends the process: the cursor must come back.
    process.once('exit', this.#stop);
  }

  tell(event: ApplyEvent): void {
    if (event.type === 'replanned') sayReplanned(this.#names.get(event.plan) ?? '', event.next, this.#terminal);
    if (event.type === 'phase') this.#enter(event.plan, event.phase);
    const moved = movedBytes(event);
    if (moved === undefined) return;
    const { bar, started } = this.#shown.get(event.plan) ?? this.#add(event.plan, moved.total);
    if (bar.getTotal() !== moved.total) bar.setTotal(moved.total);
    const seconds = (performance.now() - started) / 1000;
    const sent = prettyBytes(moved.done, { binary: true });
    const size = prettyBytes(moved.total, { binary: true });
    const speed = prettyBytes(seconds > 0 ? moved.done / seconds : 0, { binary: true });
    bar.update(moved.done, { sent, size, speed });
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

  #enter(plan: string, phase: Phase): void {
    this.#phases.set(plan, phase);
    const shown = this.#shown.get(plan);
    if (shown === undefined) return;
    shown.started = performance.now();
    shown.bar.update({ phase: PHASES[phase] });
  }

  #add(plan: string, total: number): Shown {
    if (this.#shown.size === 0) this.#terminal.divert((line) => this.#all.log(line));
    const name = this.#names.get(plan) ?? '';
    const short = shortened(name).padEnd(this.#width);
    const size = prettyBytes(total, { binary: true });
    const bar = this.#all.create(total, 0, {
      name: short,
      phase: PHASES[this.#phases.get(plan) ?? 'uploading'],
      size,
      sent: '0 B',
      speed: '0 B',
    });
    const shown = { bar, started: performance.now() };
    this.#shown.set(plan, shown);
    return shown;
  }
}

/** Bytes that moved, where an event says so and how many there will be is known. */
function movedBytes(event: ApplyEvent): { readonly done: number; readonly total: number } | undefined {
  if (event.type === 'progress') return { done: event.sent, total: event.total };
  return event.type === 'fetching' && event.total !== undefined ? { done: event.done, total: event.total } : undefined;
}

/** Of a long name the middle is left out: several differ in the region at the end only. */
function shortened(name: string): string {
  if (name.length <= NAME_AT_MOST) return name;
  const kept = NAME_AT_MOST - 1;
  return `${name.slice(0, Math.floor(kept / 2))}…${name.slice(-Math.ceil(kept / 2))}`;
}

function sayReplanned(name: string, next: Plan, terminal: Terminal): void {
  terminal.problem(
    `${name}: the live image or its source is not as it was when the plan was made; the new plan is ${next.action}.`,
    'yellow',
  );
}
