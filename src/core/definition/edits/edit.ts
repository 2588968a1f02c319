import { Failure } from '../../failure.ts';
import type { TextRange } from '../../problem.ts';
import { ARGUMENTS } from '../arguments.ts';
import { EditedText, type Container } from '../text/edited-text.ts';
import { readSyntaxTree, type ArrayNode, type Member, type ObjectNode, type SyntaxNode } from '../text/syntax-tree.ts';
import { quote } from '../../quote.ts';

/** A range of text and its replacement. The edits of one change don't overlap. */
export interface TextEdit {
  readonly range: TextRange;
  readonly text: string;
}

/** What an argument can be set to. */
export type EditValue = string | number | boolean | null | readonly string[] | { readonly [name: string]: EditValue };

// jsonc-parser's own `modify` inserts and removes between values, and so moves or deletes the comment that ends the line before.

/**
 * The edits that give an argument a value. Comments and layout stay; a new argument goes where the table of arguments has it.
 * @param index The definition's place in the file's array; 0 where the file holds one object.
 * @param path As in `Definition.places`: `name`, `tags`, `properties/os_distro`. What is missing on the way is added.
 * @throws Failure `definition-not-found` where the text has no such definition or is not JSONC.
 */
export function setArgument(text: string, index: number, path: string, value: EditValue): TextEdit[] {
  return setIn(new EditedText(text), findDefinition(text, index), segments(path), value, true);
}

/**
 * The edits that put a string at the end of a list, which is made where there is none. What is there stays, comments too.
 * @throws Failure `definition-not-found`.
 */
export function addItem(text: string, index: number, path: string, item: string): TextEdit[] {
  const list = valueAt(text, index, path);
  if (list?.type !== 'array') return setArgument(text, index, path, [item]);
  const source = new EditedText(text);
  const container = { range: list.range, spans: list.items.map(({ range }) => range) };
  if (list.items.length === 0 && !source.isMultiLine(container)) return [insertion(list.range.offset + 1, quote(item))];
  return insertInto(source, container, container.spans.at(-1), quote(item));
}

/**
 * The edits that remove an argument with the rest of its line; comments above it stay. None where it is not there.
 * @throws Failure `definition-not-found`.
 */
export function removeArgument(text: string, index: number, path: string): TextEdit[] {
  const source = new EditedText(text);
  let container: SyntaxNode | undefined = findDefinition(text, index);
  const names = segments(path);
  const last = names.pop();
  for (const name of names) container = childOf(container, name);
  if (last === undefined || container === undefined) return [];
  if (container.type === 'object') {
    const spans = container.members.map(spanOf);
    return removeSpan(
      source,
      spans,
      container.members.findIndex(({ key }) => key === last),
    );
  }
  if (container.type === 'array')
    return removeSpan(
      source,
      container.items.map(({ range }) => range),
      arrayIndex(container, last),
    );
  return [];
}

/**
 * The edits that remove the member whose name or value, or the item that, begins at an offset; as `removeArgument`. None where
 * nothing does.
 */
export function removeAt(text: string, offset: number): TextEdit[] {
  const found = findAt(readSyntaxTree(text).root, offset);
  return found === undefined ? [] : removeSpan(new EditedText(text), found.spans, found.index);
}

/**
 * The value of an argument, or of what is in it; `undefined` where it is not there.
 * @throws Failure `definition-not-found`.
 */
export function valueAt(text: string, index: number, path: string): SyntaxNode | undefined {
  return segments(path).reduce<SyntaxNode | undefined>(childOf, findDefinition(text, index));
}

/** The text with edits applied. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let end = text.length;
  for (const { range, text: replacement } of [...edits].sort((left, right) => right.range.offset - left.range.offset)) {
    pieces.push(text.slice(endOf(range), end), replacement);
    end = range.offset;
  }
  return [...pieces, text.slice(0, end)].reverse().join('');
}

function findDefinition(text: string, index: number): ObjectNode {
  const { root, problems } = readSyntaxTree(text);
  const node = root?.type === 'array' ? root.items[index] : index === 0 ? root : undefined;
  if (problems.length === 0 && node?.type === 'object') return node;
  throw new Failure('definition-not-found', `The file no longer has a definition number ${index + 1} to change.`, {
    next: 'Correct the file and try again.',
  });
}

/** A property's name may contain slashes: it is everything after `properties/`. */
function segments(path: string): string[] {
  return path.startsWith('properties/') ? ['properties', path.slice('properties/'.length)] : path.split('/');
}

function setIn(
  source: EditedText,
  container: ObjectNode,
  path: readonly string[],
  value: EditValue,
  top = false,
): TextEdit[] {
  const [name = '', ...rest] = path;
  const member = container.members.find(({ key }) => key === name);
  if (member === undefined) return insertMember(source, container, name, nest(rest, value), top);
  const [next, ...further] = rest;
  if (next !== undefined && member.value.type === 'object') return setIn(source, member.value, rest, value);
  if (next !== undefined && further.length === 0 && member.value.type === 'array') {
    const item = member.value.items[arrayIndex(member.value, next)];
    if (item !== undefined) return [{ range: item.range, text: source.render(value, item.range.offset) }];
  }
  return [{ range: member.value.range, text: source.render(nest(rest, value), member.value.range.offset) }];
}

function nest(path: readonly string[], value: EditValue): EditValue {
  return path.reduceRight<EditValue>((inner, name) => Object.fromEntries([[name, inner]]), value);
}

function insertMember(
  source: EditedText,
  { range, members }: ObjectNode,
  name: string,
  value: EditValue,
  top: boolean,
): TextEdit[] {
  const container = { range, spans: members.map(spanOf) };
  const before = top ? lastBefore(members, name) : members.at(-1);
  const inline = members.length > 0 && !source.isMultiLine(container);
  const indent = inline ? source.lineIndent(range.offset) : source.indentOf(container);
  const text = `${quote(name)}: ${source.renderWith(value, indent)}`;
  return insertInto(source, container, before === undefined ? undefined : spanOf(before), text);
}

/** Inserts a text after a member or item of a container, or first. */
function insertInto(source: EditedText, container: Container, before: TextRange | undefined, text: string): TextEdit[] {
  const { range, spans } = container;
  const [first] = spans;
  const isMultiLine = source.isMultiLine(container);
  const indent = source.indentOf(container);
  if (before !== undefined) {
    const end = endOf(before);
    const comma = source.commaAfter(end);
    if (!isMultiLine) return [insertion(end, `, ${text}`)];
    const at = source.endOfLineContent(comma === undefined ? end : comma + 1);
    const line = `${source.lineBreak}${indent}${text}${comma === undefined ? '' : ','}`;
    if (comma !== undefined) return [insertion(at, line)];
    if (at === end) return [insertion(at, `,${line}`)];
    return [insertion(end, ','), insertion(at, line)];
  }
  if (first !== undefined && !isMultiLine) return [insertion(first.offset, `${text}, `)];
  const at = source.endOfLineContent(range.offset + 1);
  const closing = isMultiLine || first !== undefined ? '' : `${source.lineBreak}${source.lineIndent(range.offset)}`;
  return [insertion(at, `${source.lineBreak}${indent}${text}${first === undefined ? '' : ','}${closing}`)];
}

/** The member that a new argument follows, by the order of the table. */
function lastBefore(members: readonly Member[], name: string): Member | undefined {
  const order = ARGUMENTS.map((argument) => argument.name);
  const position = order.indexOf(name);
  return members.findLast(({ key }) => order.indexOf(key) < position);
}

function removeSpan(source: EditedText, spans: readonly TextRange[], index: number): TextEdit[] {
  const span = spans[index];
  if (span === undefined) return [];
  const comma = source.commaAfter(endOf(span));
  const removal = source.wholeLines(span, comma) ?? inlineRemoval(source, span, comma);
  const previous = spans[index - 1];
  // The last one without a comma: the one before then has no successor, and its file no trailing commas.
  const dangling = comma === undefined && previous !== undefined ? source.commaAfter(endOf(previous)) : undefined;
  return dangling === undefined ? [removal] : [{ range: { offset: dangling, length: 1 }, text: '' }, removal];
}

function inlineRemoval(source: EditedText, span: TextRange, comma: number | undefined): TextEdit {
  const begin = comma === undefined ? source.skipBlanksBack(span.offset) : span.offset;
  const end = comma === undefined ? endOf(span) : source.skipBlanks(comma + 1);
  return { range: { offset: begin, length: end - begin }, text: '' };
}

function childOf(node: SyntaxNode | undefined, name: string): SyntaxNode | undefined {
  if (node?.type === 'object') return node.members.find(({ key }) => key === name)?.value;
  return node?.type === 'array' ? node.items[arrayIndex(node, name)] : undefined;
}

function arrayIndex(node: ArrayNode, name: string): number {
  return /^\d+$/.test(name) && Number(name) < node.items.length ? Number(name) : -1;
}

function findAt(
  node: SyntaxNode | undefined,
  offset: number,
): { readonly spans: readonly TextRange[]; readonly index: number } | undefined {
  if (node?.type !== 'object' && node?.type !== 'array') return undefined;
  const spans = node.type === 'object' ? node.members.map(spanOf) : node.items.map(({ range }) => range);
  const begins = spans.findIndex((span) => span.offset === offset);
  const index =
    begins === -1 && node.type === 'object'
      ? node.members.findIndex(({ value }) => value.type !== 'object' && value.range.offset === offset)
      : begins;
  if (index !== -1) return { spans, index };
  const inside = node.type === 'object' ? node.members.map(({ value }) => value) : node.items;
  return findAt(
    inside.find(({ range }) => range.offset <= offset && offset < endOf(range)),
    offset,
  );
}

function spanOf({ keyRange, value }: Member): TextRange {
  return { offset: keyRange.offset, length: endOf(value.range) - keyRange.offset };
}

function endOf(range: TextRange): number {
  return range.offset + range.length;
}

function insertion(offset: number, text: string): TextEdit {
  return { range: { offset, length: 0 }, text };
}
