import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from '../rounds.ts';
import { plot } from './plot.ts';
import type { Result } from './result.ts';
import type { Cost } from './timed.ts';

/** Does the work that is timed, for this round. */
export type Contender = (round: number) => Promise<Cost>;

/** Every contender in turn, round by round, so that a machine that slows down slows all of them. */
export async function inTurn(
  rounds: number,
  contenders: Readonly<Record<string, Contender>>,
): Promise<ReadonlyMap<string, readonly Cost[]>> {
  const costs = new Map<string, Cost[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contend] of Object.entries(contenders)) {
      const { wall, cpu, megabytes } = await contend(round);
      costs.get(name)?.push({ wall, cpu, megabytes });
    }
  }
  return costs;
}

/** Rows of a table: each contender's medians, and ours as ratios to the others of the same run. */
export function rowsOf(results: readonly Result[]): readonly Row[] {
  return [...Map.groupBy(results, ({ work }) => work)].flatMap(([work, all]) => {
    const first = all.find(({ contender }) => contender === 'ours');
    return all.map(({ contender, costs, requests }, index) => ({
      what: index === 0 ? `${work}: ${contender}` : `  ${contender}`,
      measured: [inWords(costs), requests === undefined ? undefined : `${String(requests)} requests`]
        .filter((each) => each !== undefined)
        .join(', '),
      budget: first === undefined || contender === 'ours' ? '' : `ours ÷ ${contender}: ${ratios(first.costs, costs)}`,
    }));
  });
}

function inWords(costs: readonly Cost[]): string {
  const wall = costs.map((cost) => cost.wall);
  const range = `${Math.min(...wall).toFixed(2)} to ${Math.max(...wall).toFixed(2)}`;
  const [cpu, megabytes] = [median(costs.map((cost) => cost.cpu)), median(costs.map((cost) => cost.megabytes))];
  return `${median(wall).toFixed(2)} s (${range}), CPU ${cpu.toFixed(2)} s, ${megabytes.toFixed(0)} MB`;
}

/** Medians of the ratios of the rounds: wall, CPU, memory. */
function ratios(of: readonly Cost[], to: readonly Cost[]): string {
  const ratio = (pick: (cost: Cost) => number): string => {
    const pairs = of.flatMap((cost, index) => {
      const other = to[index];
      return other === undefined ? [] : [pick(cost) / pick(other)];
    });
    return median(pairs).toFixed(2);
  };
  return `${ratio(({ wall }) => wall)} · ${ratio(({ cpu }) => cpu)} · ${ratio(({ megabytes }) => megabytes)}`;
}

/** Writes the results as JSON, and a plot for each growth. Returns the files. */
export async function write(results: readonly Result[], folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const machine = { cores: availableParallelism(), load: loadavg(), node: process.version };
  const json = join(folder, 'compare.json');
  await writeFile(json, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, undefined, 2)}\n`);
  const files = [json];
  for (const [name, points] of Map.groupBy(results, ({ growth }) => growth?.plot)) {
    if (name === undefined) continue;
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.svg`);
    await writeFile(file, plot(name, points));
    files.push(file);
  }
  return files;
}
