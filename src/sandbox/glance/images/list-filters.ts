import { Refusal } from '../../http/answers.ts';
import type { ImageRecord } from './image-record.ts';

type Condition = (image: ImageRecord) => boolean;

const withOperators = ['name', 'id', 'status', 'container_format', 'disk_format'] as const;
const plain = [
  'checksum',
  'os_hash_value',
  'os_hash_algo',
  'owner',
  'min_disk',
  'min_ram',
  'size',
  'virtual_size',
] as const;

/** The condition of a list's filters. A name that is no attribute filters on a custom property. Throws 400. */
export function conditionOf(filters: ReadonlyMap<string, string>, tags: readonly string[]): Condition {
  const hidden = (filters.get('os_hidden') ?? 'false').toLowerCase();
  mustBeBoolean('os_hidden', hidden);
  const conditions: Condition[] = [
    (image) => image.os_hidden === (hidden === 'true'),
    (image) => tags.every((tag) => image.tags.includes(tag)),
  ];
  for (const [name, value] of filters) if (name !== 'os_hidden') conditions.push(oneCondition(name, value));
  return (image) => conditions.every((condition) => condition(image));
}

function oneCondition(name: string, value: string): Condition {
  if (name === 'protected') {
    mustBeBoolean(name, value);
    return (image) => image.protected === (value === 'true');
  }
  const range = /^(size|min_disk|min_ram|virtual_size)_(min|max)$/.exec(name);
  if (range !== null) return rangeCondition(range[1] as 'size', range[2] === 'min', value);
  if (name === 'created_at' || name === 'updated_at') {
    return timeCondition(name === 'created_at' ? 'created' : 'updated', name, value);
  }
  const attribute = withOperators.find((each) => each === name);
  if (attribute !== undefined) return textCondition(attribute, value);
  const column = plain.find((each) => each === name);
  if (column !== undefined) return (image) => image[column] !== null && String(image[column]) === value;
  return (image) => Object.hasOwn(image.properties, name) && image.properties[name] === value;
}

function mustBeBoolean(name: string, value: string): void {
  if (value === 'true' || value === 'false') return;
  throw new Refusal(400, `Invalid value '${value}' for '${name}' filter. Valid values are 'true' or 'false'.`);
}

function rangeCondition(name: 'size' | 'min_disk' | 'min_ram', isMinimum: boolean, value: string): Condition {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) throw new Refusal(400, 'Unable to filter on a range with a non-numeric value.');
  const bound = Number(value);
  return (image) => {
    const found = image[name];
    return found !== null && (isMinimum ? found >= bound : found <= bound);
  };
}

function textCondition(name: (typeof withOperators)[number], expression: string): Condition {
  const colon = expression.indexOf(':');
  const operator = colon < 0 ? 'eq' : expression.slice(0, colon);
  const operand = colon < 0 ? expression : expression.slice(colon + 1);
  if (operator === 'eq') return (image) => image[name] === operand;
  if (operator !== 'in') throw new Refusal(400, `Unable to filter by unknown operator '${operator}'.`);
  const values = splitQuoted(operand);
  return (image) => values.includes(image[name] ?? '\0');
}

/** The values of an `in:` filter: separated by commas, in double quotes if they contain one. */
function splitQuoted(text: string): string[] {
  mustBeQuoted(text);
  return [...text.matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,/g)].map(
    ([, quoted, plain]) => quoted || plain || '',
  );
}

function mustBeQuoted(text: string): void {
  const refuse = (why: string): never => {
    throw new Refusal(400, `Invalid filter value ${text}. ${why}`);
  };
  let opens = true;
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '"' || text[index - 1] === '\\') continue;
    if (opens && index > 0 && text[index - 1] !== ',') refuse('There is no comma before opening quotation mark.');
    if (!opens && index + 1 < text.length && text[index + 1] !== ',') {
      refuse('There is no comma after closing quotation mark.');
    }
    opens = !opens;
  }
  if (!opens) refuse('The quote is not closed.');
}

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  gt: (left, right) => left > right,
  gte: (left, right) => left >= right,
  lt: (left, right) => left < right,
  lte: (left, right) => left <= right,
  eq: (left, right) => left === right,
  neq: (left, right) => left !== right,
};

function timeCondition(field: 'created' | 'updated', name: string, expression: string): Condition {
  const [, operator = 'eq', text = ''] = /^(?:([a-z]+):)?(.*)$/s.exec(expression) ?? [];
  const time = Date.parse(text) * 1000;
  if (Number.isNaN(time)) {
    throw new Refusal(400, `Bad "${name}" query filter format. Use ISO 8601 DateTime notation.`);
  }
  const compare = comparisons[operator];
  if (compare === undefined) throw new Refusal(400, 'Unable to filter on a unknown operator.');
  return (image) => compare(image[field], time);
}
