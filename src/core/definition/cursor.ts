import { getLocation } from 'jsonc-parser';
import type { TextRange } from '../problem.ts';
import { readSyntaxTree, withoutByteOrderMark, type ObjectNode } from './syntax-tree.ts';

/** What is being written at a place of a definition file. The text may be broken: it is being typed. */
export interface Cursor {
  /** The definition's place in the file's array; 0 where the file holds one object. */
  readonly index: number;
  /** From the definition down: `['disk_format']`, `['properties', 'os_distro']`, `['regions', '0']`. The last one is empty for a name that is not there yet. */
  readonly path: readonly string[];
  readonly writes: 'name' | 'value';
  /** The string, number or word that is there, quotes included; empty where nothing is. */
  readonly range: TextRange;
  /** Whether that is a string that the cursor is in. */
  readonly inString: boolean;
}

/** Where the cursor is within a definition; `undefined` outside of one. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const { path, isAtPropertyKey, previousNode } = getLocation(withoutByteOrderMark(text), offset);
  const [first, ...rest] = path;
  const inList = typeof first === 'number';
  const below = (inList ? rest : path).map(String);
  if (below.length === 0) return undefined;
  const here =
    previousNode !== undefined && previousNode.offset <= offset && offset <= previousNode.offset + previousNode.length
      ? previousNode
      : undefined;
  const inString = here?.type === 'string' || here?.type === 'property';
  return {
    index: inList ? first : 0,
    path: below,
    writes: isAtPropertyKey ? 'name' : 'value',
    range: here === undefined ? { offset, length: 0 } : { offset: here.offset, length: here.length },
    inString: inString && offset > here.offset,
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
