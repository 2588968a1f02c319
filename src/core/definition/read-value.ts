import { checkReferences } from './interpolate.ts';
import type { Argument, ArgumentType } from './argument.ts';
import { closest } from './closest.ts';
import { hasFourByteCharacter } from './property-names.ts';
import { readStrings, readTimeouts } from './read-lists.ts';
import { readMembers } from './read-members.ts';
import { readProperties } from './read-properties.ts';
import { reportWrongType, type ArgumentValue, type Reading } from './reader.ts';
import type { ProblemFix } from '../problem.ts';
import type { SyntaxNode } from './syntax-tree.ts';

type TypeOf<Kind extends ArgumentType['kind']> = Extract<ArgumentType, { kind: Kind }>;

/** Why a string is refused. */
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly fixes?: readonly ProblemFix[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Glance's names are kept by MySQL's three-byte UTF-8; it refuses the rest in every name, key and tag. */
export const FOUR_BYTES =
  'has a character beyond the Basic Multilingual Plane, such as an emoji, which Glance refuses.';

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
  const refuse = (code: string, message: string, fixes?: readonly ProblemFix[]): null => {
    reading.report('error', code, message, range, fixes);
    return null;
  };
  if (value.trim() === '') return refuse('empty-value', `"${name}" must not be empty.`);
  if (type.maximumLength !== undefined && value.length > type.maximumLength) {
    return refuse('too-long', `"${name}" has ${value.length} characters; Glance takes at most ${type.maximumLength}.`);
  }
  // A key is stored on the image as a property, so that it is held to the same rule as a name.
  if (type.maximumLength !== undefined && hasFourByteCharacter(value)) {
    return refuse('four-byte-character', `"${name}" ${FOUR_BYTES}`);
  }
  const problem = checkFormat(name, type, value);
  if (problem !== null) return refuse(problem.code, problem.message, problem.fixes);
  return type.format === 'uuid' ? value.toLowerCase() : value;
}

function checkFormat(name: string, { format }: TypeOf<'string'>, value: string): Refusal | null {
  switch (format) {
    case 'uuid':
      return UUID.test(value)
        ? null
        : { code: 'not-a-uuid', message: `"${name}" must be a UUID, such as 8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f.` };
    case 'url':
      return checkUrl(name, value);
    case 'path':
      return checkPath(value);
    case 'secret':
      return /^\$\{(?:env|secret):[^}]+\}$/.test(value)
        ? null
        : {
            code: 'literal-secret',
            message: `"${name}" must not be written in clear: use \${env:NAME} or \${secret:NAME}.`,
            fixes: [{ kind: 'keep-secret' }],
          };
    case 'checksum':
      return checkChecksum(name, value);
    default:
      return null;
  }
}

function checkPath(value: string): Refusal | null {
  const failure = checkReferences(value);
  return failure === undefined ? null : { code: failure.code, message: failure.explain() };
}

function checkUrl(name: string, value: string): Refusal | null {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return null;
  return { code: 'not-a-url', message: `"${name}" must be an address that begins with http:// or https://.` };
}

/** Digits of each digest; anything without such a prefix is the address or path of a checksum file. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
  ['sha512', 128],
]);

function checkChecksum(name: string, value: string): Refusal | null {
  const [, algorithm = '', hex = ''] = /^([a-z][a-z0-9-]+):(?!\/\/|\\)(.*)$/i.exec(value) ?? [];
  if (algorithm === '') return null;
  const digits = DIGITS.get(algorithm.toLowerCase());
  if (digits !== undefined && hex.length === digits && /^[0-9a-f]+$/i.test(hex)) return null;
  const message =
    digits === undefined
      ? `"${name}" names ${algorithm}; known are ${[...DIGITS.keys()].join(', ')}.`
      : `"${name}": ${algorithm} takes ${digits} hexadecimal digits.`;
  return { code: 'bad-checksum', message };
}

/** Where the cloud may know more values, an unknown one is a warning: the cloud has the last word. */
function readChoice(name: string, type: TypeOf<'choice'>, node: SyntaxNode, reading: Reading): string | null {
  if (node.type !== 'string') return reportWrongType(reading, `"${name}"`, 'a string', node);
  const { value, range } = node;
  const values = type.choices.map((choice) => choice.value);
  if (values.includes(value)) return value;
  const near = closest(value, values);
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  const fixes: readonly ProblemFix[] = near === undefined ? [] : [{ kind: 'set-value', value: near }];
  if (type.open && value.trim() !== '') {
    const message = `"${name}" is none of the formats that Glance knows by default (${values.join(', ')}).${meant} The cloud has the last word.`;
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
  reading.report(
    'error',
    'not-in-range',
    `"${name}" must be a whole number from ${type.minimum} to ${type.maximum}.`,
    range,
  );
  return null;
}
