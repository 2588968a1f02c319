import { findArgument } from '../definition/arguments.ts';
import type { PartialArguments } from '../definition/writing/render.ts';
import type { TextRange, Severity } from '../problem.ts';
import { isShared } from './arguments.ts';
import { valueOf } from './expand.ts';
import type { Scope } from './hcl-expression.ts';
import type { Attribute, Block, Literal } from './hcl-parser.ts';
import { checkPropertyName } from '../definition/reading/property-names.ts';
import { oneLine } from '../quote.ts';
import type { ErrorCode } from '../error-codes.ts';

/** Arguments of Terraform itself, which are left out. */
const LEFT_OUT = new Set(['depends_on', 'lifecycle']);
/** Arguments that are read elsewhere: `copiesOf`, `cloudOf`. */
const READ_ELSEWHERE = new Set(['count', 'for_each', 'provider']);
/** A password never goes into a definition. */
const PASSWORD = 'image_source_password';
/** A variable as the whole value; those that definitions may read from the environment are called alike there. */
const VARIABLE = /^(?:"\$\{)?\s*var\.([\w-]+)\s*(?:\}")?$/;
const PASSWORD_VARIABLE = 'GLANCE_IMAGES_SOURCE_PASSWORD';

/** The arguments of a resource, with comments about changes. */
export interface ReadArguments {
  readonly arguments_: PartialArguments;
  readonly comments: Readonly<Record<string, string>>;
}

/** Reads the body of a resource. Reports values that don't follow from the text, and unknown arguments. */
export function readArguments(block: Block, scope: Scope, report: ReportTerraform): ReadArguments {
  const arguments_: Record<string, unknown> = {};
  const comments: Record<string, string> = {};
  for (const attribute of block.attributes) {
    const { name, nameRange } = attribute;
    if (Object.hasOwn(arguments_, name)) {
      report('error', 'duplicate-argument', `"${name}" is given twice.`, nameRange);
      continue;
    }
    if (READ_ELSEWHERE.has(name)) continue;
    const variable = name === PASSWORD ? VARIABLE.exec(attribute.text.trim())?.[1] : undefined;
    const value =
      variable === undefined
        ? readAttribute(attribute, scope, report)
        : `\${${variable.startsWith('GLANCE_IMAGES_') ? 'env' : 'secret'}:${variable}}`;
    if (value === undefined) continue;
    arguments_[name] = value;
    if (name !== PASSWORD || typeof value !== 'string' || /^\$\{(?:env|secret):/.test(value)) continue;
    arguments_[name] = `\${env:${PASSWORD_VARIABLE}}`;
    comments[name] =
      `The password was not copied. Set the environment variables ${PASSWORD_VARIABLE} and ${PASSWORD_VARIABLE}_ORIGIN (such as https://mirror.example.org).`;
    report('warning', 'password-left-out', `${comments[name]} The definition reads it from there.`, nameRange);
  }
  for (const inner of block.blocks) {
    if (inner.type === 'timeouts') {
      const create = readTimeouts(inner.attributes, scope, report);
      if (create !== undefined) arguments_.timeouts = { create };
    } else if (inner.type === 'lifecycle') {
      const ignore = readIgnored(inner, block, report);
      if (ignore.length > 0) arguments_.ignore = ignore;
    } else if (!reportOldBlock(inner, report)) reportForeign(inner.type, inner.typeRange, report);
  }
  return { arguments_, comments };
}

/** The value of an attribute for a definition; `undefined` for null, which means omitted, and after a reported problem. */
function readAttribute(attribute: Attribute, scope: Scope, report: ReportTerraform): unknown {
  const { name, nameRange, valueRange, text } = attribute;
  if (!isShared(name)) {
    reportForeign(name, nameRange, report);
    return undefined;
  }
  const value = valueOf(attribute, scope);
  if (value === undefined) {
    const message = `"${name}" is an expression (${shortened(text)}) that Terraform computes. Write its value, or import the output of "terraform show -json".`;
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
function readTimeouts(attributes: readonly Attribute[], scope: Scope, report: ReportTerraform): string | undefined {
  let create: string | undefined;
  for (const attribute of attributes) {
    const { name, nameRange, valueRange } = attribute;
    const value = valueOf(attribute, scope);
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

/**
 * The properties that `ignore_changes` names, as `ignore` has them. A definition leaves alone what it does not speak of, so that other
 * arguments need no such list; what it does speak of is kept as it says.
 */
function readIgnored({ typeRange, attributes }: Block, of: Block, report: ReportTerraform): readonly string[] {
  const ignored = attributes.find(({ name }) => name === 'ignore_changes');
  const others = attributes.filter((each) => each !== ignored);
  if (others.length > 0 || ignored === undefined) reportForeign('lifecycle', typeRange, report);
  if (ignored === undefined) return [];
  const written = ignored.text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((each) => each.trim());
  const globs = written.flatMap((each) => {
    if (each === '') return [];
    if (each === 'properties' || each === 'all') return ['*'];
    const [, quoted, dotted] = /^properties(?:\["([^"]*)"\]|\.([\w-]+))$/.exec(each) ?? [];
    const name = quoted ?? dotted;
    if (name !== undefined) return checkPropertyName(name) === undefined ? [name] : [];
    if (!of.attributes.some((attribute) => attribute.name === each)) return [];
    const message = `"ignore_changes" of ${shortened(each)} was left out: take the argument out of the definition to leave it alone.`;
    report('warning', 'left-out', message, ignored.valueRange);
    return [];
  });
  return [...new Set(globs)];
}

/** Reports an argument that is written as a block; false for any other block. */
export function reportOldBlock({ type, typeRange }: Block, report: ReportTerraform): boolean {
  if (!isShared(type)) return false;
  const message = `"${type}" is written as a block, as Terraform 0.11 and older took it. Write "${type} = { … }".`;
  report('error', 'terraform-old-syntax', message, typeRange);
  return true;
}

function reportForeign(name: string, range: TextRange, report: ReportTerraform): void {
  if (LEFT_OUT.has(name)) {
    report('warning', 'left-out', `"${name}" applies only to Terraform and was omitted.`, range);
  } else if (name === 'dynamic') {
    report('error', 'terraform-expression', '"dynamic" generates blocks when Terraform runs. Write them out.', range);
  } else report('error', 'unknown-argument', `The resource has no argument ${JSON.stringify(name)}.`, range);
}

/** An expression in a message, as one short line. */
function shortened(text: string): string {
  const line = oneLine(text.replace(/\s+/g, ' ').trim());
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** Reports a problem at its range. */
export type ReportTerraform = (severity: Severity, code: ErrorCode, message: string, range: TextRange) => void;
