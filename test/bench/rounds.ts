/** A line of the table that a benchmark prints. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it may be; empty for a figure that only explains another. */
  readonly budget: string;
}

/** What one contender needed. */
export interface Measurement {
  /** ms of wall-clock time, one for each round. */
  readonly times: readonly number[];
}

/** Does the work that is timed, and returns what takes away what it made, which is not. */
export type Contender = (round: number) => Promise<(() => Promise<void>) | undefined>;

/** Runs every contender in turn, round by round, so that a machine that slows down slows all of them. */
export async function inTurn<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Readonly<Record<Name, Measurement>>> {
  const names = Object.keys(contenders) as Name[];
  const measured = {} as Record<Name, { readonly times: number[] }>;
  for (const name of names) measured[name] = { times: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const started = performance.now();
      const cleanUp = await contenders[name](round);
      measured[name].times.push(performance.now() - started);
      await cleanUp?.();
    }
  }
  return measured;
}

/** The ratio of two measurements, pair by pair: median, and minimum to maximum. */
export function ratio(of: Measurement, to: Measurement): string {
  const pairs = of.times.map((time, index) => time / (to.times[index] ?? NaN));
  return `${median(pairs).toFixed(3)} × (${Math.min(...pairs).toFixed(3)} to ${Math.max(...pairs).toFixed(3)})`;
}

/** The times of all rounds. */
export function seconds({ times }: Measurement): string {
  return `${times.map((time) => (time / 1000).toFixed(2)).join(', ')} s`;
}

/** The value in the middle; of an even number, the upper one of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** `12.3 ms`. */
export function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
