import type { Random } from '../host/random.ts';
import type { Target } from './target.ts';

const CHARACTERS = [
  '\0',
  '\n',
  '\r\n',
  '\t',
  '\u001b[2J',
  '\u202e',
  '\u2028',
  '\ufeff',
  '😀',
  '\ud800',
  'é',
  '"',
  "'",
  '\\',
  '`',
  '%',
  '<',
  '&',
  '$',
  '{',
  '[',
  '(',
  '/',
  '*',
  '?',
  ':',
  ',',
  ' ',
];
const NUMBERS = [
  '0',
  '-1',
  '1e309',
  '-0',
  '9007199254740993',
  '18446744073709551616',
  '0.1',
  '00',
  '1e-400',
  'NaN',
  '0x7fffffff',
];
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'length', ''];
const BYTES = [0, 1, 0x7f, 0x80, 0xff];
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  2 ** 53,
  '',
  '__proto__',
  'x'.repeat(300),
  [],
  {},
  [[]],
  '\u001b[31m\u202e',
  '\ud800',
];

/** A new input for a target, made of its samples: mostly near to one, at times grown to what it may take. */
export function mutated(target: Target, random: Random): Uint8Array {
  if (target.kind === 'bytes') return mutatedBytes(target, random);
  const text = target.kind === 'json' && random.chance(0.8) ? mutatedJson(target, random) : mutatedText(target, random);
  return Buffer.from(text.slice(0, target.largest));
}

function mutatedText({ samples, words = [], largest }: Target, random: Random): string {
  let text = asText(random.pick(samples));
  for (let left = random.int(0, 5); left > 0; left -= 1) {
    const from = random.int(0, text.length);
    const to = Math.min(text.length, from + random.int(0, random.pick([1, 4, 40, 400])));
    const piece = text.slice(from, to);
    const put = (middle: string): string => text.slice(0, from) + middle + text.slice(to);
    text = random.pick<() => string>([
      () => put(''),
      () => put(piece + piece),
      () => put(random.pick(CHARACTERS)),
      () => put(random.pick(NUMBERS)),
      () => put(random.pick(NAMES)),
      () => put(words.length === 0 ? '' : random.pick(words)),
      () => put(piece + (words.length === 0 ? '' : random.pick(words))),
      () => text.slice(0, from),
      () => put(asText(random.pick(samples)).slice(random.int(0, 50))),
      () => put(Array.from(piece).reverse().join('')),
    ])();
  }
  if (!random.chance(0.02)) return text;
  // A short piece many times over is what makes parsers slow, and nests what begins and does not end.
  const from = random.int(0, text.length);
  const unit = random.pick([
    text.slice(from, from + random.int(1, 12)),
    random.pick(words.length === 0 ? CHARACTERS : words),
    random.pick(CHARACTERS),
  ]);
  if (unit === '') return text;
  const count = Math.floor(random.int(largest / 100, largest) / unit.length);
  return text.slice(0, from) + unit.repeat(count) + text.slice(from);
}

function mutatedJson({ samples }: Target, random: Random): string {
  let value: unknown = JSON.parse(asText(random.pick(samples)));
  for (let left = random.int(1, 4); left > 0; left -= 1) value = changed(value, random);
  return JSON.stringify(value);
}

/** The value with something odd somewhere in it. Names such as `__proto__` become own fields, as JSON.parse makes them. */
function changed(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return random.pick(VALUES);
  if (Array.isArray(value)) return changedList(value as readonly unknown[], random);
  const entries: [string, unknown][] = Object.entries(value);
  const index = random.int(0, entries.length);
  const [name, inner] = entries[index] ?? [random.pick(NAMES), random.pick(VALUES)];
  const put = random.pick<() => readonly [string, unknown][]>([
    () => [],
    () => [[random.pick(NAMES), inner]],
    () => [[name, changed(inner, random)]],
    () => [[name, changed(inner, random)]],
    () => [[name, changed(inner, random)]],
  ]);
  entries.splice(index, 1, ...put());
  return Object.fromEntries(entries);
}

function changedList(list: readonly unknown[], random: Random): readonly unknown[] {
  const index = random.int(0, list.length);
  const put = (...items: readonly unknown[]): readonly unknown[] => [
    ...list.slice(0, index),
    ...items,
    ...list.slice(index + 1),
  ];
  return random.pick<() => readonly unknown[]>([
    () => put(),
    () => put(random.pick(VALUES), list[index] ?? null),
    () => put(changed(list[index], random)),
    () => put(changed(list[index], random)),
    () => (random.chance(0.2) ? Array.from({ length: 2000 }, () => list[0] ?? null) : list),
  ])();
}

function mutatedBytes({ samples, largest }: Target, random: Random): Uint8Array {
  let bytes: Buffer = Buffer.from(random.pick(samples));
  for (let left = random.int(1, 8); left > 0; left -= 1) {
    // Headers are at the beginning, and what some formats end with at the end.
    const near = random.pick([16, 80, 600, bytes.length]);
    const at = random.chance(0.1)
      ? Math.max(0, bytes.length - random.int(1, 600))
      : random.int(0, Math.min(near, bytes.length));
    const count = random.pick([1, 1, 2, 4, 8]);
    const put = (middle: Uint8Array, over: number): Buffer =>
      Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + over)]);
    bytes = random.pick<() => Buffer>([
      () => put(random.bytes(count), count),
      () => put(Buffer.alloc(count, random.pick(BYTES)), count),
      () => put(Buffer.alloc(count, random.pick(BYTES)), count),
      () => put(Buffer.from([(bytes[at] ?? 0) ^ (1 << random.int(0, 7))]), 1),
      () => put(Buffer.alloc(0), random.int(1, 64)),
      () => put(Buffer.from(random.pick(samples)).subarray(0, random.int(1, 512)), 0),
      () => (random.chance(0.3) ? bytes.subarray(0, at) : bytes),
    ])();
  }
  return bytes.subarray(0, largest);
}

function asText(sample: string | Uint8Array): string {
  return typeof sample === 'string' ? sample : Buffer.from(sample).toString('utf8');
}
