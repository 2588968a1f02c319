import type { TextRange } from '../../problem.ts';
import { tokensOf } from '../text/cursor-tokens.ts';
import type { TextEdit } from './edit.ts';
import { EditedText } from '../text/edited-text.ts';
import { withoutByteOrderMark } from '../text/syntax-tree.ts';

/**
 * The edits that put the objects of a text, which stand one after the other, into one list; comments stay. None where something
 * else stands between them, or one of them has no end.
 */
export function makeListEdits(text: string): readonly TextEdit[] {
  const found = topObjects(withoutByteOrderMark(text));
  const [first] = found?.objects ?? [];
  const last = found?.objects.at(-1);
  if (found === undefined || first === undefined || last === undefined) return [];
  const source = new EditedText(text);
  const end = last.offset + last.length;
  const isMultiLine = /[\r\n]/.test(text.slice(first.offset, end));
  const comma = source.commaAfter(end);
  const behind = comma === undefined ? end : comma + 1;
  const commas = found.uncommaed.map((offset) => insertion(offset, ','));
  if (!isMultiLine) return [insertion(first.offset, '['), ...commas, insertion(behind, ']')];
  const below = lineStarts(text, first.offset, end).map((offset) => insertion(offset, source.unit));
  const close = insertion(source.endOfLineContent(behind), `${source.lineBreak}]`);
  const open = insertion(first.offset, `[${source.lineBreak}${source.unit}`);
  return [open, ...commas, ...below, close];
}

/** The objects' ranges, and the ends of those that are followed by another one without a comma. */
function topObjects(
  text: string,
): { readonly objects: readonly TextRange[]; readonly uncommaed: readonly number[] } | undefined {
  const objects: TextRange[] = [];
  const uncommaed: number[] = [];
  let depth = 0;
  let begin = 0;
  let waits: number | undefined;
  for (const { kind, start, end } of tokensOf(text)) {
    if (kind === 'open') {
      if (depth === 0 && text[start] !== '{') return undefined;
      if (depth === 0 && waits !== undefined) uncommaed.push(waits);
      if (depth === 0) begin = start;
      depth += 1;
    } else if (kind === 'close') {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth === 0) objects.push({ offset: begin, length: end - begin });
      if (depth === 0) waits = end;
    } else if (depth === 0 && kind === 'comma' && waits !== undefined) {
      waits = undefined;
    } else if (depth === 0 && kind !== 'comment') {
      return undefined;
    }
  }
  return depth === 0 ? { objects, uncommaed } : undefined;
}

/** The starts of the lines with text, after the line on which an object begins. */
function lineStarts(text: string, from: number, to: number): readonly number[] {
  const starts: number[] = [];
  for (const { index, 0: lineBreak } of text.slice(0, to).matchAll(/\r\n|\r|\n/g)) {
    const start = index + lineBreak.length;
    if (index >= from && /^[^\r\n]/.test(text.slice(start))) starts.push(start);
  }
  return starts;
}

function insertion(offset: number, text: string): TextEdit {
  return { range: { offset, length: 0 }, text };
}
