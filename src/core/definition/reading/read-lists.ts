import type { ErrorCode } from '../../error-codes.ts';
import type { ListType } from '../argument.ts';
import type { ProblemFix } from '../../problem.ts';
import { closest } from './closest.ts';
import { parseDuration } from './duration.ts';
import { hasFourByteCharacter } from './property-names.ts';
import { reportWrongType, type Reading } from './reader.ts';
import type { ObjectNode, SyntaxNode } from '../text/syntax-tree.ts';

/** A list of strings, none with a character that Glance refuses. */
export function readStrings(
  name: string,
  type: ListType,
  node: SyntaxNode,
  reading: Reading,
): readonly string[] | string | null {
  if (type.orAll === true && node.type === 'string' && node.value === 'all') return node.value;
  if (node.type !== 'array') {
    return reportWrongType(
      reading,
      `"${name}"`,
      type.orAll === true ? 'a list of strings or "all"' : 'a list of strings',
      node,
    );
  }
  const items = node.items.map((item) => readItem(name, type, item, reading));
  if (type.notEmpty === true && items.length === 0) {
    reading.report('error', 'empty-value', `"${name}" must not be empty. Remove it to use the default.`, node.range);
  }
  reportRepeated(name, type, node.items, reading);
  if (type.quota !== undefined && items.length > type.quota.atMost) {
    const message = `${items.length} ${name} exceed the ${type.quota.atMost} that Glance allows by default.`;
    reading.report('warning', type.quota.code, message, { offset: node.range.offset, length: 1 });
  }
  return items.filter((item) => item !== null);
}

export function readItem(name: string, type: ListType, node: SyntaxNode, reading: Reading): string | null {
  if (node.type !== 'string') return reportWrongType(reading, `An item of "${name}"`, 'a string', node);
  const { value, range } = node;
  const refuse = (code: ErrorCode, message: string): null => {
    reading.report('error', code, message, range);
    return null;
  };
  if (type.emptyItems !== true && value.trim() === '')
    return refuse('empty-value', `An item of "${name}" must not be empty.`);
  if (type.maximumLength !== undefined && value.length > type.maximumLength) {
    return refuse(
      'too-long',
      `An item of "${name}" has ${value.length} characters; Glance allows at most ${type.maximumLength}.`,
    );
  }
  if (hasFourByteCharacter(value)) {
    return refuse(
      'four-byte-character',
      `An item of "${name}" has a character beyond the Basic Multilingual Plane, such as an emoji, which Glance refuses.`,
    );
  }
  return value;
}

function reportRepeated(name: string, type: ListType, items: readonly SyntaxNode[], { report }: Reading): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.type !== 'string') continue;
    if (seen.has(item.value)) {
      report(
        type.unique === true ? 'error' : 'warning',
        'repeated-item',
        `${JSON.stringify(item.value)} is in "${name}" twice. Remove one of the two.`,
        item.range,
        [{ kind: 'remove' }],
      );
    }
    seen.add(item.value);
  }
}

/** `create` and `stall`, as durations. */
export function readTimeouts(
  name: string,
  node: SyntaxNode,
  reading: Reading,
): Readonly<Record<string, string>> | null {
  if (node.type !== 'object') return reportWrongType(reading, `"${name}"`, 'an object', node);
  const timeouts = readStringMembers(`"${name}"`, node, ['create', 'stall'], reading);
  for (const { key, value } of node.members) {
    if (value.type !== 'string' || !timeouts.has(key) || parseDuration(value.value) !== undefined) continue;
    reading.report('error', 'bad-duration', `"${key}" must be a duration such as 30m or 1h30m.`, value.range);
  }
  return Object.fromEntries(timeouts);
}

/** The members of an object that takes these names only, each a string. */
export function readStringMembers(
  subject: string,
  node: ObjectNode,
  names: readonly string[],
  reading: Reading,
): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  for (const { key, keyRange, value } of node.members) {
    if (!names.includes(key)) {
      reading.report(
        'error',
        'unknown-argument',
        `${subject} has no ${JSON.stringify(key)}; it takes ${names.join(' and ')}.`,
        keyRange,
        renamedTo(closest(key, names)),
      );
    } else if (strings.has(key)) {
      reading.report('error', 'duplicate-argument', `${JSON.stringify(key)} is given twice. Remove one.`, keyRange, [
        { kind: 'remove' },
      ]);
    } else if (value.type !== 'string') {
      reportWrongType(reading, `"${key}"`, 'a string', value);
    } else {
      strings.set(key, value.value);
    }
  }
  return strings;
}

function renamedTo(name: string | undefined): readonly ProblemFix[] | undefined {
  return name === undefined ? undefined : [{ kind: 'rename', name }];
}
