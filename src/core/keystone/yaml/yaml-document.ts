import {
  Composer,
  isAlias,
  isMap,
  isSeq,
  Lexer,
  Parser,
  YAMLParseError,
  type Alias,
  type CST,
  type Document,
  type LineCounter,
} from 'yaml';

/** Most tokens. A thousand clouds have some 60,000; each takes about 1 KB of memory. */
const TOKENS_AT_MOST = 100_000;
/** Most nesting; an entry of `clouds.yaml` has about eight levels. */
const DEPTH_AT_MOST = 50;
/** Most anchors: the library searches all of them for each of them. */
const ALIASES_AT_MOST = 10_000;
/** Most values repeated by aliases and merge keys, e.g. a base of twenty keys in each of 2,500 clouds. */
const REPEATED_AT_MOST = 100_000;

/** A text exceeds a limit, or has an undefined alias. The message never quotes the text. */
export class YamlRefused extends Error {
  /** Counted from 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** A document within the limits, with aliases expanded. */
export interface BoundedDocument {
  readonly document: Document.Parsed;
  /** Resolves an alias. */
  readonly resolve: (alias: Alias) => unknown;
}

/** The tokens of a text, lazily, so that reading stops at the first limit. Throws `YamlRefused`. */
export function* readTokens(text: string, lines: LineCounter): Generator<CST.Token> {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      yield token;
      // Keeps one error; a hundred thousand would take 200 MB.
      if (token.type === 'error') return;
    }
    count += 1;
    const tooLarge = count > TOKENS_AT_MOST;
    if (!tooLarge && parser.stack.length <= DEPTH_AT_MOST) continue;
    const why = tooLarge
      ? `It is too large: it has more than ${TOKENS_AT_MOST} words and marks.`
      : `It is nested too deeply: more than ${DEPTH_AT_MOST} levels.`;
    throw new YamlRefused(why, lines.linePos(parser.offset).line);
  }
  yield* parser.end();
}

/**
 * The single document of a text, as YAML 1.1 with merge keys and scalars as written. Syntax errors are in `errors` of the
 * document; then its aliases are not checked. Throws `YamlRefused`.
 */
export function readDocument(text: string, lines: LineCounter): BoundedDocument {
  const options = { version: '1.1', schema: 'failsafe', merge: true, uniqueKeys: false, logLevel: 'error' } as const;
  const [document, second] = new Composer(options).compose(readTokens(text, lines), true, text.length);
  if (document === undefined) throw new YamlRefused('It is empty.', 1);
  if (second !== undefined) {
    const [begin, end] = second.range;
    document.errors.push(new YAMLParseError([begin, end], 'MULTIPLE_DOCS', ''));
  }
  const aliases = new Map<Alias, unknown>();
  if (document.errors.length === 0) followAliases(document, lines, aliases);
  return { document, resolve: (alias) => aliases.get(alias) };
}

/** Follows every alias once and counts all repeated values before expanding any. */
function followAliases({ contents }: Document.Parsed, lines: LineCounter, aliases: Map<Alias, unknown>): void {
  const anchors = new Map<string, { readonly node: unknown; readonly size: number }>();
  let repeated = 0;
  const sizeOfAlias = (alias: Alias): number => {
    const { line } = lines.linePos(alias.range?.[0] ?? 0);
    const target = anchors.get(alias.source);
    if (target === undefined)
      throw new YamlRefused(
        'An alias ("*name") has no anchor before it. Put a value that begins with "*" or "&" in quotes.',
        line,
      );
    aliases.set(alias, target.node);
    repeated += target.size;
    if (aliases.size > ALIASES_AT_MOST) throw new YamlRefused(`It has more than ${ALIASES_AT_MOST} aliases.`, line);
    if (repeated > REPEATED_AT_MOST)
      throw new YamlRefused(`Its aliases or merge keys repeat more than ${REPEATED_AT_MOST} values.`, line);
    return target.size;
  };
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) return sizeOfAlias(node);
    let size = 1;
    if (isSeq(node)) for (const item of node.items) size += sizeOf(item);
    if (isMap(node)) for (const { key, value } of node.items) size += sizeOf(key) + sizeOf(value);
    // An alias within its own anchor refers to none, or to an older one of that name.
    const anchor = isAnchored(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, { node, size });
    return size;
  };
  sizeOf(contents);
}

function isAnchored(node: unknown): node is { readonly anchor?: string } {
  return typeof node === 'object' && node !== null && 'anchor' in node;
}
