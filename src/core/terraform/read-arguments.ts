import { findArgument } from '../definition/arguments.ts';
import type { PartialArguments } from '../definition/writing/render.ts';
import type { TextRange, Severity } from '../problem.ts';
import { isShared } from './arguments.ts';
import type { Attribute, Block, Literal } from './hcl-parser.ts';
import { oneLine } from '../quote.ts';
import type { ErrorCode } from '../error-codes.ts';

/** Arguments of Terraform itself, which are left out. */
const LEFT_OUT = new Set(['depends_on', 'provider', 'lifecycle']);
/** Meta-arguments that create several resources, and dynamic blocks. */
const COMPUTED = new Set(['count', 'for_each', 'dynamic']);
/** A password never goes into a definition. */
const PASSWORD = 'image_source_password';
const PASSWORD_VARIABLE = 'GLANCE_IMAGES_SOURCE_PASSWORD';

/** The arguments of a resource, with comments about changes. */
export interface ReadArguments {
  readonly arguments_: PartialArguments;
  readonly comments: Readonly<Record<string, string>>;
}

/** Reads the body of a resource. Reports values that are no literals, and unknown arguments. */
export function readArguments(block: Block, report: ReportTerraform): ReadArguments {
  const arguments_: Record<string, unknown> = {};
  const comments: Record<string, string> = {};
  for (const attribute of block.attributes) {
    const { name, nameRange } = attribute;
    if (Object.hasOwn(arguments_, name)) {
      report('error', 'duplicate-argument', `"${name}" is given twice.`, nameRange);
      continue;
    }
    const value = readAttribute(attribute, report);
    if (value === undefined) continue;
    arguments_[name] = value;
    if (name !== PASSWORD || typeof value !== 'string' || /^\$\{(?:env|secret):/.test(value)) continue;
    arguments_[name] = `\${env:${PASSWORD_VARIABLE}}`;
    comments[name] =
      `The password was not copied. Set the environment variables ${PASSWORD_VARIABLE} and ${PASSWORD_VARIABLE}_ORIGIN (such as https://mirror.example.org).`;
    report('warning', 'password-left-out', `${comments[name]} The definition reads it from there.`, nameRange);
  }
  for (const { type, typeRange, attributes } of block.blocks) {
    if (type !== 'timeouts') {
      reportForeign(type, typeRange, report);
      continue;
    }
    const create = readTimeouts(attributes, report);
    if (create !== undefined) arguments_.timeouts = { create };
  }
  return { arguments_, comments };
}

/** The value of an attribute for a definition; `undefined` for null, which means omitted, and after a reported problem. */
function readAttribute({ name, nameRange, value, valueRange, text }: Attribute, report: ReportTerraform): unknown {
  if (!isShared(name)) {
    reportForeign(name, nameRange, report);
    return undefined;
  }
  if (value === undefined) {
    const message = `"${name}" is an expression (${shortened(text)}) that Terraform computes. Write its value.`;
    report('error', 'terraform-expression', message, valueRange);
    return undefined;
  }
  if (value.kind === 'null') return undefined;
  const { wanted, read } = READERS[findArgument(name)?.type.kind ?? ''] ?? STRING;
  const found = read(value);
  if (found === undefined) report('error', 'wrong-type', `"${name}" is ${wanted}.`, value.range);
  return found;
}

interface ValueReader {
  /** For messages. */
  readonly wanted: string;
  readonly read: (value: Literal) => unknown;
}

const STRING: ValueReader = { wanted: 'a string', read: stringOf };
/** Converts a value to the kind of the argument. */
const READERS: Readonly<Record<string, ValueReader>> = {
  boolean: { wanted: 'true or false', read: booleanOf },
  integer: { wanted: 'a whole number', read: integerOf },
  strings: { wanted: 'a list of strings', read: listOf },
  properties: { wanted: 'a map of strings', read: mapOf },
};

/** Terraform converts numbers and booleans to strings and back. */
function stringOf(value: Literal): string | undefined {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'boolean':
      return String(value.value);
    case 'number':
      return /^-?\d+$/.test(value.text) ? value.text.replace(/^(-?)0+(?=\d)/, '$1') : String(Number(value.text));
    default:
      return undefined;
  }
}

function booleanOf(value: Literal): boolean | undefined {
  if (value.kind === 'boolean') return value.value;
  if (value.kind !== 'string') return undefined;
  return value.value === 'true' ? true : value.value === 'false' ? false : undefined;
}

function integerOf(value: Literal): number | undefined {
  if (value.kind !== 'number' && value.kind !== 'string') return undefined;
  const number = Number(value.kind === 'number' ? value.text : value.value);
  return Number.isSafeInteger(number) ? number : undefined;
}

function listOf(value: Literal): readonly string[] | undefined {
  if (value.kind !== 'list') return undefined;
  const items = value.items.map(stringOf).filter((item) => item !== undefined);
  return items.length === value.items.length ? items : undefined;
}

function mapOf(value: Literal): Readonly<Record<string, string>> | undefined {
  if (value.kind !== 'map') return undefined;
  const map: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { key, value: member } of value.entries) {
    const text = stringOf(member);
    if (text === undefined) return undefined;
    map[key] = text;
  }
  return map;
}

/** The only timeout that both have. */
function readTimeouts(attributes: readonly Attribute[], report: ReportTerraform): string | undefined {
  let create: string | undefined;
  for (const { name, nameRange, value, valueRange } of attributes) {
    if (name !== 'create') {
      report(
        'warning',
        'left-out',
        `The timeout "${name}" was omitted, because a definition has no such timeout.`,
        nameRange,
      );
    } else if (value?.kind === 'string') create = value.value;
    else report('error', 'terraform-expression', 'The timeout "create" is not a literal string.', valueRange);
  }
  return create;
}

function reportForeign(name: string, range: TextRange, report: ReportTerraform): void {
  if (LEFT_OUT.has(name)) {
    report('warning', 'left-out', `"${name}" applies only to Terraform and was omitted.`, range);
  } else if (COMPUTED.has(name)) {
    const message = `"${name}" generates resources when Terraform runs. Write each resource separately.`;
    report('error', 'terraform-expression', message, range);
  } else report('error', 'unknown-argument', `The resource has no argument ${JSON.stringify(name)}.`, range);
}

/** An expression in a message, as one short line. */
function shortened(text: string): string {
  const line = oneLine(text.replace(/\s+/g, ' ').trim());
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** Reports a problem at its range. */
export type ReportTerraform = (severity: Severity, code: ErrorCode, message: string, range: TextRange) => void;
