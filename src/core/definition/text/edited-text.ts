import { createScanner } from 'jsonc-parser';
import type { TextRange } from '../../problem.ts';
import { valueText } from './json-text.ts';
import { withoutByteOrderMark } from './syntax-tree.ts';

const DEFAULT_UNIT = '  ';

/** The range of an object or a list, and of each of its members or items. */
export interface Container {
  readonly range: TextRange;
  readonly spans: readonly TextRange[];
}

/** Layout of a JSONC text: its lines, indentation and commas. Offsets are UTF-16 code units. */
export class EditedText {
  readonly lineBreak: string;
  readonly #text: string;
  /** One step of indentation. */
  readonly unit: string;

  constructor(text: string) {
    this.#text = withoutByteOrderMark(text);
    this.lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
    // The stars of a comment are not indentation.
    const indent = /^([ \t]+)[^\s*]/m.exec(text.replace(/^\ufeff/, ''))?.[1] ?? DEFAULT_UNIT;
    this.unit = indent.startsWith('\t') ? '\t' : indent;
  }

  /** Whether a container has its first member or item, or its end, on another line than its beginning. */
  isMultiLine({ range, spans: [first] }: Container): boolean {
    const end = first?.offset ?? range.offset + range.length;
    return /[\r\n]/.test(this.#text.slice(range.offset, end));
  }

  /** The leading whitespace of a line. */
  lineIndent(offset: number): string {
    return /^[ \t]*/.exec(this.#text.slice(this.#lineStart(offset), offset))?.[0] ?? '';
  }

  /** How the members or items of a container are indented. */
  indentOf(container: Container): string {
    const [first] = container.spans;
    if (first !== undefined && this.isMultiLine(container)) return this.lineIndent(first.offset);
    return this.lineIndent(container.range.offset) + this.unit;
  }

  /** A value as it is written at this offset. */
  render(value: unknown, offset: number): string {
    return this.renderWith(value, this.lineIndent(offset));
  }

  /** A value as it is written in a line with this indentation. */
  renderWith(value: unknown, indent: string): string {
    return valueText(value, 0)
      .split('\n')
      .map((line, index) => {
        const blanks = /^ */.exec(line)?.[0].length ?? 0;
        return index === 0 ? line : indent + this.unit.repeat(blanks / DEFAULT_UNIT.length) + line.slice(blanks);
      })
      .join(this.lineBreak);
  }

  /** Offset of the comma that follows a value, if one does. */
  commaAfter(offset: number): number | undefined {
    const scanner = createScanner(this.#text, true);
    scanner.setPosition(offset);
    scanner.scan();
    const at = scanner.getTokenOffset();
    return this.#text[at] === ',' && scanner.getTokenLength() === 1 ? at : undefined;
  }

  /** The end of the comment after this offset on its line; the offset itself if no comment follows. */
  endOfLineContent(offset: number): number {
    const rest = this.#text.slice(offset);
    const comment = /^[ \t]*(?:\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)*(?:\/\/[^\r\n]*)?/.exec(rest)?.[0] ?? '';
    const followed = /^[^\r\n]/.test(rest.slice(comment.length));
    return followed ? offset : offset + comment.trimEnd().length;
  }

  /** Whether nothing follows an offset on its line. */
  endsLine(offset: number): boolean {
    return /^[ \t]*(?:[\r\n]|$)/.test(this.#text.slice(offset));
  }

  /** The comments in a range of only comments and punctuation. */
  commentsIn({ offset, length }: TextRange): readonly string[] {
    return this.#text.slice(offset, offset + length).match(/\/\*[^]*?\*\/|\/\/[^\r\n]*/g) ?? [];
  }

  /** The removal of all lines of a span with its comma and last comment, if the lines contain nothing else. */
  wholeLines(span: TextRange, comma: number | undefined): { range: TextRange; text: string } | undefined {
    const start = this.#lineStart(span.offset);
    const end = this.endOfLineContent(comma === undefined ? span.offset + span.length : comma + 1);
    const lineBreak = /^[ \t]*(\r\n|\r|\n)/.exec(this.#text.slice(end))?.[0];
    if (lineBreak === undefined || this.#text.slice(start, span.offset).trim() !== '') return undefined;
    return { range: { offset: start, length: end + lineBreak.length - start }, text: '' };
  }

  skipBlanks(offset: number): number {
    return offset + (/^[ \t]*/.exec(this.#text.slice(offset))?.[0].length ?? 0);
  }

  skipBlanksBack(offset: number): number {
    let start = offset;
    while (this.#text[start - 1] === ' ' || this.#text[start - 1] === '\t') start -= 1;
    return start;
  }

  #lineStart(offset: number): number {
    return Math.max(this.#text.lastIndexOf('\n', offset - 1), this.#text.lastIndexOf('\r', offset - 1)) + 1;
  }
}
