import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import process from 'node:process';
import prettyBytes from 'pretty-bytes';
import { describePlace } from '../core/place.ts';
import type { ApplyEvent, Phase, Plan } from '../core/reconcile/types.ts';
import { harmless, type Terminal } from './terminal.ts';

/** What shows an apply while it runs. */
export interface Progress {
  tell(event: ApplyEvent): void;
  stop(): void;
}

const PHASES: Readonly<Record<Phase, string>> = {
  waiting: 'waiting',
  staging: 'making the image',
  uploading: 'uploading',
  verifying: 'verifying',
  updating: 'updating',
  publishing: 'publishing',
  retiring: 'retiring the old image',
};

/** Bars where a person watches, else a line for each phase and every tenth of the bytes. */
export function showProgress(plans: readonly Plan[], terminal: Terminal): Progress {
  return process.stderr.isTTY && terminal.interactive ? new Bars(plans) : new Lines(plans, terminal);
}

class Lines implements Progress {
  readonly #names: ReadonlyMap<string, string>;
  readonly #terminal: Terminal;
  readonly #tenths = new Map<string, number>();

  constructor(plans: readonly Plan[], terminal: Terminal) {
    this.#names = names(plans);
    this.#terminal = terminal;
  }

  tell(event: ApplyEvent): void {
    const name = this.#names.get(event.plan) ?? '';
    if (event.type === 'phase') this.#terminal.line(`${name}: ${PHASES[event.phase]}`);
    if (event.type !== 'progress') return;
    const tenth = Math.floor((10 * event.sent) / event.total);
    if (tenth <= (this.#tenths.get(event.plan) ?? 0)) return;
    this.#tenths.set(event.plan, tenth);
    this.#terminal.line(`${name}: ${tenth * 10} % of ${prettyBytes(event.total, { binary: true })}`);
  }

  stop(): void {
    this.#tenths.clear();
  }
}

class Bars implements Progress {
  readonly #names: ReadonlyMap<string, string>;
  readonly #bars = new Map<string, SingleBar>();
  readonly #all = new MultiBar(
    {
      format: '{name} {phase} [{bar}] {percentage} % {sent} of {size}, {speed}/s, {eta_formatted} left',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );

  constructor(plans: readonly Plan[]) {
    this.#names = names(plans);
  }

  tell(event: ApplyEvent): void {
    const bar = this.#bars.get(event.plan);
    if (event.type === 'phase') bar?.update({ phase: PHASES[event.phase] });
    if (event.type !== 'progress') return;
    const current = bar ?? this.#add(event.plan, event.total);
    const seconds = (Date.now() - (started.get(current) ?? Date.now())) / 1000;
    const sent = prettyBytes(event.sent, { binary: true });
    const speed = prettyBytes(seconds > 0 ? event.sent / seconds : 0, { binary: true });
    current.update(event.sent, { sent, speed });
  }

  stop(): void {
    this.#all.stop();
  }

  #add(plan: string, total: number): SingleBar {
    const size = prettyBytes(total, { binary: true });
    const bar = this.#all.create(total, 0, {
      name: this.#names.get(plan) ?? '',
      phase: PHASES.uploading,
      size,
      sent: '0 B',
      speed: '0 B',
    });
    started.set(bar, Date.now());
    this.#bars.set(plan, bar);
    return bar;
  }
}

/** When a bar began, ms since the epoch. */
const started = new WeakMap<SingleBar, number>();

function names(plans: readonly Plan[]): ReadonlyMap<string, string> {
  return new Map(
    plans.map((plan) => [plan.id, harmless(`${plan.definition.arguments.name} in ${describePlace(plan.place)}`)]),
  );
}
