import { isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Pair, type YAMLMap } from 'yaml';
import type { PositionOf } from '../clouds/cloud-problem.ts';
import { newName } from '../clouds/raw-cloud.ts';
import type { BoundedDocument } from './yaml-document.ts';

/** Most aliases and merge keys on the way to one value. */
const DEPTH_AT_MOST = 20;

const MERGE = '<<';

/** Finds keys, and items of lists, by their path from the top of a document. */
export function keyPositions({ document, resolve }: BoundedDocument, lines: LineCounter): PositionOf {
  const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const find = (parent: unknown, key: string, depth: number): Found | undefined => {
    if (depth > DEPTH_AT_MOST) return undefined;
    if (isAlias(parent)) return find(resolve(parent), key, depth + 1);
    if (isSeq(parent)) {
      const item = parent.items[Number(key)];
      return item === undefined ? undefined : [item, item];
    }
    if (!isMap(parent)) return undefined;
    const pairs = known.get(parent) ?? byName(parent);
    known.set(parent, pairs);
    const own = pairs.get(key);
    if (own !== undefined) return [own.key, own.value];
    const merge = pairs.get(MERGE)?.value;
    for (const source of isSeq(merge) ? merge.items : [merge]) {
      const found = find(source, key, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (keys) => {
    let value: unknown = document.contents;
    let at: unknown;
    for (const key of keys) {
      const found = find(value, key, 0);
      if (found === undefined) return undefined;
      [at, value] = found;
    }
    const offset = isNode(at) ? at.range?.[0] : undefined;
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}

/** A key with its value; for a list, the item twice. */
type Found = readonly [at: unknown, value: unknown];

/** The pairs of a mapping by their keys, and by the current names of old keys. The last one of equal keys counts. */
function byName(map: YAMLMap): ReadonlyMap<string, Pair> {
  const pairs = map.items.flatMap((pair) => {
    if (!isScalar(pair.key)) return [];
    const name = pair.key.source === MERGE ? MERGE : String(pair.key.value);
    return [[name, pair] as const];
  });
  return new Map([...pairs.map(([name, pair]) => [newName(name), pair] as const), ...pairs]);
}
