/**
 * A plain (unquoted) scalar as PyYAML's safe loader resolves it: YAML 1.1 with narrower rules than most parsers have
 * (https://github.com/yaml/pyyaml/blob/main/lib/yaml/resolver.py). `0123` is 83, `1e10` a string, `no` false.
 */
export type PlainScalar = string | boolean | null | PlainNumber;

/** A number as Python prints it, as text: ids of digits may exceed the precision of a JavaScript number. */
export interface PlainNumber {
  readonly kind: 'number' | 'date';
  readonly text: string;
}

const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
// `0x_`, which PyYAML treats as a number and then fails to read, is text here.
const INTEGER =
  /^(?:[-+]?0b_*[0-1][0-1_]*|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE =
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/;

/** Longer numbers take seconds or hours to convert; Python refuses them too. */
const NUMBER_LENGTH_AT_MOST = 4300;

/** The value of an unquoted text in PyYAML. */
export function plainScalar(source: string): PlainScalar {
  if (source.length > NUMBER_LENGTH_AT_MOST) return source;
  if (NULL.test(source)) return null;
  if (BOOLEAN.test(source)) return /^(?:yes|true|on)$/i.test(source);
  if (INTEGER.test(source)) return { kind: 'number', text: String(integer(source.replaceAll('_', ''))) };
  if (FLOAT.test(source)) return { kind: 'number', text: float(source.replaceAll('_', '')) };
  if (DATE.test(source)) return { kind: 'date', text: source };
  return source;
}

function integer(text: string): bigint {
  const digits = text.replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1n : 1n;
  if (digits.includes(':')) return sign * sexagesimal(digits);
  const octal = /^0[0-7]+$/.test(digits);
  return sign * BigInt(octal ? `0o${digits.slice(1)}` : digits);
}

function sexagesimal(digits: string): bigint {
  return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

/** As Python's `str(float)`. */
function float(text: string): string {
  const plain = text.replace(/^\+/, '').toLowerCase();
  if (plain.endsWith('inf')) return plain.startsWith('-') ? '-inf' : 'inf';
  if (plain.endsWith('nan')) return 'nan';
  const number = plain.includes(':')
    ? plain.split(':').reduce((sum, part) => sum * 60 + Math.abs(Number(part)), 0) * (plain.startsWith('-') ? -1 : 1)
    : Number(plain);
  if (!Number.isFinite(number)) return number < 0 ? '-inf' : 'inf';
  const magnitude = Math.abs(number);
  if (magnitude >= 1e16 || (magnitude !== 0 && magnitude < 1e-4)) {
    return number.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(number) ? `${Object.is(number, -0) ? '-0' : number}.0` : String(number);
}
