/** Texts of at most 1 MiB that somebody made to keep a parser of YAML busy, with what is said of each behind the path. */
export const HOSTILE_TEXTS: Readonly<Record<string, { readonly text: () => string; readonly said: RegExp }>> = {
  'a base of 900 keys in 3,000 clouds': {
    text: () => `a: &a {${list(900, (n) => `k${n}: v`)}}\nclouds:\n${lines(3000, (n) => `  c${n}: {<<: *a}`)}`,
    said: /^:58: .*repeat more than 100000 values/,
  },
  'merge keys that merge one another': {
    text: () => `a0: &a0 {k: v}\n${lines(900, (n) => `a${n + 1}: &a${n + 1} {<<: [*a${n}, *a${n}], k${n}: v}`)}`,
    said: /^:\d\d: .*repeat more than 100000 values/,
  },
  'a list of 20,000 merge keys': {
    text: () => `a: &a {x: 1}\nclouds: {c: {<<: [${list(20_000, () => '*a')}]}}`,
    said: /^:2: .*more than 10000 aliases/,
  },
  'a list of lists of lists of aliases': {
    text: () => `a0: &a0 [x]\n${lines(30, (n) => `a${n + 1}: &a${n + 1} [${list(30, () => `*a${n}`)}]`)}`,
    said: /^:\d: .*repeat more than 100000 values/,
  },
  'an alias within its anchor': { text: () => 'clouds: &a\n  b: [*a]', said: /^:2: An alias .* has no anchor/ },
  '200,000 brackets': { text: () => `clouds:\n  ${'['.repeat(200_000)}`, said: /^:2: .*more than 50 levels/ },
  '200,000 braces': { text: () => `clouds: ${'{'.repeat(200_000)}`, said: /^:1: .*more than 50 levels/ },
  '100,000 dashes': { text: () => '- '.repeat(100_000), said: /^:1: .*more than 50 levels/ },
  '100,000 keys of keys': { text: () => '? '.repeat(100_000), said: /^:1: .*more than 50 levels/ },
  'a thousand lines, each further in': {
    text: () => lines(1000, (n) => `${' '.repeat(n)}a:`),
    said: /^:50: .*more than 50 levels/,
  },
  '100,000 keys': {
    text: () => `clouds:\n${lines(100_000, (n) => ` ${n}: x`)}`,
    said: /^:\d+: .*more than 100000 words/,
  },
  '200,000 times the same key': {
    text: () => `clouds: {${'a: 1,'.repeat(200_000)}}`,
    said: /^:1: .*more than 100000 words/,
  },
  'a million commas': { text: () => `clouds: [${','.repeat(1_000_000)}]`, said: /^:1: .*more than 100000 words/ },
  'a million quotes': { text: () => `clouds: ${'"'.repeat(1_000_000)}`, said: /^:1: .*more than 100000 words/ },
  'a million blank lines': { text: () => '\n'.repeat(1_000_000), said: /^:\d+: .*more than 100000 words/ },
  'a million closing brackets': { text: () => ']'.repeat(1_000_000), said: /^:1: This is not YAML/ },
  '300,000 empty lists': { text: () => `clouds: [${'[],'.repeat(300_000)}]`, said: /^:1: .*more than 100000 words/ },
  '200,000 tags': { text: () => `a: [${'!x y,'.repeat(200_000)}]`, said: /^:1: .*more than 100000 words/ },
  '200,000 directives': { text: () => '%a b\n'.repeat(200_000), said: /^:\d+: .*more than 100000 words/ },
  '250,000 documents': { text: () => '---\n'.repeat(250_000), said: /^:2: A second document/ },
};

/** Those that are read to their end, because they are only long. */
export const LONG_TEXTS: Readonly<Record<string, () => string>> = {
  'a text of a million letters': () => `clouds: {}\nx: "${'x'.repeat(1_000_000)}"`,
  'a text of 166,000 escapes': () => `clouds: {}\nx: "${'\\u0041'.repeat(166_000)}"`,
  'a text of 300,000 lines': () => `clouds: {}\nx: |\n${'  \n'.repeat(300_000)}`,
  '230 numbers of 4,299 digits': () => `clouds: {}\nx: [${`${'9'.repeat(4299)},`.repeat(230)}]`,
  '230 sexagesimal numbers': () => `clouds: {}\nx: [${`1${':1'.repeat(2149)},`.repeat(230)}]`,
  'a number of a million digits': () => `clouds: {}\nx: ${'9'.repeat(1_000_000)}`,
  'a million blanks': () => `clouds: {}\nx:${' '.repeat(1_000_000)}`,
};

function list(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => item(index)).join(', ');
}

function lines(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => item(index)).join('\n');
}
