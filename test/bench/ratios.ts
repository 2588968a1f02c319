/** One measured figure of one run. */
export interface Measurement {
  readonly name: string;
  /** ms of wall-clock time, one for each round. */
  readonly times: readonly number[];
}

/**
 * Runs every contender in turn, round by round, so that a machine that slows down slows all of them. What a run returns takes
 * away what it made, and is not timed.
 */
export async function inTurn(
  rounds: number,
  contenders: readonly (readonly [string, (round: number) => Promise<() => Promise<void>>])[],
): Promise<readonly Measurement[]> {
  const times = contenders.map(([name]) => ({ name, times: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, run]] of contenders.entries()) {
      const started = performance.now();
      const cleanUp = await run(round);
      times[index]?.times.push(performance.now() - started);
      await cleanUp();
    }
  }
  return times;
}

/** The ratio of two measurements, pair by pair: minimum, median, maximum. */
export function ratio(of: Measurement, to: Measurement): string {
  const pairs = of.times.map((time, index) => time / (to.times[index] ?? NaN)).sort((a, b) => a - b);
  const middle = pairs[Math.floor(pairs.length / 2)] ?? NaN;
  const [least = NaN] = pairs;
  return `${of.name} / ${to.name}: ${middle.toFixed(3)} (${least.toFixed(3)} to ${(pairs.at(-1) ?? NaN).toFixed(3)}, ${String(pairs.length)} rounds)`;
}

/** A measurement in words. */
export function describe(measurement: Measurement): string {
  return `${measurement.name}: ${measurement.times.map((time) => (time / 1000).toFixed(2)).join(', ')} s`;
}
