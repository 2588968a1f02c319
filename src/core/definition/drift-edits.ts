import { applyEdits, removeArgument, setArgument, type EditValue, type TextEdit } from './edit.ts';
import { differenceOf } from './fix.ts';
import { readSyntaxTree } from './syntax-tree.ts';

/**
 * The edits after which a definition says what the live image has.
 * @param live `undefined` where the live image has no such property.
 * @throws Failure `definition-not-found`.
 */
export function takeLiveEdits(text: string, index: number, path: string, live: EditValue | undefined): TextEdit[] {
  return live === undefined ? removeArgument(text, index, path) : setArgument(text, index, path, live);
}

/**
 * The edit after which a property is neither compared nor written: it goes out of `properties` and into `ignore`.
 * @throws Failure `definition-not-found`.
 */
export function ignorePropertyEdits(text: string, index: number, name: string): TextEdit[] {
  const without = applyEdits(text, removeArgument(text, index, `properties/${name}`));
  const ignored = [...ignoredIn(without, index), name];
  return [differenceOf(text, applyEdits(without, setArgument(without, index, 'ignore', ignored)))];
}

function ignoredIn(text: string, index: number): readonly string[] {
  const { root } = readSyntaxTree(text);
  const node = root?.type === 'array' ? root.items[index] : root;
  const list = node?.type === 'object' ? node.members.find(({ key }) => key === 'ignore')?.value : undefined;
  return list?.type === 'array' ? list.items.flatMap((item) => (item.type === 'string' ? [item.value] : [])) : [];
}
