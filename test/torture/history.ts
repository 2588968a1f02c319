import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OUT } from '../host/folders.ts';
import type { TortureOptions } from './options.ts';

/** Something that must not be. */
export interface Violation {
  readonly kind: string;
  /** What was expected, and what was seen. */
  readonly text: string;
  /** Output of a client, or an image as it was found. */
  readonly evidence?: string;
}

/** Counts what is done, remembers the actions of the round, and reports violations. */
export class History {
  readonly counts = new Map<string, number>();
  readonly headlines: string[] = [];
  round = 0;
  readonly #options: TortureOptions;
  #events: string[] = [];
  #begun = Date.now();
  #found = 0;

  constructor(options: TortureOptions) {
    this.#options = options;
  }

  get violations(): number {
    return this.headlines.length;
  }

  /** Violations of the round that runs. */
  get found(): number {
    return this.#found;
  }

  begin(round: number): void {
    this.round = round;
    this.#events = [];
    this.#begun = Date.now();
    this.#found = 0;
  }

  /** Counts an action, and remembers it in the order of what happened. */
  did(action: string, details = ''): void {
    this.counts.set(action, (this.counts.get(action) ?? 0) + 1);
    this.note(details === '' ? action : `${action}: ${details}`);
  }

  note(text: string): void {
    const seconds = ((Date.now() - this.#begun) / 1000).toFixed(2).padStart(7);
    this.#events.push(`${seconds} s  ${text}`);
  }

  /** Writes a violation where it can be read later, and its headline on the screen. */
  async violation({ kind, text, evidence }: Violation): Promise<void> {
    const { cloud, seed, twins } = this.#options;
    const headline = `round ${String(this.round)}: ${kind}: ${text}`;
    this.headlines.push(headline);
    this.#found += 1;
    const words = `--cloud ${cloud} --seed ${seed} --rounds ${String(this.round)}${twins ? '' : ' --apart'}`;
    const report = [
      headline,
      '',
      `Again: node test/torture/run.ts ${words} --minutes 600`,
      'What is done, and to what, is the same again; when it hits is not.',
      '',
      'What happened in this round:',
      ...this.#events,
      ...(evidence === undefined ? [] : ['', evidence]),
      '',
    ].join('\n');
    const folder = join(OUT, 'torture');
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${cloud}-${seed}-round-${String(this.round)}-${String(this.#found)}.txt`);
    await writeFile(file, report);
    console.log(`VIOLATION ${headline}\n  ${file}`);
  }
}
