import { createScanner } from 'jsonc-parser';

/** A word, string or number, or a mark, of a text in JSONC that may be broken. */
export interface Token {
  readonly kind: 'literal' | 'open' | 'close' | 'comma' | 'colon' | 'comment';
  /** UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** The tokens around a cursor; comments only if the cursor is in one. */
export interface TokensAround {
  readonly before: Token | undefined;
  /** The literal that the cursor is in or at an end of, or the comment that it is in. */
  readonly here: Token | undefined;
  readonly after: Token | undefined;
}

const MARKS: Readonly<Record<string, Token['kind']>> = {
  '{': 'open',
  '[': 'open',
  '}': 'close',
  ']': 'close',
  ',': 'comma',
  ':': 'colon',
};

/** The tokens around an offset of a text without a byte order mark. */
export function tokensAround(text: string, offset: number): TokensAround {
  let before: Token | undefined;
  let here: Token | undefined;
  for (const token of tokensOf(text)) {
    if (token.kind === 'comment') {
      if (isWithin(text, token, offset)) here = token;
    } else if (here === undefined && token.kind === 'literal' && token.start <= offset && offset <= token.end) {
      here = token;
    } else if (token.start >= offset) {
      return { before, here, after: token };
    } else {
      before = token;
    }
  }
  return { before, here, after: undefined };
}

/** The tokens of a text without a byte order mark, in order. */
export function* tokensOf(text: string): Generator<Token> {
  const scanner = createScanner(text, false);
  for (let end = 0; end < text.length;) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    end = start + scanner.getTokenLength();
    const written = text.slice(start, end);
    if (written.trim() === '') continue;
    yield { kind: /^\/[/*]/.test(written) ? 'comment' : (MARKS[written] ?? 'literal'), start, end };
  }
}

/** Text typed at the end of a line comment continues it; after a block comment it does not. */
function isWithin(text: string, { start, end }: Token, offset: number): boolean {
  const closed = text.startsWith('/*', start) && text.endsWith('*/', end) && end - start >= 4;
  return start < offset && (closed ? offset < end : offset <= end);
}
