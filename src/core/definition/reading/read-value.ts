import type { ErrorCode } from '../../error-codes.ts';
import type { Argument, ArgumentType } from '../argument.ts';
import { closest } from './closest.ts';
import { hasFourByteCharacter } from './property-names.ts';
import { readStrings, readTimeouts } from './read-lists.ts';
import { readMembers } from './read-members.ts';
import { readProperties } from './read-properties.ts';
import { reportWrongType, type ArgumentValue, type Reading } from './reader.ts';
import type { ProblemFix } from '../../problem.ts';
import { checkFormat } from './string-formats.ts';
import type { SyntaxNode } from '../text/syntax-tree.ts';

type TypeOf<Kind extends ArgumentType['kind']> = Extract<ArgumentType, { kind: Kind }>;

/** Glance stores names in MySQL's three-byte UTF-8 and refuses other characters in every name, key and tag. */
const FOUR_BYTES = 'has a character beyond the Basic Multilingual Plane, such as an emoji, which Glance refuses.';

/** The value of an argument, checked as its type says, or `null` after a report. */
export function readValue(argument: Argument, node: SyntaxNode, reading: Reading): ArgumentValue | null {
  const { name, type } = argument;
  switch (type.kind) {
    case 'string':
      return readString(name, type, node, reading);
    case 'choice':
      return readChoice(name, type, node, reading);
    case 'boolean':
      return node.type === 'boolean' ? node.value : reportWrongType(reading, `"${name}"`, 'true or false', node);
    case 'integer':
      return readInteger(name, type, node, reading);
    case 'strings':
      return readStrings(name, type, node, reading);
    case 'properties':
      return readProperties(node, reading);
    case 'members':
      return readMembers(name, node, reading);
    case 'timeouts':
      return readTimeouts(name, node, reading);
  }
}

function readString(name: string, type: TypeOf<'string'>, node: SyntaxNode, reading: Reading): string | null {
  if (node.type !== 'string') return reportWrongType(reading, `"${name}"`, 'a string', node);
  const { value, range } = node;
  const refuse = (code: ErrorCode, message: string, fixes?: readonly ProblemFix[]): null => {
    reading.report('error', code, message, range, fixes);
    return null;
  };
  if (value.trim() === '') return refuse('empty-value', `"${name}" must not be empty.`);
  if (type.maximumLength !== undefined && value.length > type.maximumLength) {
    return refuse('too-long', `"${name}" has ${value.length} characters; Glance allows at most ${type.maximumLength}.`);
  }
  // A key is stored on the image as a property, so the same rule applies as for a name.
  if (type.maximumLength !== undefined && hasFourByteCharacter(value)) {
    return refuse('four-byte-character', `"${name}" ${FOUR_BYTES}`);
  }
  const problem = checkFormat(name, type.format, value);
  if (problem !== undefined) {
    const { severity = 'error', code, message, fixes } = problem;
    reading.report(severity, code, message, range, fixes);
    if (severity === 'error') return null;
  }
  return type.format === 'uuid' ? value.toLowerCase() : value;
}

/** If the cloud may know more values, an unknown one is only a warning. */
function readChoice(name: string, type: TypeOf<'choice'>, node: SyntaxNode, reading: Reading): string | null {
  if (node.type !== 'string') return reportWrongType(reading, `"${name}"`, 'a string', node);
  const { value, range } = node;
  const values = type.choices.map((choice) => choice.value);
  if (values.includes(value)) return value;
  const near = closest(value, values);
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  const fixes: readonly ProblemFix[] = near === undefined ? [] : [{ kind: 'set-value', value: near }];
  if (type.open && value.trim() !== '') {
    const message = `"${name}" is not a format that Glance supports by default (${values.join(', ')}).${meant} The cloud may support it.`;
    reading.report('warning', 'unknown-format', message, range, fixes);
    return value;
  }
  reading.report('error', 'unknown-value', `"${name}" must be one of ${values.join(', ')}.${meant}`, range, fixes);
  return null;
}

function readInteger(name: string, type: TypeOf<'integer'>, node: SyntaxNode, reading: Reading): number | null {
  if (node.type !== 'number') return reportWrongType(reading, `"${name}"`, 'a whole number', node);
  const { value, range } = node;
  if (Number.isInteger(value) && value >= type.minimum && value <= type.maximum) return value + 0;
  const whole = Math.ceil(value);
  // Rounding up is safe. A value out of range does not tell what is meant.
  const fits = whole !== value && value > type.minimum && whole <= type.maximum;
  reading.report(
    'error',
    'not-in-range',
    `"${name}" must be a whole number from ${type.minimum} to ${type.maximum}.`,
    range,
    fits ? [{ kind: 'set-value', value: whole }] : undefined,
  );
  return null;
}
