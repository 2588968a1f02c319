import { evaluate, textOf, type Scope } from './hcl-expression.ts';
import type { Attribute, Block, Literal } from './hcl-parser.ts';

/** One resource that a block makes: itself, or one for each key of `for_each` or number of `count`. */
export interface Copy {
  /** `talos`, `talos["a"]`, `talos[0]`. */
  readonly address: string;
  readonly scope: Scope;
}

/** Copies of one block. */
const COPIES_AT_MOST = 1000;

/** What the names of a text stand for: its locals, and its variables where they have a default. */
export function scopeOf(blocks: readonly Block[]): Scope {
  const named = new Map<string, Attribute>();
  for (const { type, labels, attributes } of blocks) {
    if (type === 'locals') for (const each of attributes) named.set(`local.${each.name}`, each);
    const fallback = type === 'variable' ? attributes.find(({ name }) => name === 'default') : undefined;
    if (fallback !== undefined) named.set(`var.${labels[0] ?? ''}`, fallback);
  }
  return { named, copy: new Map() };
}

/** The resources that a block makes, or the attribute that only Terraform can tell them by. */
export function copiesOf(block: Block, scope: Scope): readonly Copy[] | Attribute {
  const label = block.labels[1] ?? '';
  const times = block.attributes.find(({ name }) => name === 'count');
  if (times !== undefined) {
    const count = Number(textOf(valueOf(times, scope)));
    if (!Number.isInteger(count) || count < 0 || count > COPIES_AT_MOST) return times;
    const index = (text: string): Literal => ({ kind: 'number', text, range: times.valueRange });
    return Array.from({ length: count }, (_, at) =>
      copy(`${label}[${at}]`, scope, { 'count.index': index(String(at)) }),
    );
  }
  const each = block.attributes.find(({ name }) => name === 'for_each');
  if (each === undefined) return [{ address: label, scope }];
  const found = valueOf(each, scope);
  const members = found === undefined ? undefined : membersOf(found);
  if (members === undefined || members.length > COPIES_AT_MOST) return each;
  return members.map(([key, value]) =>
    copy(`${label}[${JSON.stringify(key)}]`, scope, {
      'each.key': { kind: 'string', value: key, range: each.valueRange },
      'each.value': value,
    }),
  );
}

/** The value of an attribute: its literal, or what its expression is worth. */
export function valueOf({ value, text, valueRange }: Attribute, scope: Scope): Literal | undefined {
  return value ?? evaluate(text, scope, valueRange);
}

function copy(address: string, { named }: Scope, values: Readonly<Record<string, Literal>>): Copy {
  return { address, scope: { named, copy: new Map(Object.entries(values)) } };
}

/** Keys and values of a set of texts or a map. */
function membersOf(value: Literal): readonly (readonly [string, Literal])[] | undefined {
  if (value.kind === 'map') return value.entries.map((entry) => [entry.key, entry.value]);
  if (value.kind !== 'list') return undefined;
  const members = new Map(value.items.map((item) => [textOf(item) ?? '', item]));
  return value.items.every((item) => textOf(item) !== undefined) ? [...members] : undefined;
}
