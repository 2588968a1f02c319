import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type LineCounter, type Pair } from 'yaml';
import type { KeyPath } from './cloud-problem.ts';
import { newName } from './raw-cloud.ts';

/** Aliases and merge keys that are gone through to one value; no honest file nests them so deep. */
const DEPTH_AT_MOST = 20;

/** Line and column of a key, or of an item of a list, by its way from the top; `undefined` where the document has none there. */
export function keyPosition(
  document: Document,
  lines: LineCounter,
  keys: KeyPath,
): { readonly line: number; readonly column: number } | undefined {
  let value: unknown = document.contents;
  let at: unknown;
  for (const key of keys) {
    const found = child(document, value, key, 0);
    if (found === undefined) return undefined;
    [at, value] = found;
  }
  const offset = isNode(at) ? at.range?.[0] : undefined;
  if (offset === undefined) return undefined;
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** A key with its value; of a list the item twice. */
type Found = readonly [at: unknown, value: unknown];

function child(document: Document, parent: unknown, key: string, depth: number): Found | undefined {
  if (depth > DEPTH_AT_MOST) return undefined;
  if (isAlias(parent)) return child(document, parent.resolve(document), key, depth + 1);
  if (isSeq(parent)) {
    const item = parent.items[Number(key)];
    return item === undefined ? undefined : [item, item];
  }
  if (!isMap(parent)) return undefined;
  const named = (matches: (name: string) => boolean): Pair | undefined =>
    parent.items.findLast((pair) => isScalar(pair.key) && matches(String(pair.key.value)));
  const own = named((name) => name === key) ?? named((name) => newName(name) === key);
  if (own !== undefined) return [own.key, own.value];
  const merges = parent.items.filter((pair) => isScalar(pair.key) && pair.key.source === '<<');
  const sources = merges.flatMap(({ value }) => (isSeq(value) ? value.items : [value]));
  for (const source of sources) {
    const found = child(document, source, key, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
