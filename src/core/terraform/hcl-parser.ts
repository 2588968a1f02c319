import type { TextRange } from '../problem.ts';
import { lex, type Token } from './hcl-lexer.ts';

/** A literal value. */
export type Literal = { readonly range: TextRange } & (
  | { readonly kind: 'string'; readonly value: string }
  /** As written: a number of HCL may have more digits than one of JavaScript. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly Literal[] }
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
);

/** One entry of a map. */
interface MapEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: Literal;
}

/** `name = value`. `value` is a string for a plain reference such as `openstack_images_image_v2.a`, undefined for other expressions. */
export interface Attribute {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly value: Literal | undefined;
  /** The expression as text, e.g. of a reference. */
  readonly text: string;
  readonly valueRange: TextRange;
}

/** `type "label" { … }`. */
export interface Block {
  readonly type: string;
  readonly typeRange: TextRange;
  readonly labels: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

/** A syntax error. */
export interface SyntaxFault {
  readonly message: string;
  readonly range: TextRange;
}

/** Deeper nesting is refused. */
const DEPTH_AT_MOST = 50;
/** Later errors only follow from the first ones. */
const FAULTS_AT_MOST = 10;
const OPENING = new Set(['{', '[', '(']);
const CLOSING = new Set(['}', ']', ')']);

/** The blocks of a Terraform file, with literal values. Accepts any text and throws nothing. */
export function parseHcl(text: string): { readonly blocks: readonly Block[]; readonly faults: readonly SyntaxFault[] } {
  const parser = new Parser(text);
  const { blocks } = parser.body(0);
  return { blocks, faults: parser.faults };
}

class Parser {
  readonly faults: SyntaxFault[] = [];
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = lex(text);
  }

  /** Parses attributes and blocks up to the closing brace (below the top level) or the end. */
  body(depth: number): Pick<Block, 'attributes' | 'blocks'> {
    const attributes: Attribute[] = [];
    const blocks: Block[] = [];
    for (;;) {
      this.#passNewlines();
      const token = this.#token;
      if (token.kind === 'end' || this.#is('}')) {
        if (this.#is('}') && depth === 0) {
          this.#fault('This brace has no opening brace.', token.range);
          this.#at += 1;
          continue;
        }
        return { attributes, blocks };
      }
      const name = token.kind === 'identifier' ? token.text : undefined;
      if (name === undefined) {
        this.#fault(
          token.kind === 'error' ? token.message : 'Expected the name of an argument or a block.',
          token.range,
        );
        // An unmatched closing bracket would stop `passLine` forever.
        if (token.kind === 'punctuation' && CLOSING.has(token.text)) this.#at += 1;
        this.#passLine();
        continue;
      }
      this.#at += 1;
      if (this.#is('=')) attributes.push(this.#attribute(name, token.range));
      else {
        const block = this.#block(name, token.range, depth);
        if (block !== undefined) blocks.push(block);
      }
    }
  }

  #attribute(name: string, nameRange: TextRange): Attribute {
    this.#at += 1;
    const start = this.#at;
    const value = this.#literal(0);
    const literal = value !== undefined && this.#endsHere() ? value : undefined;
    // A call, an operator or a reference: it ends at the line break outside of brackets.
    if (literal === undefined) {
      this.#at = start;
      this.#passLine();
    }
    const valueRange = this.#rangeFrom(start);
    const text = this.#text.slice(valueRange.offset, valueRange.offset + valueRange.length);
    return { name, nameRange, value: literal, text, valueRange };
  }

  #block(type: string, typeRange: TextRange, depth: number): Block | undefined {
    const labels: string[] = [];
    for (let token = this.#token; token.kind === 'string' || token.kind === 'identifier'; token = this.#token) {
      labels.push(token.kind === 'string' ? token.value : token.text);
      this.#at += 1;
    }
    if (!this.#is('{') || depth >= DEPTH_AT_MOST) {
      const message = this.#is('{') ? 'This is nested too deeply.' : 'Expected "=" or a block in braces.';
      this.#fault(message, this.#token.range);
      this.#passLine();
      return undefined;
    }
    this.#at += 1;
    const inner = this.body(depth + 1);
    if (this.#is('}')) this.#at += 1;
    else this.#fault('The block has no closing brace.', typeRange);
    return { type, typeRange, labels, ...inner };
  }

  /** Parses a literal; `undefined`, perhaps half read, for anything else. */
  #literal(depth: number): Literal | undefined {
    const token = this.#token;
    const { range } = token;
    if (depth > DEPTH_AT_MOST) return undefined;
    if (token.kind === 'string') {
      this.#at += 1;
      return { kind: 'string', value: token.value, range };
    }
    if (token.kind === 'number') {
      this.#at += 1;
      return { kind: 'number', text: token.text, range };
    }
    if (token.kind === 'identifier') return this.#word(token.text, range);
    if (this.#is('[')) return this.#list(depth);
    if (this.#is('{')) return this.#map(depth);
    if (!this.#is('-')) return undefined;
    const next = this.#tokens[this.#at + 1];
    if (next?.kind !== 'number') return undefined;
    this.#at += 2;
    return { kind: 'number', text: `-${next.text}`, range };
  }

  #word(word: string, range: TextRange): Literal | undefined {
    if (word !== 'true' && word !== 'false' && word !== 'null') return undefined;
    this.#at += 1;
    return word === 'null' ? { kind: 'null', range } : { kind: 'boolean', value: word === 'true', range };
  }

  #list(depth: number): Literal | undefined {
    const start = this.#at;
    const items: Literal[] = [];
    this.#at += 1;
    for (;;) {
      this.#passNewlines();
      if (this.#is(']')) break;
      const item = this.#literal(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      this.#passNewlines();
      if (this.#is(',')) this.#at += 1;
      else if (!this.#is(']')) return undefined;
    }
    this.#at += 1;
    return { kind: 'list', items, range: this.#rangeFrom(start) };
  }

  #map(depth: number): Literal | undefined {
    const start = this.#at;
    const entries: MapEntry[] = [];
    this.#at += 1;
    for (;;) {
      this.#passNewlines();
      if (this.#is('}')) break;
      const key = this.#token;
      if (key.kind !== 'string' && key.kind !== 'identifier' && key.kind !== 'number') return undefined;
      this.#at += 1;
      if (!this.#is('=') && !this.#is(':')) return undefined;
      this.#at += 1;
      const value = this.#literal(depth + 1);
      if (value === undefined) return undefined;
      entries.push({ key: key.kind === 'string' ? key.value : key.text, keyRange: key.range, value });
      if (this.#is(',') || this.#token.kind === 'newline') this.#at += 1;
      else if (!this.#is('}')) return undefined;
    }
    this.#at += 1;
    return { kind: 'map', entries, range: this.#rangeFrom(start) };
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', range: { offset: this.#text.length, length: 0 } };
  }

  #is(text: string): boolean {
    const token = this.#token;
    return token.kind === 'punctuation' && token.text === text;
  }

  #endsHere(): boolean {
    return this.#token.kind === 'newline' || this.#token.kind === 'end' || this.#is('}');
  }

  #passNewlines(): void {
    while (this.#token.kind === 'newline') this.#at += 1;
  }

  /** Skips to the line break, closing brace or end outside of all brackets. */
  #passLine(): void {
    let depth = 0;
    for (; this.#token.kind !== 'end'; this.#at += 1) {
      const token = this.#token;
      if (token.kind === 'error') this.#fault(token.message, token.range);
      if (token.kind === 'newline' && depth === 0) return;
      if (token.kind !== 'punctuation') continue;
      if (OPENING.has(token.text)) depth += 1;
      else if (CLOSING.has(token.text)) {
        if (depth === 0) return;
        depth -= 1;
      }
    }
  }

  #rangeFrom(start: number): TextRange {
    const first = this.#tokens[start]?.range ?? this.#token.range;
    const last = this.#tokens[Math.max(start, this.#at - 1)]?.range ?? first;
    return { offset: first.offset, length: last.offset + last.length - first.offset };
  }

  #fault(message: string, range: TextRange): void {
    if (this.faults.length < FAULTS_AT_MOST) this.faults.push({ message, range });
  }
}
