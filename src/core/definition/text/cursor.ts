import { getLocation } from 'jsonc-parser';
import type { TextRange } from '../../problem.ts';
import { tokensAround, type Token } from './cursor-tokens.ts';
import { isBeyondBounds, readSyntaxTree, withoutByteOrderMark, type ObjectNode } from './syntax-tree.ts';

/** What is being written at a position of a definition file. The text may be broken, because it is being typed. */
export interface Cursor {
  /** The definition's place in the file's array; 0 where the file holds one object. */
  readonly index: number;
  /** From the definition down: `['disk_format']`, `['properties', 'os_distro']`, `['regions', '0']`. The last one is empty for a name that is not there yet. */
  readonly path: readonly string[];
  readonly writes: 'name' | 'value';
  /** The range of the string, number or word there, with its quotes; empty if there is nothing. */
  readonly range: TextRange;
  /** Whether the cursor is in a string. */
  readonly inString: boolean;
  /** Whether that string is closed and the cursor after it. */
  readonly isBehind: boolean;
  /** Where a comma is missing before the cursor: after the previous member or item. */
  readonly commaBefore?: number;
  /** What comes next: the colon of a name, or the next member or item, without a comma. */
  readonly follows: 'colon' | 'next' | 'other';
}

const FOLLOWS: Readonly<Record<Token['kind'], Cursor['follows']>> = {
  literal: 'next',
  open: 'next',
  colon: 'colon',
  close: 'other',
  comma: 'other',
  comment: 'other',
};

/**
 * Where the cursor is within a definition; `undefined` outside of one, in a comment, between a name and its colon, and in a text
 * that goes beyond the bounds of a definition file.
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  // `getLocation` recurses as deep as the text goes.
  if (isBeyondBounds(readSyntaxTree(text))) return undefined;
  const plain = withoutByteOrderMark(text);
  const { before, here, after } = tokensAround(plain, offset);
  const { path, isAtPropertyKey } = getLocation(plain, offset);
  const [first, ...rest] = path;
  const inList = typeof first === 'number';
  const below = (inList ? rest : path).map(String);
  if (below.length === 0 || here?.kind === 'comment') return undefined;
  const afterValue = before?.kind === 'literal' || before?.kind === 'close';
  if (afterValue && here === undefined && isAtPropertyKey) return undefined;
  // After a complete value the next member or item begins, which jsonc-parser treats as part of that value.
  const isNext = afterValue && !isAtPropertyKey;
  const writesName = isAtPropertyKey || (isNext && typeof path.at(-1) === 'string');
  return {
    index: inList ? first : 0,
    path: isNext && writesName ? [...below.slice(0, -1), ''] : below,
    writes: writesName ? 'name' : 'value',
    range: here === undefined ? { offset, length: 0 } : { offset: here.start, length: here.end - here.start },
    isBehind: here !== undefined && /^".*[^\\]"$|^""$/.test(plain.slice(here.start, here.end)) && offset === here.end,
    inString: here !== undefined && plain[here.start] === '"' && offset > here.start,
    ...(afterValue ? { commaBefore: before.end } : {}),
    follows: after === undefined ? 'other' : FOLLOWS[after.kind],
  };
}

/** The objects of a text that may be broken: the best guess at its definitions, by their place in the file. */
export function objectsOf(text: string): readonly (ObjectNode | undefined)[] {
  const { root } = readSyntaxTree(text);
  if (root?.type === 'array') return root.items.map((item) => (item.type === 'object' ? item : undefined));
  return root?.type === 'object' ? [root] : [];
}

/** The string that an object writes for an argument. */
export function stringIn(object: ObjectNode | undefined, argument: string): string | undefined {
  const value = object?.members.find(({ key }) => key === argument)?.value;
  return value?.type === 'string' ? value.value : undefined;
}

/** The strings in the list that an object writes for an argument. */
export function stringsIn(object: ObjectNode | undefined, argument: string): readonly string[] {
  const value = object?.members.find(({ key }) => key === argument)?.value;
  return value?.type === 'array' ? value.items.flatMap((item) => (item.type === 'string' ? [item.value] : [])) : [];
}
