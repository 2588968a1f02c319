import type { ObjectNode, SyntaxNode } from '../text/syntax-tree.ts';
import { MARK_COUNT, PROPERTY_QUOTA, checkPropertyName, hasFourByteCharacter } from './property-names.ts';
import { closest } from './closest.ts';
import { WELL_KNOWN_PROPERTIES } from '../help/well-known-properties.ts';
import { reportWrongType, type Reading } from './reader.ts';
import type { TextRange } from '../../problem.ts';

/**
 * The `properties` of a definition as Glance stores them: a number as it is written in the text, so that 1.10 stays 1.10,
 * and booleans as `true` and `false`. The result has no prototype: any name is safe as a key.
 */
export function readProperties(node: SyntaxNode, reading: Reading): Readonly<Record<string, string | null>> | null {
  if (node.type !== 'object') return reportWrongType(reading, '"properties"', 'an object of names and values', node);
  const properties: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
  for (const { key, keyRange, value } of node.members) {
    const problem = checkPropertyName(key);
    if (problem === undefined) reportSpelling(key, keyRange, reading);
    else reading.report('error', problem.code, problem.message, keyRange, problem.fixes);
    if (Object.hasOwn(properties, key)) {
      reading.report(
        'error',
        'duplicate-property',
        `The property ${JSON.stringify(key)} is given twice. Remove one.`,
        keyRange,
        [{ kind: 'remove' }],
      );
    }
    const stored = readValue(key, value, reading);
    if (stored !== undefined) properties[key] = stored;
  }
  checkCount(node, properties, reading);
  return properties;
}

/** Any name is allowed, so a probable typo of a name that Nova or Glance reads is only a hint. */
function reportSpelling(name: string, range: TextRange, { report }: Reading): void {
  const known = misspelledProperty(name);
  if (known === undefined) return;
  const message = `Nova and Glance know no property ${JSON.stringify(name)}. Did you mean "${known}"?`;
  report('information', 'property-spelling', message, range, [{ kind: 'rename', name: known }]);
}

function readValue(name: string, node: SyntaxNode, reading: Reading): string | null | undefined {
  switch (node.type) {
    case 'string':
      if (hasFourByteCharacter(node.value)) {
        const message = `Glance refuses characters beyond the Basic Multilingual Plane, such as emoji, in the value of a property (${JSON.stringify(name)}).`;
        reading.report('error', 'four-byte-character', message, node.range);
      }
      return node.value;
    case 'number':
      return reading.text.slice(node.range.offset, node.range.offset + node.range.length);
    case 'boolean':
      return String(node.value);
    case 'null':
      return null;
    default:
      return reportWrongType(
        reading,
        `The property ${JSON.stringify(name)}`,
        'a string, number, boolean or null',
        node,
      );
  }
}

/** The cloud sets the quota, so exceeding its default is only a warning. */
function checkCount(node: ObjectNode, properties: Readonly<Record<string, string | null>>, { report }: Reading): void {
  if (node.members.length + MARK_COUNT <= PROPERTY_QUOTA) return;
  const count = Object.values(properties).filter((value) => value !== null).length;
  if (count + MARK_COUNT <= PROPERTY_QUOTA) return;
  const message = `${count} properties and the ${MARK_COUNT} that Glance Images stores on the image exceed the ${PROPERTY_QUOTA} that Glance allows by default.`;
  report('warning', 'too-many-properties', message, { offset: node.range.offset, length: 1 });
}

const NAMES = WELL_KNOWN_PROPERTIES.map(({ name }) => name);
const KNOWN: ReadonlySet<string> = new Set(NAMES);

/** Cached, because many definitions use the same names. */
const answers = new Map<string, string | undefined>();
const ANSWERS_AT_MOST = 1000;

/** The well-known property that this name is most likely a typo of; `undefined` if it is none. */
function misspelledProperty(name: string): string | undefined {
  // Numbered names such as hw_numa_cpus.1 differ by one digit.
  if (KNOWN.has(name) || name.length < 6 || /\d/.test(name)) return undefined;
  if (!answers.has(name)) {
    if (answers.size >= ANSWERS_AT_MOST) answers.clear();
    // At most two typos, because names such as hw_cpu_cores and hw_cpu_max_cores are similar and both valid.
    answers.set(name, closest(name, NAMES, 2));
  }
  return answers.get(name);
}
