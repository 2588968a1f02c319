import { closest } from './closest.ts';
import { WELL_KNOWN_PROPERTIES } from '../help/well-known-properties.ts';

const NAMES = WELL_KNOWN_PROPERTIES.map(({ name }) => name);
const KNOWN: ReadonlySet<string> = new Set(NAMES);

/** Many definitions have the same names. */
const answers = new Map<string, string | undefined>();
const ANSWERS_AT_MOST = 1000;

/** The well-known property that somebody who wrote this name most likely means; `undefined` for a name that stands for itself. */
export function misspelledProperty(name: string): string | undefined {
  // Numbered names such as hw_numa_cpus.1 are one digit from each other.
  if (KNOWN.has(name) || name.length < 6 || /\d/.test(name)) return undefined;
  if (!answers.has(name)) {
    if (answers.size >= ANSWERS_AT_MOST) answers.clear();
    // Two slips at most: names such as hw_cpu_cores and hw_cpu_max_cores are near each other and both right.
    answers.set(name, closest(name, NAMES, 2));
  }
  return answers.get(name);
}
