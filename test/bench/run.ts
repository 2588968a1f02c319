// Prints what the budgets are about, as measured in this run: `npm run bench [name…]`. Nothing fails for being slow.
import { activation } from './activation.ts';
import { apply } from './apply.ts';
import { definitions } from './definitions.ts';
import { list } from './list.ts';
import { plan } from './plan.ts';
import type { Row } from './rounds.ts';
import { size } from './size.ts';
import { transfer } from './transfer.ts';
import { tree } from './tree.ts';
import { view } from './view.ts';

/** The quick ones first. */
const BENCHMARKS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  size,
  definitions,
  tree,
  list,
  activation,
  view,
  plan,
  transfer,
  apply,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exit(64);
}
const rows: Row[] = [];
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`Measuring ${name}…`);
  rows.push(...(await measure()));
}
print([{ what: 'what', measured: 'measured', budget: 'budget' }, ...rows]);

function print(lines: readonly Row[]): void {
  const width = (column: 'what' | 'measured'): number => Math.max(...lines.map((line) => line[column].length));
  const [what, measured] = [width('what'), width('measured')];
  for (const line of lines)
    console.log(`${line.what.padEnd(what)}  ${line.measured.padEnd(measured)}  ${line.budget}`.trimEnd());
}
