import type { TextRange } from '../problem.ts';

/** A token of HCL. `template` is a string or heredoc with an interpolation, whose value only Terraform knows. */
export type Token = { readonly range: TextRange } & (
  | { readonly kind: 'identifier' | 'number' | 'punctuation'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'template' | 'newline' | 'end' }
  | { readonly kind: 'error'; readonly message: string }
);

const SPACE = /[ \t\r\ufeff]+/y;
const COMMENT = /(?:#|\/\/)[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEREDOC = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy;
const PUNCTUATION = /\.\.\.|==|!=|<=|>=|&&|\|\||=>|[^\s]/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The tokens of a text in HCL without comments; the last one is `end`. Accepts any text and throws nothing. */
export function lex(text: string): readonly Token[] {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next();
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}

class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    while (this.#take(SPACE) !== undefined || this.#take(COMMENT) !== undefined);
    const offset = this.#at;
    const range = (): TextRange => ({ offset, length: this.#at - offset });
    if (offset >= this.#text.length) return { kind: 'end', range: { offset, length: 0 } };
    if (this.#text[offset] === '\n') {
      this.#at += 1;
      return { kind: 'newline', range: range() };
    }
    if (this.#text[offset] === '"') return this.#string();
    const heredoc = this.#take(HEREDOC);
    if (heredoc !== undefined) return this.#heredoc(offset, heredoc[1] === '-', heredoc[2] ?? '');
    for (const [kind, pattern] of [
      ['identifier', IDENTIFIER],
      ['number', NUMBER],
    ] as const) {
      const [taken] = this.#take(pattern) ?? [];
      if (taken !== undefined) return { kind, text: taken, range: range() };
    }
    const [taken = ''] = this.#take(PUNCTUATION) ?? [];
    if (taken === '') this.#at += 1;
    return { kind: 'punctuation', text: taken, range: range() };
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null || found[0] === '') return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  #string(): Token {
    const offset = this.#at;
    const range = (): TextRange => ({ offset, length: this.#at - offset });
    this.#at += 1;
    let value = '';
    let template = false;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || character === '\n') {
        return { kind: 'error', message: 'The string has no closing quote on its line.', range: range() };
      }
      if (character === '"') {
        this.#at += 1;
        return template ? { kind: 'template', range: range() } : { kind: 'string', value, range: range() };
      }
      if (character === '\\') {
        const escaped = this.#escape();
        if (escaped === undefined) return this.#badEscape();
        value += escaped;
        continue;
      }
      const part = this.#plainOrTemplate();
      if (part === undefined) template = true;
      else value += part;
    }
  }

  /** The escape after a backslash; `undefined` for an unknown one. */
  #escape(): string | undefined {
    const letter = this.#text[this.#at + 1] ?? '';
    const named = ESCAPES[letter];
    if (named !== undefined) {
      this.#at += 2;
      return named;
    }
    const digits = letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    const hex = this.#text.slice(this.#at + 2, this.#at + 2 + digits);
    const point = Number.parseInt(hex, 16);
    if (digits === 0 || !/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits || point > 0x10ffff) return undefined;
    this.#at += 2 + digits;
    return String.fromCodePoint(point);
  }

  #badEscape(): Token {
    const offset = this.#at;
    const end = this.#text.indexOf('\n', offset);
    this.#at = end === -1 ? this.#text.length : end;
    return {
      kind: 'error',
      message: 'Unknown escape. Write a backslash as \\\\.',
      range: { offset, length: 2 },
    };
  }

  /** The next character, or the two of an escaped template mark; `undefined` for a template, which is skipped. */
  #plainOrTemplate(): string | undefined {
    const ahead = this.#text.slice(this.#at, this.#at + 3);
    if (ahead === '$${' || ahead === '%%{') {
      this.#at += 3;
      return ahead.slice(1);
    }
    if (ahead.startsWith('${') || ahead.startsWith('%{')) {
      this.#passTemplate();
      return undefined;
    }
    this.#at += 1;
    return ahead.slice(0, 1);
  }

  /** Not recursive, because interpolations may nest without limit. */
  #passTemplate(): void {
    const open: ('{' | '"')[] = [];
    do {
      const ahead = this.#text.slice(this.#at, this.#at + 2);
      const inString = open.at(-1) === '"';
      if (ahead === '') return;
      if (ahead === '${' || ahead === '%{') open.push('{');
      else if (inString && ahead.startsWith('"')) open.pop();
      else if (!inString && ahead.startsWith('"')) open.push('"');
      else if (!inString && ahead.startsWith('{')) open.push('{');
      else if (!inString && ahead.startsWith('}')) open.pop();
      const wide = ahead === '${' || ahead === '%{' || (inString && ahead.startsWith('\\'));
      this.#at += wide ? 2 : 1;
    } while (open.length > 0);
  }

  #heredoc(offset: number, flush: boolean, marker: string): Token {
    const lines: string[] = [];
    let template = false;
    for (;;) {
      if (this.#at >= this.#text.length) {
        const message = `The heredoc has no closing ${marker}.`;
        return { kind: 'error', message, range: { offset, length: this.#at - offset } };
      }
      const end = this.#text.indexOf('\n', this.#at);
      const line = this.#text.slice(this.#at, end === -1 ? this.#text.length : end);
      if (line.trim() === marker) {
        // The line break after it ends the attribute.
        this.#at += line.length;
        const range = { offset, length: this.#at - offset };
        return template ? { kind: 'template', range } : { kind: 'string', value: heredocText(lines, flush), range };
      }
      let read = '';
      const until = this.#at + line.length;
      while (this.#at < until) {
        const part = this.#plainOrTemplate();
        if (part === undefined) template = true;
        else read += part;
      }
      lines.push(read.replace(/\r$/, ''));
      this.#at = Math.max(this.#at, until) + 1;
    }
  }
}

function heredocText(lines: readonly string[], flush: boolean): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const cut = flush && indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => `${line.slice(Math.min(cut, line.length))}\n`).join('');
}
