import { addItem, applyEdits, removeArgument, setArgument, valueAt, type EditValue, type TextEdit } from './edit.ts';
import { differenceOf } from './fix.ts';

/**
 * The edits after which a definition says what the live image has.
 * @param live `undefined` where the live image has no such property.
 * @throws Failure `definition-not-found`.
 */
export function takeLiveEdits(text: string, index: number, path: string, live: EditValue | undefined): TextEdit[] {
  if (live === undefined) return removeArgument(text, index, path);
  const written = stringsAt(text, index, path);
  // A list with duplicates or non-strings is written as a whole.
  if (!isList(live) || written === undefined || new Set(written).size < written.length)
    return setArgument(text, index, path, live);
  return takeItems(text, index, path, { written, live });
}

/** Common items keep their positions and comments, because the order of Glance's lists does not matter. */
function takeItems(
  text: string,
  index: number,
  path: string,
  { written, live }: { readonly written: readonly string[]; readonly live: readonly string[] },
): TextEdit[] {
  let taken = text;
  for (const [place, item] of [...written.entries()].reverse())
    if (!live.includes(item)) taken = applyEdits(taken, removeArgument(taken, index, `${path}/${place}`));
  for (const item of live) if (!written.includes(item)) taken = applyEdits(taken, addItem(taken, index, path, item));
  return taken === text ? [] : [differenceOf(text, taken)];
}

function isList(value: EditValue): value is readonly string[] {
  return Array.isArray(value);
}

/**
 * The edit after which a property is neither compared nor written: it goes out of `properties` and into `ignore`.
 * @throws Failure `definition-not-found`.
 */
export function ignorePropertyEdits(text: string, index: number, name: string): TextEdit[] {
  const without = applyEdits(text, removeArgument(text, index, `properties/${name}`));
  return [differenceOf(text, applyEdits(without, addItem(without, index, 'ignore', name)))];
}

/** The strings of a list; `undefined` if there is no list, or an item is not a string. */
function stringsAt(text: string, index: number, argument: string): readonly string[] | undefined {
  const list = valueAt(text, index, argument);
  if (list?.type !== 'array') return undefined;
  const strings = list.items.flatMap((item) => (item.type === 'string' ? [item.value] : []));
  return strings.length === list.items.length ? strings : undefined;
}
