import { printParseErrorCode, visit } from 'jsonc-parser';
import type { TextRange } from '../../problem.ts';

/** A value of a JSONC text, with its place. */
export type SyntaxNode = ObjectNode | ArrayNode | LiteralNode;

export interface ObjectNode {
  readonly type: 'object';
  readonly range: TextRange;
  readonly members: readonly Member[];
}

export interface ArrayNode {
  readonly type: 'array';
  readonly range: TextRange;
  readonly items: readonly SyntaxNode[];
}

export type LiteralNode =
  | { readonly type: 'string'; readonly range: TextRange; readonly value: string }
  | { readonly type: 'number'; readonly range: TextRange; readonly value: number }
  | { readonly type: 'boolean'; readonly range: TextRange; readonly value: boolean }
  | { readonly type: 'null'; readonly range: TextRange };

/** A name and a value of an object. */
export interface Member {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: SyntaxNode;
}

/** Where a text breaks the rules of JSONC. */
export interface SyntaxProblem {
  /** What jsonc-parser calls it, e.g. `CommaExpected`, or `TooDeep`, `TooLarge`. */
  readonly kind: string;
  readonly range: TextRange;
}

/** A text as a tree. `root` is absent where the text holds no value. With problems the tree is jsonc-parser's best guess. */
export interface SyntaxTree {
  readonly root: SyntaxNode | undefined;
  readonly problems: readonly SyntaxProblem[];
}

/** Deeper than any definition; jsonc-parser recurses, and a hostile file must not use up the stack. */
export const MAXIMUM_DEPTH = 32;
/** Names and values of a file; some 3,000 definitions. */
export const MAXIMUM_VALUES = 200_000;
/** Text that is not JSONC at all has an error for every character. */
const MAXIMUM_PROBLEMS = 100;

const BYTE_ORDER_MARK = '\ufeff';

class BeyondBounds extends Error {
  readonly kind: 'TooDeep' | 'TooLarge';
  readonly offset: number;

  constructor(kind: BeyondBounds['kind'], offset: number) {
    super(kind);
    this.kind = kind;
    this.offset = offset;
  }
}

/** A container that is still open; an object's `key` waits for its value. */
type Open =
  | {
      readonly type: 'object';
      readonly offset: number;
      readonly members: Member[];
      key: { readonly name: string; readonly range: TextRange } | undefined;
    }
  | { readonly type: 'array'; readonly offset: number; readonly items: SyntaxNode[] };

/** The text with a byte order mark blanked out, so that offsets stay as they are. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
}

/** Whether a text goes beyond the bounds of a definition file, so that nothing else should read it. */
export function isBeyondBounds({ problems }: SyntaxTree): boolean {
  return problems.some(({ kind }) => kind === 'TooDeep' || kind === 'TooLarge');
}

/** The last text that was read, because one edit asks for the same tree many times. */
let last: { readonly text: string; readonly tree: SyntaxTree } | undefined;

/** Reads JSONC: comments and trailing commas are allowed. Accepts any text and throws nothing. */
export function readSyntaxTree(text: string): SyntaxTree {
  if (last?.text !== text) last = { text, tree: read(text) };
  return last.tree;
}

function read(text: string): SyntaxTree {
  const problems: SyntaxProblem[] = [];
  const builder = new TreeBuilder();
  try {
    visit(
      withoutByteOrderMark(text),
      {
        onObjectBegin: (offset) => builder.beginObject(offset),
        onObjectProperty: (name, offset, length) => builder.name(name, { offset, length }),
        onObjectEnd: (offset, length) => builder.end(offset + length),
        onArrayBegin: (offset) => builder.beginArray(offset),
        onArrayEnd: (offset, length) => builder.end(offset + length),
        onLiteralValue: (value: unknown, offset, length) => builder.value(literal(value, { offset, length })),
        onError: (error, offset, length) => {
          if (problems.length < MAXIMUM_PROBLEMS)
            problems.push({ kind: printParseErrorCode(error), range: within(text, offset, length) });
        },
      },
      { allowTrailingComma: true, allowEmptyContent: true },
    );
    builder.endAll(text.length);
  } catch (error) {
    if (!(error instanceof BeyondBounds)) throw error;
    // First, because other problems no longer matter.
    problems.unshift({ kind: error.kind, range: { offset: error.offset, length: 1 } });
  }
  return { root: builder.root, problems };
}

/** jsonc-parser's range of a comment without an end goes beyond the text. */
function within(text: string, offset: number, length: number): TextRange {
  return { offset, length: Math.min(length, text.length - offset) };
}

function literal(value: unknown, range: TextRange): LiteralNode {
  if (typeof value === 'string') return { type: 'string', range, value };
  if (typeof value === 'number') return { type: 'number', range, value };
  if (typeof value === 'boolean') return { type: 'boolean', range, value };
  return { type: 'null', range };
}

/** Builds the tree from what jsonc-parser reports; a container becomes a node when it ends. */
class TreeBuilder {
  root: SyntaxNode | undefined;
  readonly #open: Open[] = [];
  #values = 0;

  beginObject(offset: number): void {
    this.#begin({ type: 'object', offset, members: [], key: undefined });
  }

  beginArray(offset: number): void {
    this.#begin({ type: 'array', offset, items: [] });
  }

  name(name: string, range: TextRange): void {
    this.#count(range.offset);
    const open = this.#open.at(-1);
    if (open?.type === 'object') open.key = { name, range };
  }

  value(node: SyntaxNode): void {
    this.#count(node.range.offset);
    const open = this.#open.at(-1);
    if (open === undefined) {
      this.root ??= node;
    } else if (open.type === 'array') {
      open.items.push(node);
    } else if (open.key !== undefined) {
      open.members.push({ key: open.key.name, keyRange: open.key.range, value: node });
      open.key = undefined;
    }
  }

  end(endOffset: number): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const range = { offset: open.offset, length: endOffset - open.offset };
    if (open.type === 'object') this.value({ type: 'object', range, members: open.members });
    else this.value({ type: 'array', range, items: open.items });
  }

  /** Open containers end with the text. */
  endAll(endOffset: number): void {
    while (this.#open.length > 0) this.end(endOffset);
  }

  #begin(open: Open): void {
    if (this.#open.length >= MAXIMUM_DEPTH) throw new BeyondBounds('TooDeep', open.offset);
    this.#open.push(open);
  }

  #count(offset: number): void {
    this.#values += 1;
    if (this.#values > MAXIMUM_VALUES) throw new BeyondBounds('TooLarge', offset);
  }
}
