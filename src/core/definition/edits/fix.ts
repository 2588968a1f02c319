import { Failure } from '../../failure.ts';
import type { ProblemFix, TextRange } from '../../problem.ts';
import { applyEdits, removeAt, setArgument, valueAt, type EditValue, type TextEdit } from './edit.ts';
import { EditedText } from '../text/edited-text.ts';
import { makeListEdits } from './make-list.ts';
import { readSyntaxTree, type Member, type SyntaxNode } from '../text/syntax-tree.ts';
import { quote } from '../../quote.ts';

/** A fix that only changes the text. */
export type TextFix = Exclude<ProblemFix, { kind: 'keep-secret' }>;

/**
 * The edits that a way out of a problem comes to; comments and layout stay.
 * @param range The problem's place in this very text.
 * @throws Failure `definition-not-found` where the text has nothing there that could be changed so.
 */
export function fixEdits(text: string, range: TextRange, fix: TextFix): TextEdit[] {
  switch (fix.kind) {
    case 'set-argument':
      return setArgument(text, definitionIndexAt(text, range.offset), fix.argument, fix.value);
    case 'rename':
      return [{ range: memberAt(text, range.offset).keyRange, text: quote(fix.name) }];
    case 'set-value':
      return [{ range, text: new EditedText(text).render(fix.value, range.offset) }];
    case 'remove':
      return removeAt(text, range.offset);
    case 'make-list':
      return [...makeListEdits(text)];
    case 'move':
      return moveMember(text, range.offset, fix.to);
  }
}

/**
 * Which definition of the file holds a place, as its index.
 * @throws Failure `definition-not-found` where none does.
 */
export function definitionIndexAt(text: string, offset: number): number {
  const { root } = readSyntaxTree(text);
  const items = root?.type === 'array' ? root.items : root === undefined ? [] : [root];
  const index = items.findIndex(({ range }) => range.offset <= offset && offset < range.offset + range.length);
  if (index === -1) throw gone();
  return index;
}

/** The one edit that turns a text into another one, without their common beginning and end. */
export function differenceOf(text: string, wanted: string): TextEdit {
  const most = Math.min(text.length, wanted.length);
  let begin = 0;
  while (begin < most && text[begin] === wanted[begin]) begin += 1;
  let end = 0;
  while (end < most - begin && text[text.length - 1 - end] === wanted[wanted.length - 1 - end]) end += 1;
  return {
    range: { offset: begin, length: text.length - begin - end },
    text: wanted.slice(begin, wanted.length - end),
  };
}

/** The removal and the insertion may be neighbours, so the second edit starts from the text of the first. */
function moveMember(text: string, offset: number, to: string): TextEdit[] {
  const { value } = memberAt(text, offset);
  const index = definitionIndexAt(text, offset);
  const removal = removeAt(text, offset);
  const removed = applyEdits(text, removal);
  const moved = applyEdits(removed, setArgument(removed, index, to, valueOf(value, text)));
  const comments = removal.flatMap(({ range }) => commentsBehind(text, value.range, range));
  return [differenceOf(text, applyEdits(moved, commentEdits(moved, index, to, comments)))];
}

function memberAt(text: string, offset: number): Member {
  let node = readSyntaxTree(text).root;
  while (node !== undefined) {
    const members: readonly Member[] = node.type === 'object' ? node.members : [];
    const found = members.find(
      ({ keyRange, value }) => keyRange.offset === offset || (value.type === 'string' && value.range.offset === offset),
    );
    if (found !== undefined) return found;
    const inside: readonly SyntaxNode[] = node.type === 'array' ? node.items : members.map(({ value }) => value);
    node = inside.find(({ range }) => range.offset <= offset && offset < range.offset + range.length);
  }
  throw gone();
}

/** A number that JavaScript would write differently is kept as text: in a property, 1.10 is not 1.1. */
function valueOf(node: SyntaxNode, text: string): EditValue {
  switch (node.type) {
    case 'null':
      return null;
    case 'number': {
      const written = text.slice(node.range.offset, node.range.offset + node.range.length);
      return String(node.value) === written ? node.value : written;
    }
    case 'array':
      return node.items.flatMap((item) => (item.type === 'string' ? [item.value] : []));
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value, text)]));
    default:
      return node.value;
  }
}

/** The comments of a member that go with its line. */
function commentsBehind(text: string, value: TextRange, removed: TextRange): readonly string[] {
  const end = removed.offset + removed.length;
  const from = value.offset + value.length;
  return removed.offset <= from && from < end
    ? new EditedText(text).commentsIn({ offset: from, length: end - from })
    : [];
}

/** Inserts comments after a value; within a line, they must end before the line does. */
function commentEdits(text: string, index: number, path: string, comments: readonly string[]): TextEdit[] {
  const value = valueAt(text, index, path);
  if (value === undefined || comments.length === 0) return [];
  const source = new EditedText(text);
  const end = value.range.offset + value.range.length;
  const comma = source.commaAfter(end);
  const at = source.endOfLineContent(comma === undefined ? end : comma + 1);
  if (source.endsLine(at)) return [{ range: { offset: at, length: 0 }, text: ` ${comments.join(' ')}` }];
  const inline = comments.map((comment) =>
    comment.replace(/^\/\/ ?(.*)$/, (_, said: string) => `/* ${said.replaceAll('*/', '* /')} */`),
  );
  return [{ range: { offset: end, length: 0 }, text: ` ${inline.join(' ')}` }];
}

function gone(): Failure {
  return new Failure('definition-not-found', 'The text has changed, and there is nothing to change here anymore.');
}
