import type { Counts } from './suite.ts';

/** What `npm test` ends with, which `.ci/run` reads: a line for each suite, each failed test, and the sum of all counts. */
export function report(results: ReadonlyMap<string, Counts>, product: string): readonly string[] {
  const all = [...results];
  const sum = (part: 'passed' | 'failed' | 'skipped'): number =>
    all.reduce((total, [, counts]) => total + counts[part], 0);
  return [
    ...all.map(([name, counts]) => `${name}: ${line(counts)}${name.startsWith('contract') ? ` ${product}` : ''}`),
    // Last, where they are looked for.
    ...all.flatMap(([name, { failures }]) => failures.map((failure) => `FAILED ${name}: ${failure}`)),
    '',
    line({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }),
  ];
}

function line({ passed, failed, skipped }: Omit<Counts, 'failures'>): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
